/** Runs work at once when it is due, else when it becomes due: at most `ratePerSec` times a second. */
export function createCappedSchedule(ratePerSec: number): (work: () => void) => void {
  const intervalMs = 1000 / ratePerSec;
  let doneAtMs = Number.NEGATIVE_INFINITY;
  return (work) => {
    const run = () => {
      doneAtMs = performance.now();
      work();
    };
    const waitMs = doneAtMs + intervalMs - performance.now();
    if (waitMs <= 0) run();
    else setTimeout(run, waitMs);
  };
}
