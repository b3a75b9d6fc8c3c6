import type { IdleTime } from '../../store/tree/index.ts';

/** The idle time of a run beside React: measured now and then, heard of only when it changed by more than a percent. */
export interface IdleNotes {
  readonly get: () => IdleTime;
  readonly set: (idle: IdleTime) => void;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Below this share, and for less than this in all, compressing idle time is not worth offering. */
const IDLE_SHARE_LEAST = 0.5;
const IDLE_LEAST_MS = 10_000;

export const isWorthCutting = ({ share, stretches }: IdleTime): boolean =>
  share >= IDLE_SHARE_LEAST && stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) >= IDLE_LEAST_MS;

const none: IdleTime = { stretches: [], share: 0 };

export function createIdleNotes(): IdleNotes {
  let known = none;
  const listeners = new Set<() => void>();
  return {
    get: () => known,
    set(idle) {
      const isSame =
        idle.stretches.length === known.stretches.length &&
        Math.abs(idle.share - known.share) < 0.01 &&
        idle.stretches[0]?.fromMs === known.stretches[0]?.fromMs;
      if (isSame) return;
      known = idle;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export const noIdleTime = none;
