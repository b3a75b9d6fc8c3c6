import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Skew } from './skews.ts';
import type { TortureContext } from './types.ts';

/**
 * Skew proxies in a process of their own. In that of two hundred readers each hop would wait for a turn behind all of them, and
 * a welcome, which takes several, would never come in its time.
 * @returns the address of each
 */
export async function startSkewProxies(
  context: Pick<TortureContext, 'onEnd'>,
  pairs: readonly (readonly [targetPort: number, skew: Skew])[],
): Promise<readonly string[]> {
  const child = fork(
    fileURLToPath(new URL('./skewProxyMain.ts', import.meta.url)),
    pairs.map((pair) => pair.join(' ')),
    { execArgv: ['--import', 'tsx'] },
  );
  context.onEnd(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the skew proxies ended with ${code}`)));
  ended.catch(() => undefined); // it is ended with the promise
  const [urls] = await Promise.race([once(child, 'message'), ended]);
  return urls as readonly string[];
}
