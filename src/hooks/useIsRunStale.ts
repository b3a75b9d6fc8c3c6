'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { isRunStale } from '../fold/isRunStale.ts';
import type { Run } from '../model/run.ts';
import type { MonitorState } from '../store/types.ts';
import { tickerOf } from './internals/ticker.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useMonitorStore } from './useMonitorStore.ts';

/** A running run that has not been heard of for too long. Computed from (run, now), never stored. Re-renders when the answer changes. */
export function useIsRunStale(run: Run | undefined): boolean {
  const store = useMonitorStore();
  const producerId = run?.producerId;
  const select = useCallback(
    (state: MonitorState) => (producerId === undefined ? undefined : state.entities.producers.get(producerId)),
    [producerId],
  );
  const producer = useMonitorSelector(select);
  const ticker = useMemo(() => tickerOf(store, 1), [store]);
  const read = () => run !== undefined && isRunStale(run, producer, ticker.read());
  return useSyncExternalStore(ticker.subscribe, read, readOnServer);
}

const readOnServer = () => false;
