import { randomUUID } from 'node:crypto';
import type { Lens } from '../projection/createLens.ts';
import type { RunScope } from './RunHistory.ts';

/** No run carries this tag. */
const nowhere: RunScope = { tags: [`nowhere ${randomUUID()}`] };

/**
 * The scope of a lens in the words of the history: what the token allows and what was asked for, both.
 * @param resolve - raw values behind what the reader sees
 */
export async function historyScopeOf(
  { view, granted, asked }: Lens,
  resolve: (kind: 'user' | 'session', shown: string) => Promise<readonly string[] | undefined>,
): Promise<RunScope | undefined> {
  if (!granted && !asked) return undefined;
  const both = async (kind: 'user' | 'session'): Promise<readonly string[] | undefined> => {
    const [own, wanted] = [granted?.[kind], asked?.[kind]];
    if (wanted === undefined) return own === undefined ? undefined : [own];
    if (wanted === own) return [own];
    const raw = (await resolve(kind, wanted)) ?? [];
    return own === undefined ? raw : raw.filter((value) => value === own);
  };
  const [users, sessions] = [await both('user'), await both('session')];
  // a stand-in that two share cannot be told apart, so it shows neither
  if ((users && users.length !== 1) || (sessions && sessions.length !== 1)) return nowhere;
  const isGuess = view === 'shape' && asked?.tags?.some((tag) => !granted?.tags?.includes(tag));
  if (isGuess) return nowhere;
  const tags = [...(granted?.tags ?? []), ...(asked?.tags ?? [])];
  return {
    ...(users && { userId: users[0] }),
    ...(sessions && { sessionId: sessions[0] }),
    ...(tags.length > 0 && { tags }),
  };
}
