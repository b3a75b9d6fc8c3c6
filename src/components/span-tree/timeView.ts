import type { IdleStretch } from '../../store/tree/index.ts';
import { createTimeMap, type TimeMap } from './timeScale.ts';

/** What stretch of a run is drawn. Replaced when it changes; lengths in drawn ms. */
export interface TimeWindow {
  readonly map: TimeMap;
  readonly fromMs: number;
  readonly toMs: number;
  /** All of the run is drawn. */
  readonly isFit: boolean;
  /** The run goes on: there is a now-line. */
  readonly isLive: boolean;
}

export interface TimeFacts {
  readonly startMs: number;
  readonly endMs: number;
  readonly isLive: boolean;
  /** Idle stretches to cut short. */
  readonly idle: readonly IdleStretch[];
}

/** Which side of a bar lies outside. */
export type Clip = 'start' | 'end' | 'both' | 'out' | undefined;

/**
 * The time axis beside React: zooming, panning and the passing of time change custom properties on the tree's element, and
 * wake only who draws the axis. Rows keep their own times and do not render again.
 */
export interface TimeView {
  readonly get: () => TimeWindow;
  readonly subscribe: (listener: () => void) => () => void;
  /** Tells what the run says; the window grows in steps while all of it is drawn, so that bars do not creep. */
  readonly update: (facts: TimeFacts) => void;
  /** @param factor - 2 shows half as much; @param at - where it stays, in [0, 1] of the width */
  readonly zoom: (factor: number, at?: number) => void;
  /** @param share - of the width; positive goes later */
  readonly pan: (share: number) => void;
  readonly fit: () => void;
  /** Where the now-line stands, drawn ms. Apart from the window: it moves several times a second. */
  readonly now: () => number;
  readonly setNow: (drawnMs: number) => void;
  readonly subscribeNow: (listener: () => void) => () => void;
  readonly clipOf: (fromMs: number, toMs: number) => Clip;
}

/** Nothing is shorter than this on the axis. */
const LEAST_MS = 0.05;
const emptyMap = createTimeMap(0, 1000, []);

/** The next round length: 44 s for 42.8 s. */
function roundUp(lengthMs: number): number {
  const step = 10 ** Math.floor(Math.log10(Math.max(lengthMs, LEAST_MS))) / 5;
  return Math.ceil(lengthMs / step) * step;
}

export function createTimeView(): TimeView {
  let window: TimeWindow = { map: emptyMap, fromMs: 0, toMs: 1000, isFit: true, isLive: false };
  let wholeMs = 1000;
  let facts: TimeFacts | undefined;
  const listeners = new Set<() => void>();
  let nowMs = 0;
  const nowListeners = new Set<() => void>();
  const set = (next: TimeWindow) => {
    const isSame = (Object.keys(next) as (keyof TimeWindow)[]).every((name) => next[name] === window[name]);
    if (isSame) return;
    window = next;
    for (const listener of listeners) listener();
  };
  const move = (fromMs: number, lengthMs: number) => {
    const length = Math.min(Math.max(lengthMs, LEAST_MS), wholeMs);
    const from = Math.max(0, Math.min(fromMs, wholeMs - length));
    const isFit = length >= wholeMs;
    set({ ...window, fromMs: from, toMs: from + length, isFit });
  };
  return {
    get: () => window,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    update(next) {
      const isMapKept =
        facts !== undefined && facts.startMs === next.startMs && facts.idle === next.idle && facts.idle.length === 0;
      const map = isMapKept ? window.map : createTimeMap(next.startMs, next.endMs, next.idle);
      const isSameRun = facts !== undefined && facts.isLive === next.isLive && facts.startMs === next.startMs;
      facts = next;
      const lengthMs = Math.max(map.draw(next.endMs), 1);
      if (!next.isLive) wholeMs = lengthMs * 1.015;
      else if (!isSameRun || lengthMs * 2 < wholeMs) wholeMs = roundUp(lengthMs * 1.04);
      // Rarely and by much: each step moves all bars.
      else if (lengthMs * 1.02 > wholeMs) wholeMs = roundUp(lengthMs * 1.2);
      if (window.isFit) set({ map, fromMs: 0, toMs: wholeMs, isFit: true, isLive: next.isLive });
      else set({ ...window, map, isLive: next.isLive });
    },
    zoom(factor, at = 0.5) {
      const lengthMs = window.toMs - window.fromMs;
      const nextMs = Math.min(lengthMs / factor, wholeMs);
      move(window.fromMs + (lengthMs - nextMs) * at, nextMs);
    },
    pan(share) {
      const lengthMs = window.toMs - window.fromMs;
      move(window.fromMs + lengthMs * share, lengthMs);
    },
    fit: () => set({ ...window, fromMs: 0, toMs: wholeMs, isFit: true }),
    now: () => nowMs,
    setNow(drawnMs) {
      if (drawnMs === nowMs) return;
      nowMs = drawnMs;
      for (const listener of nowListeners) listener();
    },
    subscribeNow(listener) {
      nowListeners.add(listener);
      return () => void nowListeners.delete(listener);
    },
    clipOf(fromMs, toMs) {
      if (window.isFit) return undefined;
      if (toMs < window.fromMs || fromMs > window.toMs) return 'out';
      if (fromMs < window.fromMs) return toMs > window.toMs ? 'both' : 'start';
      return toMs > window.toMs ? 'end' : undefined;
    },
  };
}
