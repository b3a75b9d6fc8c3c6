import type { Clock } from '../../model/platform.ts';

/** A closing relay gives a wait of up to five minutes; who never looked again would be lost. */
const MOST_MS = 300_000;
const LEAST_MS = 1000;

/**
 * The place in a line that a closing relay gave. It keeps readers apart on their way back, so no chance is added to it, also when
 * nobody is there yet.
 */
export interface ReturnPlace {
  take(retryMs: number, againMs: number): void;
  /** Somebody answered. */
  leave(): void;
  /** @returns ms until the next try; `undefined`: the place does not say */
  nextMs(): number | undefined;
}

export function createReturnPlace(clock: Clock): ReturnPlace {
  let place: { readonly atMs: number; readonly everyMs: number } | undefined;
  let tries = 0;
  return {
    take(retryMs, againMs) {
      if (againMs <= 0) return;
      tries = 0;
      place = { atMs: clock.now() + retryMs, everyMs: Math.min(Math.max(againMs, LEAST_MS), MOST_MS) };
    },
    leave() {
      place = undefined;
    },
    nextMs() {
      if (!place) return undefined;
      tries += 1;
      const pastMs = clock.now() - place.atMs;
      if (tries === 1) return Math.max(0, -pastMs);
      if (tries === 2) return undefined; // a balancer may not have known yet: once more, soon
      return place.everyMs - (pastMs % place.everyMs);
    },
  };
}
