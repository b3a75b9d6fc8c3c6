'use client';
import { useCallback } from 'react';
import type { RunId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import { selectRun } from '../store/selectors.ts';
import type { MonitorState } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** The run, or `undefined` until its first event came. Re-renders only when this run changes. */
export function useRun(runId: RunId | undefined): Run | undefined {
  const select = useCallback(
    (state: MonitorState) => (runId === undefined ? undefined : selectRun(state, runId)),
    [runId],
  );
  return useMonitorSelector(select);
}
