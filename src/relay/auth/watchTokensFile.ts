import { codeOf, type RelayLogger } from '../relayLog.ts';
import { readFileStamp } from './fileStamp.ts';
import type { TokenRegistry } from './tokenRegistry.ts';
import { readTokensFile } from './tokensFile.ts';

/** A token that is taken out of the file loses its streams within five seconds. */
const LOOK_EVERY_MS = 2000;

/**
 * Keeps the tokens of the file in force. A file that broke while the relay runs changes nothing, and the log says so.
 * @returns stop
 * @throws {MonitorError} `settings.bad-tokens-file` at the start
 */
export async function watchTokensFile(
  path: string | undefined,
  tokens: TokenRegistry,
  report: RelayLogger,
): Promise<() => void> {
  if (path === undefined) return () => {};
  let stamp = await readFileStamp(path);
  tokens.setSource('file', await readTokensFile(path));
  const look = async () => {
    const next = await readFileStamp(path);
    if (next === stamp) return;
    stamp = next;
    try {
      const entries = await readTokensFile(path);
      tokens.setSource('file', entries);
      report('info', 'auth.tokens-read', { tokens: entries.length });
    } catch (cause) {
      report('error', 'auth.tokens-unreadable', { cause: codeOf(cause) });
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
