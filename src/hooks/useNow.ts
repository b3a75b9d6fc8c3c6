'use client';
import { useMemo, useSyncExternalStore } from 'react';
import { tickerOf } from './internals/ticker.ts';
import { useMonitorStore } from './useMonitorStore.ts';

/**
 * The one clock for everything that ticks: epoch ms by the relay's clock, as well as it is known.
 * Stands still in pause, in the past and when the line has been down for 10 s. 0 on the server and while hydrating.
 * @param hz - ticks a second; all who use the same rate tick together
 */
export function useNow(hz = 1): number {
  const store = useMonitorStore();
  const ticker = useMemo(() => tickerOf(store, hz), [store, hz]);
  return useSyncExternalStore(ticker.subscribe, ticker.read, readOnServer);
}

const readOnServer = () => 0;
