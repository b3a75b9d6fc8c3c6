import type { EntityReader } from '../../fold/types.ts';
import type { Approval } from '../../model/approval.ts';
import { type RunId, type SpanId, spanKeyOf } from '../../model/ids.ts';
import type { ChargeLine, Run } from '../../model/run.ts';
import type { Span } from '../../model/span.ts';
import { usdFromNanoUsd } from '../../model/units.ts';
import type { ApprovalSummary, ModelSummary, TraceSummary } from './types.ts';

/** A span may leave its parent's interval by this much before it counts, ms: two clocks readings are never one. */
const OUTSIDE_TOLERANCE_MS = 1;
const UNKNOWN_MODEL = '(unknown)';

/** Fractions below a microsecond are an artefact of floating point, not of the source. */
const roundMs = (durationMs: number): number => Math.round(durationMs * 1000) / 1000;

const statusNames = { waiting: 'waiting_approval' } as const;

/**
 * The answers about one run.
 * @param entities - the run as its source tells it
 * @param priced - the same run with the costs of a price table
 */
export function summarizeRun(entities: EntityReader, priced: EntityReader, run: Run): TraceSummary {
  const spans = [...entities.spansOf(run.runId)];
  const ofKind = (kind: Span['kind']) => spans.filter((span) => span.kind === kind);
  const tools = ofKind('tool');
  const roots = spans.filter((span) => span.parentId === undefined);
  const { totals } = run;
  const costs = priced.getRun(run.runId)?.totals ?? totals;
  const hasReported = spans.some((span) => span.costSource === 'reported');
  return {
    trace_id: run.runId,
    name: run.name ?? null,
    group_or_session: run.groupId ?? run.sessionId ?? null,
    user: run.userId ?? null,
    status: run.status === 'waiting' ? statusNames.waiting : run.status,
    span_count: run.spanCount,
    roots: roots.length,
    orphans: spans.filter((span) => span.isOrphan).length,
    max_depth: depthOf(entities, run.runId),
    agents: run.agentNames,
    agent_spans: ofKind('agent').length,
    llm_spans: totals.llmCalls,
    failed_llm_spans: totals.failedLlmCalls,
    tool_spans: countByName(tools),
    tools_executed: countByName(tools.filter((span) => span.isExecuted !== false)),
    handoffs: inStartOrder(ofKind('handoff')).map((span) => [span.fromAgent ?? null, span.toAgent ?? null]),
    guardrails: ofKind('guardrail').map((span) => [span.name, span.triggered ?? null]),
    usage_known: totals.isUsageKnown,
    error_spans: run.errorSpanCount,
    unfinished_spans: spans.filter((span) => span.endedAtMs === undefined).length,
    tokens: {
      input: totals.inputTokens,
      output: totals.outputTokens,
      cached_input: totals.cachedInputTokens,
      cache_write: totals.cacheWriteTokens,
      reasoning: totals.reasoningTokens,
      total: totals.totalTokens,
    },
    models: summarizeModels(entities.chargeLines(run.runId, 'model')),
    cost_usd_sample_prices: usdFromNanoUsd(costs.costNanoUsd),
    unpriced_tokens: costs.unpricedTokens,
    cost_usd_reported: hasReported ? usdFromNanoUsd(totals.reportedCostNanoUsd) : null,
    ...summarizeTimes(entities, spans, roots),
    approvals: summarizeApprovals(entities.approvalsOf(run.runId)),
  };
}

const countByName = (spans: readonly Span[]): Record<string, number> => {
  const counts = new Map<string, number>();
  for (const { name } of spans) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
};

const inStartOrder = (spans: readonly Span[]): readonly Span[] =>
  [...spans].sort((left, right) => (left.startedAtMs ?? 0) - (right.startedAtMs ?? 0));

/** Depth of the deepest span; a root is 1, and so is a span whose parent is missing. */
function depthOf(entities: EntityReader, runId: RunId): number {
  let deepest = 0;
  const stack: [spanId: SpanId, depth: number][] = entities.rootSpanIds(runId).map((spanId) => [spanId, 1]);
  for (let next = stack.pop(); next; next = stack.pop()) {
    const [spanId, depth] = next;
    const key = spanKeyOf(runId, spanId);
    const own = entities.getSpan(key)?.isPlaceholder ? 0 : depth;
    if (own > deepest) deepest = own;
    for (const childId of entities.childSpanIds(key)) stack.push([childId, own + 1]);
  }
  return deepest;
}

function summarizeModels(lines: readonly ChargeLine[]): Record<string, ModelSummary> {
  const entries = lines.map(({ name, calls, inputTokens, outputTokens }): [string, ModelSummary] => [
    name ?? UNKNOWN_MODEL,
    { calls, input: inputTokens, output: outputTokens },
  ]);
  return Object.fromEntries(entries);
}

const durationOf = ({ startedAtMs, endedAtMs }: Span): number | undefined =>
  startedAtMs === undefined || endedAtMs === undefined ? undefined : endedAtMs - startedAtMs;

function isOutside(span: Span, parent: Span | undefined): boolean {
  if (!parent) return false;
  const isEarly = (span.startedAtMs ?? Infinity) < (parent.startedAtMs ?? -Infinity) - OUTSIDE_TOLERANCE_MS;
  const isLate = (span.endedAtMs ?? -Infinity) > (parent.endedAtMs ?? Infinity) + OUTSIDE_TOLERANCE_MS;
  return isEarly || isLate;
}

function summarizeTimes(
  entities: EntityReader,
  spans: readonly Span[],
  roots: readonly Span[],
): Pick<TraceSummary, 'duration_ms' | 'root_duration_ms' | 'spans_outside_parent'> {
  let startMs = Infinity;
  let endMs = -Infinity;
  let outside = 0;
  for (const span of spans) {
    startMs = Math.min(startMs, span.startedAtMs ?? Infinity);
    endMs = Math.max(endMs, span.endedAtMs ?? Infinity);
    const parent = span.parentId === undefined ? undefined : entities.getSpan(spanKeyOf(span.runId, span.parentId));
    if (isOutside(span, parent)) outside += 1;
  }
  const [root] = roots;
  const rootMs = root && roots.length === 1 ? durationOf(root) : undefined;
  return {
    duration_ms: Number.isFinite(endMs - startMs) ? roundMs(endMs - startMs) : null,
    root_duration_ms: rootMs === undefined ? null : roundMs(rootMs),
    spans_outside_parent: outside,
  };
}

function summarizeApprovals(approvals: readonly Approval[]): ApprovalSummary | null {
  if (approvals.length === 0) return null;
  const count = (state: Approval['state']) => approvals.filter((approval) => approval.state === state).length;
  const tools = approvals.map(({ toolName }) => toolName).filter((name) => name !== undefined);
  return {
    requested: approvals.length,
    approved: count('approved'),
    rejected: count('rejected'),
    pending: count('pending'),
    tools,
  };
}
