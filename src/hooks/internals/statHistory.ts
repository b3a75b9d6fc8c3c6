import { type StatSample, selectPastStats } from '../../store/selectPastStats.ts';
import { selectStats } from '../../store/selectStats.ts';
import type { MonitorState, MonitorStore } from '../../store/types.ts';

/** A sparkline: so many samples, so far apart. */
const SAMPLE_EVERY_MS = 5_000;
const SAMPLES = 24;

/** The figures of the last two minutes, oldest first. A moment when the line was down or the view stood still is `undefined`. */
export type StatSamples = readonly (StatSample | undefined)[];

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

const isFollowed = (state: MonitorState) =>
  state.view.mode === 'following' && !['reconnecting', 'offline'].includes(state.connection.phase);

function createStatHistory(store: MonitorStore): StatHistory {
  const listeners = new Set<() => void>();
  let samples: StatSamples = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  let stopWaiting: (() => void) | undefined;
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const sample = () => {
    const state = store.getView();
    const last = samples.at(-1);
    const next = isFollowed(state) ? selectStats(state) : undefined;
    // the same object again keeps the memory small; the line still gets its point
    samples = [...samples, last && next && isSame(last, next) ? last : next].slice(-SAMPLES);
    tell();
  };
  /** As soon as there are runs: how it came to this follows from them. @returns false while there are none */
  const fill = () => {
    const state = store.getView();
    if (state.runIds.length === 0 || !isFollowed(state)) return false;
    const nowMs = store.now();
    const timesMs = Array.from({ length: SAMPLES - 1 }, (_, at) => nowMs - (SAMPLES - 1 - at) * SAMPLE_EVERY_MS);
    samples = [...selectPastStats(state, timesMs), selectStats(state)];
    tell();
    return true;
  };
  const begin = () => {
    timer = setInterval(sample, SAMPLE_EVERY_MS);
    if (fill()) return;
    sample();
    stopWaiting = store.subscribe(() => {
      if (fill()) stopWaiting?.();
    });
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) begin();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        stopWaiting?.();
        samples = []; // what nobody watched is not known
      };
    },
    read: () => samples,
  };
}

const isSame = (a: StatSample, b: StatSample): boolean =>
  (
    [
      'runningRuns',
      'waitingRuns',
      'failedRuns',
      'completedRuns',
      'activeAgents',
      'totalTokens',
      'costNanoUsd',
      'errorRate',
    ] as const satisfies readonly (keyof StatSample)[]
  ).every((name) => Object.is(a[name], b[name]));
