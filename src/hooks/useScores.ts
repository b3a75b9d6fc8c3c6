'use client';
import { useCallback } from 'react';
import type { RunId } from '../model/ids.ts';
import type { Score } from '../model/score.ts';
import { selectScores } from '../store/selectors.ts';
import type { MonitorState } from '../store/types.ts';
import { areItemsEqual } from './internals/areItemsEqual.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** Judgements of a run and of its spans. */
export function useScores(runId: RunId): readonly Score[] {
  const select = useCallback((state: MonitorState) => selectScores(state, runId), [runId]);
  return useMonitorSelector<readonly Score[]>(select, { isEqual: areItemsEqual });
}
