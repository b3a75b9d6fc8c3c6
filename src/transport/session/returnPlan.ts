import type { Clock } from '../../model/platform.ts';
import type { WireClosed } from '../types.ts';
import { type BackoffLimits, backoffMs } from './backoff.ts';
import { createReturnPlace } from './returnPlace.ts';

/** When to try again after a connection ended, and how often that failed. */
export interface ReturnPlan {
  /** Since it last stood. */
  readonly failures: number;
  /** The relay does not ask to be left alone any more. */
  readonly isDue: boolean;
  /** @returns ms until the next try */
  afterEnd(closed: WireClosed, wasStable: boolean): number;
  /** @returns whether to go on at once: not when that was just done */
  goesAtOnce(wasStable: boolean): boolean;
  /** @returns whether a fresh token may be all that is missing: so after the first refusal */
  afterRefusal(): boolean;
  /** The relay took us. */
  onWelcome(): void;
  /** A person asks for a try now. */
  forgive(): void;
  /** Nobody waits any more. */
  clear(): void;
}

export function createReturnPlan(clock: Clock, random: () => number, limits: BackoffLimits): ReturnPlan {
  const place = createReturnPlace(clock);
  let failures = 0;
  let refusals = 0;
  let notBeforeMs = 0;

  const forgive = () => {
    failures = 0;
    refusals = 0;
  };

  return {
    get failures() {
      return failures;
    },
    get isDue() {
      return clock.now() >= notBeforeMs;
    },
    afterEnd({ retryMs, againMs }, wasStable) {
      if (wasStable) failures = 0;
      notBeforeMs = clock.now() + (retryMs ?? 0);
      if (againMs !== undefined) place.take(retryMs ?? 0, againMs);
      const placeMs = retryMs === undefined || againMs !== undefined ? place.nextMs() : undefined;
      const delayMs = placeMs ?? (retryMs ?? 0) + backoffMs(failures, random, limits);
      failures += 1;
      return delayMs;
    },
    goesAtOnce(wasStable) {
      if (failures > 0 && !wasStable) return false;
      failures = 1;
      return true;
    },
    afterRefusal() {
      refusals += 1;
      return refusals === 1;
    },
    onWelcome() {
      refusals = 0;
      place.leave();
    },
    forgive,
    clear() {
      forgive();
      place.leave();
    },
  };
}
