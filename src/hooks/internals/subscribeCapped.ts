/** A subscription that is told at most `ratePerSec` times a second: at once when it is due, else when it becomes due. */
export function subscribeCapped(
  subscribe: (listener: () => void) => () => void,
  ratePerSec: number | undefined,
  listener: () => void,
): () => void {
  if (ratePerSec === undefined) return subscribe(listener);
  const intervalMs = 1000 / ratePerSec;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tell = () => {
    timer = undefined;
    toldAtMs = performance.now();
    listener();
  };
  const unsubscribe = subscribe(() => {
    if (timer !== undefined) return;
    const waitMs = toldAtMs + intervalMs - performance.now();
    if (waitMs <= 0) tell();
    else timer = setTimeout(tell, waitMs);
  });
  return () => {
    unsubscribe();
    if (timer !== undefined) clearTimeout(timer);
  };
}
