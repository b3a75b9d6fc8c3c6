'use client';
import { startTransition, useEffect, useRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.ts';
import type { MonitorState } from '../../store/types.ts';

const selectNewestId = (state: MonitorState) => state.runIds[0];

/** Opens the newest run once, when the first one comes and nobody has opened anything. */
export function useFirstRun(isWanted: boolean): void {
  const { selection, select } = useMonitorContext();
  const newestId = useMonitorSelector(selectNewestId);
  const isDone = useRef(false);
  useEffect(() => {
    if (selection.runId !== undefined) isDone.current = true;
    if (!isWanted || isDone.current || newestId === undefined) return;
    isDone.current = true;
    // nobody waits for it: a large run is drawn in slices
    startTransition(() => select({ runId: newestId }));
  }, [isWanted, newestId, selection.runId, select]);
}
