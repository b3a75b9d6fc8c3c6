import { setImmediate } from 'node:timers/promises';

/** Longest stretch of work before others have their turn, ms. */
const TURN_MS = 8;

/** Keeps long work from holding up everybody else on the one thread there is. */
export interface Turns {
  /** Resolves at once while the turn lasts; else after everything that waits had its turn. */
  giveWay(): Promise<void> | undefined;
}

export function createTurns(): Turns {
  let startedMs = performance.now();
  return {
    giveWay() {
      if (performance.now() - startedMs < TURN_MS) return undefined;
      return setImmediate().then(() => {
        startedMs = performance.now();
      });
    },
  };
}
