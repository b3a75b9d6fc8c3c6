'use client';
import { useCallback } from 'react';
import type { RunId, SpanId } from '../model/ids.ts';
import { selectRootSpanIds } from '../store/selectors.ts';
import { areIdsEqual } from '../store/selectRunIds.ts';
import type { MonitorState } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** Ids of the top spans of a run, in start order. */
export function useRootSpanIds(runId: RunId): readonly SpanId[] {
  const select = useCallback((state: MonitorState) => selectRootSpanIds(state, runId), [runId]);
  return useMonitorSelector<readonly SpanId[]>(select, { isEqual: areIdsEqual });
}
