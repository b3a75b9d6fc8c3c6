/** Longest stretch of work before others have their turn, ms. */
const TURN_MS = 8;
/** Microtasks from a promise that is kept to the work that waited for it. */
const STEPS = 4;

/** Keeps long work from holding up everybody else on the one thread there is. */
export interface Turns {
  /** `undefined` while there is time left; else a promise to wait for: it is kept after everything else had its turn. */
  giveWay(): Promise<void> | undefined;
}

/** Work of all {@link Turns} since input was last looked at, ms: many at once share one turn, or each would take its own. */
let spentMs = 0;
let isTicking = false;
const waiting: (() => void)[] = [];

/** Those that wait go on, one after the other, until a turn is used up; then input is looked at again. */
async function tick(): Promise<void> {
  const untilMs = performance.now() + TURN_MS;
  spentMs = 0;
  do {
    waiting.shift()?.();
    for (let step = 0; step < STEPS; step += 1) await Promise.resolve(); // what went on works until it waits for something else
  } while (waiting.length > 0 && performance.now() < untilMs);
  isTicking = waiting.length > 0;
  if (isTicking) setImmediate(() => void tick());
}

function askForTick(): void {
  if (isTicking) return;
  isTicking = true;
  setImmediate(() => void tick());
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
