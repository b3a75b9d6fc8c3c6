import type { Clock, Timers } from '../../../src/model/platform.ts';

/** Time that only moves when it is told to; timers fire in order, and what they promise settles in between. */
export interface FakeTime {
  readonly clock: Clock;
  readonly timers: Timers;
  advance(ms: number): Promise<void>;
  readonly pending: number;
}

export async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
}

export function createFakeTime(startMs = 1_800_000_000_000): FakeTime {
  let nowMs = startMs;
  let nextId = 1;
  const waiting = new Map<number, { readonly atMs: number; readonly callback: () => void }>();
  return {
    clock: { now: () => nowMs },
    timers: {
      setTimeout(callback, delayMs) {
        const id = nextId++;
        waiting.set(id, { atMs: nowMs + Math.max(0, delayMs), callback });
        return id;
      },
      clearTimeout: (id) => void waiting.delete(id as number),
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      await settle();
      for (;;) {
        const due = [...waiting]
          .filter(([, timer]) => timer.atMs <= endMs)
          .sort((a, b) => a[1].atMs - b[1].atMs || a[0] - b[0])[0];
        if (!due) break;
        const [id, timer] = due;
        waiting.delete(id);
        nowMs = Math.max(nowMs, timer.atMs);
        timer.callback();
        await settle();
      }
      nowMs = endMs;
    },
    get pending() {
      return waiting.size;
    },
  };
}
