import type { Run } from '../../model/run.ts';
import { buildFields, rulesByType } from './fieldRules.ts';
import { projectRefs, type ViewClass } from './projectEvent.ts';
import type { StandIns } from './standIns.ts';

/** What a reader sees of a run: what was declared by the rules of its events, what was derived from its spans by the rules of theirs. */
export function projectRun(run: Run, view: ViewClass, standIns: StandIns): Run {
  const { detail: _content, ...rest } = run;
  if (view === 'names') return rest;
  const rules = rulesByType.shape.get('run.start');
  // its text fields are those of the events, under the same names
  const declared = rules && (buildFields(run, rules, standIns) as Partial<Run> | undefined);
  const { producerId, failedSpanId, detailRefs } = run;
  const refs = projectRefs(detailRefs);
  return {
    ...declared,
    runId: standIns.id(run.runId) as Run['runId'],
    ...(producerId !== undefined && { producerId: standIns.id(producerId) }),
    ...(failedSpanId !== undefined && { failedSpanId: standIns.id(failedSpanId) as Run['failedSpanId'] }),
    ...(refs !== undefined && { detailRefs: refs }),
    status: run.status,
    startedAtMs: run.startedAtMs,
    endedAtMs: run.endedAtMs,
    spanCount: run.spanCount,
    openSpanCount: run.openSpanCount,
    errorSpanCount: run.errorSpanCount,
    pendingApprovalCount: run.pendingApprovalCount,
    agentNames: run.agentNames.map((name) => standIns.label(name, 'agent')),
    totals: projectTotals(run.totals),
    lastEventAtMs: run.lastEventAtMs,
    isBeforeRestart: run.isBeforeRestart,
    revision: run.revision,
  };
}

/** Numbers, one by one: what is added to the totals later is hidden until somebody adds it here. */
const projectTotals = (totals: Run['totals']): Run['totals'] => ({
  source: totals.source,
  isUsageKnown: totals.isUsageKnown,
  llmCalls: totals.llmCalls,
  failedLlmCalls: totals.failedLlmCalls,
  toolCalls: totals.toolCalls,
  calls: totals.calls,
  inputTokens: totals.inputTokens,
  outputTokens: totals.outputTokens,
  cachedInputTokens: totals.cachedInputTokens,
  cacheWriteTokens: totals.cacheWriteTokens,
  reasoningTokens: totals.reasoningTokens,
  totalTokens: totals.totalTokens,
  costNanoUsd: totals.costNanoUsd,
  reportedCostNanoUsd: totals.reportedCostNanoUsd,
  unpricedCalls: totals.unpricedCalls,
  unpricedTokens: totals.unpricedTokens,
});
