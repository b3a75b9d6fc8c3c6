'use client';
import { useMemo } from 'react';
import { useWorkflow } from '../../hooks/useWorkflow.ts';
import { readWorkflow, type WorkflowIssue } from '../../model/readWorkflow.ts';
import type { Workflow } from '../../model/workflow.ts';

/** `auto`: the workflow file where the project has one, else what the spans show. */
export type WorkflowMode = 'auto' | 'discovered' | 'declared';

/** What the part shows: the graph, or why not. */
export type WorkflowFace =
  | { readonly kind: 'graph' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'empty-file' }
  | { readonly kind: 'bad-file'; readonly issue: WorkflowIssue }
  | { readonly kind: 'load-error'; readonly code: string; readonly retry: () => void };

export interface WorkflowSource {
  readonly face: WorkflowFace;
  readonly workflow: Workflow | undefined;
}

/** Which graph is drawn: the host's own, the project's file, or none but the spans. */
export function useWorkflowFace(mode: WorkflowMode, given: Workflow | string | undefined): WorkflowSource {
  const isAsked = mode !== 'discovered' && given === undefined;
  const load = useWorkflow({ isEnabled: isAsked });
  const read = useMemo(() => (typeof given === 'string' ? readWorkflow(given) : undefined), [given]);
  return useMemo((): WorkflowSource => {
    if (mode === 'discovered') return { face: { kind: 'graph' }, workflow: undefined };
    if (read?.issue) return { face: { kind: 'bad-file', issue: read.issue }, workflow: undefined };
    const own = read?.workflow ?? (typeof given === 'object' ? given : undefined);
    if (isAsked && load.state === 'error' && mode === 'declared') {
      const face = { kind: 'load-error', code: load.errorCode ?? '', retry: load.reload } as const;
      return { face, workflow: undefined };
    }
    if (isAsked && (load.state === 'loading' || load.state === 'idle'))
      return { face: { kind: 'loading' }, workflow: undefined };
    const workflow = own ?? load.workflow;
    const isEmpty = workflow ? workflow.nodes.length === 0 : mode === 'declared';
    return { face: { kind: isEmpty ? 'empty-file' : 'graph' }, workflow };
  }, [mode, given, read, isAsked, load]);
}
