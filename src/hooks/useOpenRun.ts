'use client';
import { useCallback, useEffect, useMemo } from 'react';
import type { RunId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { MonitorState } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useMonitorStore } from './useMonitorStore.ts';
import { useRun } from './useRun.ts';

export interface OpenRunControl {
  /** What is known of it: held, or from a page. */
  readonly run: Run | undefined;
  /**
   * `live`: held by the stream, or nothing is known yet. `loading`, `ready`, `error`: it is read from the history, `missing`: the
   * history has no such run.
   */
  readonly state: 'live' | 'loading' | 'ready' | 'missing' | 'error';
  /** Code of the error, e.g. `history.unreachable`. */
  readonly errorCode: string | undefined;
  /** Reads it again, after an error. */
  readonly retry: () => void;
}

/**
 * Opens a run while the component is mounted: asks the relay for its spans and, where the run is not held any more, reads it from
 * the history. It is let go when nobody has it open.
 */
export function useOpenRun(runId: RunId | undefined): OpenRunControl {
  const store = useMonitorStore();
  useEffect(() => (runId === undefined ? undefined : store.openRun(runId)), [store, runId]);
  const run = useRun(runId);
  const select = useCallback(
    ({ openedRuns }: MonitorState) => (runId === undefined ? undefined : openedRuns.get(runId)),
    [runId],
  );
  const opened = useMonitorSelector(select);
  return useMemo(() => {
    const errorCode = opened?.state === 'error' ? opened.code : undefined;
    return {
      run,
      state: errorCode === 'history.not-found' ? 'missing' : (opened?.state ?? 'live'),
      errorCode,
      retry() {
        if (runId !== undefined) store.retryRun(runId);
      },
    };
  }, [store, runId, run, opened]);
}
