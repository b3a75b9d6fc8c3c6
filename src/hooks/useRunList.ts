'use client';
import { useMemo, useSyncExternalStore } from 'react';
import type { RunFilter } from '../store/selectRunIds.ts';
import { createRunListSource, type RunListSnapshot } from './internals/runListSource.ts';
import { useMonitorStore } from './useMonitorStore.ts';

export interface RunListControl extends RunListSnapshot {
  /** While it is held, new runs are counted in `newCount` instead of shown. */
  readonly setHeld: (isHeld: boolean) => void;
  /** Shows the runs that wait. */
  readonly release: () => void;
}

/**
 * The runs that match, newest start first, with the gaps of the stream in their place, in a list that can hold still under
 * the reader. At most 10 times a second.
 */
export function useRunList(filter: RunFilter = {}): RunListControl {
  const store = useMonitorStore();
  const filterText = JSON.stringify(filter);
  const source = useMemo(() => createRunListSource(store, JSON.parse(filterText) as RunFilter), [store, filterText]);
  const snapshot = useSyncExternalStore(source.subscribe, source.read, source.readOnServer);
  return useMemo(() => ({ ...snapshot, setHeld: source.setHeld, release: source.release }), [snapshot, source]);
}
