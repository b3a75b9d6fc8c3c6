import { codeOf, type RelayLogger } from '../relayLog.ts';
import type { TokenRegistry } from './tokenRegistry.ts';
import { readTokensFile } from './tokensFile.ts';
import { watchFile } from './watchFile.ts';

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
  let isFirst = true;
  return watchFile({
    path,
    read: () => readTokensFile(path),
    apply(entries) {
      tokens.setSource('file', entries);
      if (!isFirst) report('info', 'auth.tokens-read', { tokens: entries.length });
      isFirst = false;
    },
    onFault: (cause) => report('error', 'auth.tokens-unreadable', { cause: codeOf(cause) }),
  });
}
