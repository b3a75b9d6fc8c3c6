/** Asks until it holds. @returns ms it took; `undefined`: it did not hold in time */
export async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  everyMs = 20,
): Promise<number | undefined> {
  const startMs = performance.now();
  for (;;) {
    if (await holds()) return performance.now() - startMs;
    if (performance.now() - startMs > timeoutMs) return undefined;
    await pause(everyMs);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @throws what `what` says, when it did not come true */
export async function mustHold(
  holds: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: string | (() => string),
): Promise<number> {
  const took = await waitUntil(holds, timeoutMs);
  if (took === undefined) throw new Error(`not within ${timeoutMs} ms: ${typeof what === 'string' ? what : what()}`);
  return took;
}

/** @param q - in [0, 1] */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}
