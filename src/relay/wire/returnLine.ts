import type { WireTimings } from './timings.ts';

/** Readers of a relay that stops, one behind the other: each has a place of its own, since chance would bunch them. */
export interface ReturnLine {
  /** Takes the next place. @returns when it is, ms from now */
  take(): number;
  /**
   * A reader that finds nobody at its place comes again each time this long after, ms: past the end of the line, and past the
   * time in which the relay can be there again, so that all keep the distance they were given. 0: as it likes.
   */
  readonly againMs: number;
}

export interface ReturnLineTerms {
  /** How many are there; more may come. */
  readonly readers: number;
  /** Whether other relays serve the same log: then the line begins now, else when this relay can be there again. */
  readonly hasOthers: boolean;
  /** How long they may be served while they wait, ms. */
  readonly serveMs: number;
  readonly timings: Pick<WireTimings, 'restartMs' | 'returnStepMs'>;
  /** Ms, of a clock that never steps back. */
  readonly now: () => number;
}

/** Steps are shorter only where the line would be longer than anybody should wait. */
export function createReturnLine({ readers, hasOthers, serveMs, timings, now }: ReturnLineTerms): ReturnLine {
  const { restartMs, returnStepMs } = timings;
  const [leastMs, greatestMs] = restartMs;
  const longestMs = hasOthers ? serveMs + greatestMs : greatestMs - leastMs;
  const stepMs = Math.min(returnStepMs, longestMs / Math.max(1, readers));
  let nextAtMs = now() + (hasOthers ? 0 : leastMs);
  return {
    take() {
      const nowMs = now();
      const atMs = Math.max(nowMs, nextAtMs);
      nextAtMs = atMs + stepMs;
      return atMs - nowMs;
    },
    againMs: Math.round(readers * stepMs + leastMs),
  };
}
