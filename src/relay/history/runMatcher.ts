import { undatedModelName } from '../../model/modelName.ts';
import type { Run } from '../../model/run.ts';
import { isInScope as liesInScope } from '../../model/scope.ts';
import type { HistoryRun, HistoryRunFilter, NamesFilter, RunScope, TimeRange } from './RunHistory.ts';
import { runSearchText } from './runFacets.ts';

export const isInRange = (atMs: number, range: TimeRange | undefined): boolean =>
  atMs >= (range?.fromMs ?? Number.NEGATIVE_INFINITY) && atMs < (range?.toMs ?? Number.POSITIVE_INFINITY);

/** Whether a reader of this scope may know of the run. No run at all is in no scope but the whole. */
export function isInScope(run: Run | undefined, scope: RunScope | undefined): boolean {
  return liesInScope(run, scope && { session: scope.sessionId, user: scope.userId, tags: scope.tags });
}

/** An absent list asks for nothing; an absent value is in no list. */
export const isOneOf = (value: string | undefined, list: readonly string[] | undefined): boolean =>
  list === undefined || (value !== undefined && list.includes(value));
export const hasOneOf = (values: readonly string[], list: readonly string[] | undefined): boolean =>
  list === undefined || values.some((value) => list.includes(value));
/** With or without the date. */
export const isModelOneOf = (undated: string | undefined, list: readonly string[] | undefined): boolean =>
  list === undefined || (undated !== undefined && list.some((name) => undatedModelName(name) === undated));

export const matchesPeople = (run: Run, { userIds, sessionIds, groupIds }: NamesFilter): boolean =>
  isOneOf(run.userId, userIds) && isOneOf(run.sessionId, sessionIds) && isOneOf(run.groupId, groupIds);

export function matchesRunFilter(held: HistoryRun, filter: HistoryRunFilter | undefined): boolean {
  if (!filter) return true;
  const { run, toolNames, modelNames, durationMs } = held;
  const { statuses, minDurationMs, minCostNanoUsd, text } = filter;
  return (
    (statuses === undefined ||
      statuses.includes(run.status) ||
      (statuses.includes('waiting') && run.pendingApprovalCount > 0)) &&
    matchesPeople(run, filter) &&
    hasOneOf(run.agentNames, filter.agentNames) &&
    hasOneOf(toolNames, filter.toolNames) &&
    hasOneOf(modelNames, filter.modelNames) &&
    durationMs >= (minDurationMs ?? 0) &&
    run.totals.costNanoUsd >= (minCostNanoUsd ?? 0) &&
    (text === undefined || runSearchText(run, held).includes(text))
  );
}
