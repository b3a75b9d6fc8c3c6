'use client';
import { useCallback, useEffect, useMemo } from 'react';
import type { Workflow } from '../model/workflow.ts';
import type { MonitorState } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useMonitorStore } from './useMonitorStore.ts';

export interface WorkflowLoad {
  readonly state: 'idle' | 'loading' | 'ready' | 'error';
  /** `undefined` while it loads, and where the project declares none. */
  readonly workflow: Workflow | undefined;
  readonly errorCode: string | undefined;
  readonly reload: () => void;
}

const selectWorkflow = (state: MonitorState) => state.workflow;

/** The declared workflow of the project, loaded once for all who ask. */
export function useWorkflow({ isEnabled = true }: { readonly isEnabled?: boolean | undefined } = {}): WorkflowLoad {
  const store = useMonitorStore();
  const entry = useMonitorSelector(selectWorkflow);
  const isIdle = entry.state === 'idle';
  const hasSession = useMonitorSelector(selectHasSession);
  useEffect(() => {
    if (isEnabled && isIdle && hasSession) store.loadWorkflow().catch(ignore);
  }, [store, isEnabled, isIdle, hasSession]);
  const reload = useCallback(() => {
    store.loadWorkflow().catch(ignore);
  }, [store]);
  return useMemo(
    () => ({
      state: entry.state,
      workflow: entry.state === 'ready' ? entry.workflow : undefined,
      errorCode: entry.state === 'error' ? entry.code : undefined,
      reload,
    }),
    [entry, reload],
  );
}

const selectHasSession = (state: MonitorState) => state.session !== undefined;
/** The entry in the state says it. */
const ignore = () => undefined;
