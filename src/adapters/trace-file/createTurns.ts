import { giveWay } from './giveWay.ts';

/** Work without a break before everything else on the thread has its turn. */
const TURN_MS = 8;

/** @returns gives way when this thread was held for some milliseconds, and throws what `signal` says */
export function createTurns(signal: AbortSignal | undefined): () => Promise<void> | undefined {
  let untilMs = performance.now() + TURN_MS;
  return () => {
    signal?.throwIfAborted();
    if (performance.now() < untilMs) return undefined;
    return giveWay().then(() => {
      signal?.throwIfAborted();
      untilMs = performance.now() + TURN_MS;
    });
  };
}
