/** Longest stretch of work before others have their turn, ms. */
const TURN_MS = 8;

/** Keeps long work from holding up everybody else on the one thread there is. */
export interface Turns {
  /** `undefined` while there is time left; else a promise to wait for: it is kept after everything else had its turn. */
  giveWay(): Promise<void> | undefined;
}

/** Work of all {@link Turns} since input was last looked at, ms: many at once share one turn, or each would take its own. */
let spentMs = 0;
let isTicking = false;
const waiting: (() => void)[] = [];

/** One that waits goes on, then input is looked at again. */
function tick(): void {
  spentMs = 0;
  waiting.shift()?.();
  isTicking = waiting.length > 0;
  if (isTicking) setImmediate(tick);
}

function askForTick(): void {
  if (isTicking) return;
  isTicking = true;
  setImmediate(tick);
}

export function createTurns(): Turns {
  let sinceMs = performance.now();
  return {
    giveWay() {
      const nowMs = performance.now();
      spentMs += nowMs - sinceMs;
      sinceMs = nowMs;
      askForTick();
      if (spentMs < TURN_MS) return undefined;
      return new Promise<void>((resolve) => waiting.push(resolve)).then(() => {
        sinceMs = performance.now();
      });
    },
  };
}
