import type { Throughput } from './types.ts';

const WINDOW_SEC = 5;

/** Events a second over the last five whole seconds, and how old the newest event was when it came. */
export interface ThroughputMeter {
  note(count: number, nowMs: number): void;
  noteLag(lagMs: number): void;
  read(nowMs: number): Throughput;
}

export function createThroughputMeter(): ThroughputMeter {
  const counts = Array.from({ length: WINDOW_SEC + 1 }, () => 0);
  const seconds = Array.from({ length: WINDOW_SEC + 1 }, () => -1);
  let firstAtMs: number | undefined;
  let lagMs: number | undefined;
  return {
    note(count, nowMs) {
      const second = Math.floor(nowMs / 1000);
      const slot = second % (WINDOW_SEC + 1);
      if (seconds[slot] !== second) {
        seconds[slot] = second;
        counts[slot] = 0;
      }
      counts[slot] = (counts[slot] ?? 0) + count;
      firstAtMs ??= nowMs;
    },
    noteLag(lag) {
      lagMs = Math.max(0, lag);
    },
    read(nowMs) {
      const second = Math.floor(nowMs / 1000);
      let sum = 0;
      for (let slot = 0; slot < counts.length; slot += 1) {
        const age = second - (seconds[slot] ?? -1);
        if (age >= 0 && age < WINDOW_SEC) sum += counts[slot] ?? 0;
      }
      const spanSec =
        firstAtMs === undefined ? 1 : Math.min(WINDOW_SEC, Math.max(1, second - Math.floor(firstAtMs / 1000) + 1));
      return { eventsPerSec: sum / spanSec, lagMs };
    },
  };
}
