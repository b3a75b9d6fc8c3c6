'use client';
import { useCallback } from 'react';
import type { SpanId, SpanKey } from '../model/ids.ts';
import { selectChildSpanIds } from '../store/selectors.ts';
import { areIdsEqual } from '../store/selectRunIds.ts';
import type { MonitorState } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** Ids of the true children of a span, in start order. Re-renders when a child comes, leaves or changes its place. */
export function useChildSpanIds(key: SpanKey): readonly SpanId[] {
  const select = useCallback((state: MonitorState) => selectChildSpanIds(state, key), [key]);
  return useMonitorSelector<readonly SpanId[]>(select, { isEqual: areIdsEqual });
}
