import type { RedisLink } from '../redis/redisLink.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';

export interface StreamCatchUpOptions {
  readonly link: RedisLink;
  /** The capped stream that publishers may keep beside their channel. */
  readonly stream: string;
  /** Where the place in it is noted, so that a restarted relay reads on from there. It may be lost or old: what is read twice is stored once. */
  readonly placeKey: string;
  readonly store: (texts: readonly string[]) => Promise<void>;
  readonly report: RelayLogger;
}

interface StreamEntry {
  readonly id: string;
  readonly message: Readonly<Record<string, string>>;
}

const PAGE_ENTRIES = 500;
const PLACE_TTL_SEC = 7 * 24 * 3600;

/** Reads what a stream has that was not read yet. @returns starts a round; one at a time, each to the stream's end */
export function createStreamCatchUp({
  link,
  stream,
  placeKey,
  store,
  report,
}: StreamCatchUpOptions): () => Promise<void> {
  let last: string | undefined;
  let round: Promise<void> | undefined;

  /** The place is a note that anybody who reaches Redis can write: one that no entry stands at or behind is none. */
  const readPlace = async (): Promise<string> => {
    const noted = await link.run((client) => client.get(placeKey)).catch(() => null); // of another kind, say
    if (noted === null || !/^\d{1,15}-\d{1,15}$/.test(noted)) return '';
    const [newest] = (await link.run((client) => client.xRevRange(stream, '+', noted, { COUNT: 1 }))) ?? [];
    return newest ? noted : '';
  };

  const readRound = async () => {
    last ??= await readPlace();
    for (;;) {
      const start: string = last === '' ? '-' : `(${last}`;
      const entries: readonly StreamEntry[] =
        (await link.run((client) => client.xRange(stream, start, '+', { COUNT: PAGE_ENTRIES }))) ?? [];
      const newest = entries.at(-1)?.id;
      if (newest === undefined) return;
      await store(entries.map(({ message }) => message['payload'] ?? Object.values(message)[0] ?? ''));
      last = newest;
      await link.run((client) => client.set(placeKey, newest, { expiration: { type: 'EX', value: PLACE_TTL_SEC } }));
      if (entries.length < PAGE_ENTRIES) return;
    }
  };

  return () =>
    (round ??= readRound()
      .catch((cause: unknown) => {
        if (link.state.isUp) report('warn', 'redis-events.catch-up-failed', { cause: codeOf(cause) });
      })
      .finally(() => {
        round = undefined;
      }));
}
