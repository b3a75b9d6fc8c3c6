import type { MonitorStore } from '../../store/types.ts';

/** Not heard from for so long, what ran may have stopped: elapsed times stand still. */
export const STALE_AFTER_MS = 10_000;

/** One clock for all who show elapsed time at this rate: they tick together. */
export interface Ticker {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => number;
}

const tickersByStore = new WeakMap<MonitorStore, Map<number, Ticker>>();

export function tickerOf(store: MonitorStore, hz: number): Ticker {
  let tickers = tickersByStore.get(store);
  if (!tickers) {
    tickers = new Map();
    tickersByStore.set(store, tickers);
  }
  let ticker = tickers.get(hz);
  if (!ticker) {
    ticker = createTicker(() => shownNow(store), store.subscribe, 1000 / hz);
    tickers.set(hz, ticker);
  }
  return ticker;
}

/** Epoch ms by the relay's clock; stands still in pause, in the past, and when the line has been down for 10 s. */
function shownNow(store: MonitorStore): number {
  const { view, connection, clockOffsetMs } = store.getView();
  if (view.mode !== 'following') return view.atMs;
  const isDown = connection.phase === 'reconnecting' || connection.phase === 'offline';
  if (!isDown) return store.now();
  const lastGoodAtMs = connection.lastGoodAtMs ?? connection.sinceMs;
  return Math.min(store.now(), lastGoodAtMs + clockOffsetMs + STALE_AFTER_MS);
}

const isHidden = () => typeof document !== 'undefined' && document.visibilityState === 'hidden';

function createTicker(readNow: () => number, subscribeStore: MonitorStore['subscribe'], periodMs: number): Ticker {
  const listeners = new Set<() => void>();
  let value = Number.NaN;
  let timer: ReturnType<typeof setInterval> | undefined;
  let unsubscribe: (() => void) | undefined;
  const tick = () => {
    const next = readNow();
    if (next === value || isHidden()) return;
    value = next;
    for (const listener of listeners) listener();
  };
  /** A pause and a jump back to live show at once, not with the next tick. */
  const catchJump = () => {
    if (Math.abs(readNow() - value) > periodMs * 1.5) tick();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) {
        timer = setInterval(tick, periodMs);
        unsubscribe = subscribeStore(catchJump);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        unsubscribe?.();
      };
    },
    read() {
      // Nobody ticks before the first one is mounted, so a value that is too old is read anew, once.
      if (Number.isNaN(value) || (listeners.size === 0 && Math.abs(readNow() - value) > periodMs)) value = readNow();
      return value;
    },
  };
}
