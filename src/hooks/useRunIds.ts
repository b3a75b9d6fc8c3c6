'use client';
import { useCallback, useMemo } from 'react';
import type { RunId } from '../model/ids.ts';
import { areIdsEqual, type RunFilter, selectRunIds } from '../store/selectRunIds.ts';
import type { MonitorState } from '../store/types.ts';
import { LIST_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** Ids of the runs that match, newest start first. Re-renders when the list changes, at most 10 times a second. */
export function useRunIds(filter?: RunFilter): readonly RunId[] {
  const filterText = JSON.stringify(filter ?? {});
  const stableFilter = useMemo(() => JSON.parse(filterText) as RunFilter, [filterText]);
  const select = useCallback((state: MonitorState) => selectRunIds(state, stableFilter), [stableFilter]);
  return useMonitorSelector<readonly RunId[]>(select, { isEqual: areIdsEqual, ratePerSec: LIST_RATE_PER_SEC });
}
