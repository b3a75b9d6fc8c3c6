/** How busy a project is: whether a browser that did not ask for every span is better served with rows. */
export interface ProjectLoad {
  note(events: number): void;
  /** Over the bound; it ends only after a calm time, so that readers do not change back and forth. */
  readonly isBusy: boolean;
}

const WINDOW_SEC = 10;
const CALM_MS = 120_000;

/**
 * @param eventsPerSec - the bound, over the last ten seconds
 * @param now - epoch ms
 */
export function createProjectLoad(eventsPerSec: number, now: () => number): ProjectLoad {
  const counts = Array.from({ length: WINDOW_SEC }, () => 0);
  let second = 0;
  let sum = 0;
  let busyAtMs: number | undefined;

  const roll = () => {
    const current = Math.floor(now() / 1000);
    if (current === second) return;
    const steps = current > second ? Math.min(current - second, WINDOW_SEC) : WINDOW_SEC;
    for (let step = 1; step <= steps; step += 1) {
      const slot = (current - steps + step + WINDOW_SEC) % WINDOW_SEC;
      sum -= counts[slot] ?? 0;
      counts[slot] = 0;
    }
    second = current;
  };

  const judge = () => {
    roll();
    if (sum > eventsPerSec * WINDOW_SEC) busyAtMs = now();
    else if (busyAtMs !== undefined && Math.abs(now() - busyAtMs) >= CALM_MS) busyAtMs = undefined;
    return eventsPerSec === 0 || busyAtMs !== undefined;
  };

  return {
    note(events) {
      roll();
      const slot = second % WINDOW_SEC;
      counts[slot] = (counts[slot] ?? 0) + events;
      sum += events;
    },
    get isBusy() {
      return judge();
    },
  };
}
