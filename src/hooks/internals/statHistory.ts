import { areStatsEqual, type Stats, selectStats } from '../../store/selectStats.ts';
import type { MonitorStore } from '../../store/types.ts';

/** A sparkline: so many samples, so far apart. */
const SAMPLE_EVERY_MS = 5_000;
const SAMPLES = 24;

/** The figures of the last two minutes, oldest first. A moment when the line was down or the view stood still is `undefined`. */
export type StatSamples = readonly (Stats | undefined)[];

export interface StatHistory {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => StatSamples;
}

const historyByStore = new WeakMap<MonitorStore, StatHistory>();

/** Sampled while somebody looks at it; all cards of a store share one history. */
export function statHistoryOf(store: MonitorStore): StatHistory {
  let history = historyByStore.get(store);
  if (!history) {
    history = createStatHistory(store);
    historyByStore.set(store, history);
  }
  return history;
}

function createStatHistory(store: MonitorStore): StatHistory {
  const listeners = new Set<() => void>();
  let samples: StatSamples = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  const sample = () => {
    const state = store.getView();
    const isKnown = state.view.mode === 'following' && !['reconnecting', 'offline'].includes(state.connection.phase);
    const last = samples.at(-1);
    const next = isKnown ? selectStats(state) : undefined;
    // the same object again keeps the memory small; the line still gets its point
    samples = [...samples, last && next && areStatsEqual(last, next) ? last : next].slice(-SAMPLES);
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        timer = setInterval(sample, SAMPLE_EVERY_MS);
        if (samples.length === 0) sample();
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        samples = []; // what nobody watched is not known
      };
    },
    read: () => samples,
  };
}
