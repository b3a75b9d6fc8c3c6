import type { Run, RunStatus, RunTotals } from '../model/run.ts';
import { findFailedSpan } from './failedSpan.ts';
import type { RunNode } from './runNode.ts';
import * as flag from './spanFlags.ts';

/** Codes with which `run.fail` says that somebody stopped the run. */
const cancelCodes: ReadonlySet<string> = new Set(['cancelled', 'run.cancelled']);

/** When it was declared failed, unless it was opened again by a later `run.start` or span. */
function declaredFailureAt(run: RunNode): number | undefined {
  const failedAtMs = run.momentOf('run.fail');
  if (failedAtMs === undefined) return undefined;
  const startedAtMs = run.momentOf('run.start');
  const isReopened = (startedAtMs !== undefined && startedAtMs > failedAtMs) || run.maxStartMs > failedAtMs;
  return isReopened ? undefined : failedAtMs;
}

const hasFatalSpan = (run: RunNode): boolean =>
  run.fatal.size > 0 || (run.rootCount === 0 && run.orphanErrors.size > 0);

function isDeclaredOver(run: RunNode): boolean {
  const endedAtMs = run.momentOf('run.end');
  return endedAtMs !== undefined && endedAtMs >= (run.momentOf('run.start') ?? 0);
}

/**
 * Declared failure; else running while a span is open; else waiting while an approval is pending; else failed when a top span
 * or a top-level task, agent or turn failed (top-level: no tool above it); else cancelled when a top span was; else completed.
 */
function statusOf(run: RunNode, pendingApprovals: number): RunStatus {
  if (declaredFailureAt(run) !== undefined) {
    return cancelCodes.has(run.get('errorCode') ?? '') ? 'cancelled' : 'failed';
  }
  if (run.openCount > 0) return 'running';
  if (pendingApprovals > 0) return 'waiting';
  if (hasFatalSpan(run)) return 'failed';
  if (run.cancelledRoots.size > 0) return 'cancelled';
  return run.spanCount > 0 || isDeclaredOver(run) ? 'completed' : 'running';
}

function refreshTimes(run: RunNode): void {
  if (!run.areTimesStale) return;
  run.areTimesStale = false;
  run.minStartMs = Number.POSITIVE_INFINITY;
  run.maxStartMs = Number.NEGATIVE_INFINITY;
  run.maxEndMs = Number.NEGATIVE_INFINITY;
  for (const { flags, span } of run.nodes.values()) {
    if (flags & flag.placeholder) continue;
    const { startedAtMs, endedAtMs } = span;
    if (startedAtMs !== undefined && startedAtMs < run.minStartMs) run.minStartMs = startedAtMs;
    if (startedAtMs !== undefined && startedAtMs > run.maxStartMs) run.maxStartMs = startedAtMs;
    if (endedAtMs !== undefined && endedAtMs > run.maxEndMs) run.maxEndMs = endedAtMs;
  }
}

const finite = (value: number): number | undefined => (Number.isFinite(value) ? value : undefined);

function totalsOf(run: RunNode): RunTotals {
  return {
    source: 'held',
    isUsageKnown: run.carrierCount > 0,
    llmCalls: run.llmCount,
    failedLlmCalls: run.failedLlmCount,
    toolCalls: run.toolCount,
    ...run.ledger.sum,
  };
}

/** Replaces the public run. O(1) but for what changed: names of agents, a time that was taken back, the span that failed. */
export function deriveRun(run: RunNode): Run {
  refreshTimes(run);
  run.agentNames ??= [...run.agentCounts.keys()].sort();
  const pendingApprovalCount = run.approvalBook.pendingCount;
  const status = statusOf(run, pendingApprovalCount);
  const isEnded = status !== 'running' && status !== 'waiting';
  const failedSpan = status === 'failed' ? findFailedSpan(run) : undefined;
  const declaredEndMs = run.get('endedAtMs') ?? Number.NEGATIVE_INFINITY;
  run.revision += 1;
  run.run = {
    runId: run.runId,
    name: run.get('name'),
    source: run.get('source'),
    groupId: run.get('groupId'),
    sessionId: run.get('sessionId'),
    userId: run.get('userId'),
    tags: run.get('tags'),
    producerId: run.declared.get('prod') as string | undefined,
    status,
    startedAtMs: run.get('startedAtMs') ?? finite(run.minStartMs),
    endedAtMs: isEnded
      ? finite(Math.max(run.maxEndMs, declaredEndMs, declaredFailureAt(run) ?? declaredEndMs))
      : undefined,
    spanCount: run.spanCount,
    openSpanCount: run.openCount,
    errorSpanCount: run.errorCount,
    pendingApprovalCount,
    agentNames: run.agentNames,
    failedSpanId: failedSpan?.span.spanId,
    errorType: isEnded ? (run.get('errorType') ?? failedSpan?.span.errorType) : undefined,
    errorCode: isEnded ? (run.get('errorCode') ?? failedSpan?.span.errorCode) : undefined,
    totals: totalsOf(run),
    lastEventAtMs: run.lastEventAtMs,
    isBeforeRestart: false,
    detail: run.detail(),
    detailRefs: run.detailRefs(),
    revision: run.revision,
  };
  return run.run;
}
