import type { IdleTime } from '../../store/tree/index.ts';

/** The idle time of a run beside React: measured now and then, heard of only when it changed by more than a percent. */
export interface IdleNotes {
  get(): IdleTime;
  set(idle: IdleTime): void;
  subscribe(listener: () => void): () => void;
}

/** Below this share of idle time compressing is not worth offering. */
export const IDLE_SHARE_LEAST = 0.3;

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
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export const noIdleTime = none;
