'use client';
import { useCallback } from 'react';
import type { Approval } from '../model/approval.ts';
import type { RunId } from '../model/ids.ts';
import { selectApprovals, selectPendingApprovals } from '../store/selectors.ts';
import type { MonitorState } from '../store/types.ts';
import { areItemsEqual } from './internals/areItemsEqual.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useTopic } from './useTopic.ts';

/** Approvals of a run, decided ones too; without a run all that are pending anywhere, oldest first. Asks the relay for them while it is mounted. */
export function useApprovals(runId?: RunId): readonly Approval[] {
  useTopic('approvals');
  const select = useCallback(
    (state: MonitorState) => (runId === undefined ? selectPendingApprovals(state) : selectApprovals(state, runId)),
    [runId],
  );
  return useMonitorSelector<readonly Approval[]>(select, { isEqual: areItemsEqual });
}
