import type { SpanCharge } from '../../../fold/chargeLedger.ts';
import type { EventOf, MonitorEvent } from '../../../model/event.ts';
import type { Run } from '../../../model/run.ts';
import type { Span } from '../../../model/span.ts';
import { latencyBinOf } from '../../history/latencyBins.ts';
import type { HistoryRun } from '../../history/RunHistory.ts';
import { entityKeyOf } from '../../history/runEntities.ts';
import { type RunFacets, runDurationMs, runSearchText } from '../../history/runFacets.ts';
import {
  callMeasureOf,
  errorMeasureOf,
  isFailedSpan,
  isToolCall,
  noTokens,
  type SpanMeasure,
  toolMeasureOf,
} from '../../history/spanMeasures.ts';
import type { LogLineTable, MeasureTable, RunFacetTable, RunTable } from './LogTables.ts';

/** What the log knows of a run beside its facts. */
export interface RunMark {
  readonly firstSeq: number;
  /** By the clock of who said it, epoch ms. */
  readonly firstAtMs: number;
  readonly lastRts: number;
  /** Of each approval and score, by its key: the number of its first event. */
  readonly entities?: ReadonlyMap<string, number> | undefined;
}

export function markAfter(before: RunMark | undefined, event: MonitorEvent): RunMark {
  const { seq = 0, ts, rts = 0 } = event;
  const entities = entitiesAfter(before?.entities, event);
  if (!before) return { firstSeq: seq, firstAtMs: ts, lastRts: rts, entities };
  return {
    firstSeq: Math.min(before.firstSeq, seq),
    firstAtMs: seq < before.firstSeq ? ts : before.firstAtMs,
    lastRts: Math.max(before.lastRts, rts),
    entities,
  };
}

function entitiesAfter(before: RunMark['entities'], event: MonitorEvent): RunMark['entities'] {
  const key = entityKeyOf(event);
  if (key === undefined) return before;
  const numbers = (before ?? new Map()) as Map<string, number>; // shared by the marks of a run: the newest is the one that is read
  numbers.set(key, Math.min(numbers.get(key) ?? Number.MAX_SAFE_INTEGER, event.seq ?? 0));
  return numbers;
}

/** Events that make a run exist. */
export const isHeldInRun = ({ type }: MonitorEvent): boolean =>
  type.startsWith('span.') || type.startsWith('run.') || type.startsWith('approval.') || type === 'score';

/** A run as the fold has it, for history. */
export function historyRunOf(run: Run, facets: RunFacets, { firstSeq, firstAtMs }: RunMark): HistoryRun {
  return { run, atMs: run.startedAtMs ?? firstAtMs, firstSeq, durationMs: runDurationMs(run), ...facets };
}

export function runRowOf(found: HistoryRun, mark: RunMark, pid: number, at: number): RunTable {
  const { run } = found;
  return {
    pid,
    run: run.runId,
    first_seq: mark.firstSeq,
    last_rts: mark.lastRts,
    at,
    at_ms: found.atMs,
    duration_ms: found.durationMs,
    cost: run.totals.costNanoUsd,
    status: run.status,
    pending: run.pendingApprovalCount,
    is_over: run.status !== 'running' && run.pendingApprovalCount === 0 ? 1 : 0,
    spans: run.spanCount,
    user_id: run.userId ?? null,
    session_id: run.sessionId ?? null,
    group_id: run.groupId ?? null,
    search: runSearchText(run, found),
    body: JSON.stringify(found),
  };
}

export function facetRowsOf({ run, toolNames, modelNames }: HistoryRun, pid: number): readonly RunFacetTable[] {
  const named = (kind: string, names: readonly (string | undefined)[]) =>
    [...new Set(names)].flatMap((name) => (name === undefined ? [] : [{ pid, kind, name, run: run.runId }]));
  return [
    ...named('agent', run.agentNames),
    ...named('tool', toolNames),
    ...named('model', modelNames),
    ...named('user', [run.userId]),
    ...named('session', [run.sessionId]),
    ...named('group', [run.groupId]),
    ...named('tag', run.tags ?? []),
  ];
}

/** Of the run itself, and of some of its spans and charged calls; each is made when it is asked for. */
export function* measureRowsOf(
  { run, atMs }: HistoryRun,
  spans: readonly Span[],
  calls: readonly SpanCharge[],
  pid: number,
  at: number,
): Iterable<MeasureTable> {
  const { runId, startedAtMs, endedAtMs, status, userId, sessionId, groupId } = run;
  const isTimed = startedAtMs !== undefined && endedAtMs !== undefined;
  const rowOf = (measure: SpanMeasure | RunMeasure, { errorType, errorCode }: Partial<Span> = {}): MeasureTable => ({
    pid,
    run: runId,
    span: measure.spanId,
    kind: measure.kind,
    at,
    at_ms: measure.atMs,
    agent: measure.agentName ?? null,
    tool: measure.toolName ?? null,
    model: measure.modelName ?? null,
    user_id: userId ?? null,
    session_id: sessionId ?? null,
    group_id: groupId ?? null,
    bin: measure.latencyMs === undefined ? null : latencyBinOf(measure.latencyMs),
    failed: measure.isFailed ? 1 : 0,
    input_tokens: measure.inputTokens,
    output_tokens: measure.outputTokens,
    total_tokens: measure.totalTokens,
    cost: measure.costNanoUsd ?? null,
    error_type: errorType ?? null,
    error_code: errorCode ?? null,
  });
  yield rowOf({
    kind: 'run',
    spanId: '',
    atMs,
    latencyMs: isTimed ? Math.max(0, endedAtMs - startedAtMs) : undefined,
    isFailed: status === 'failed',
    ...noTokens,
  });
  for (const call of calls) yield rowOf(callMeasureOf(call));
  for (const span of spans) {
    if (isToolCall(span)) yield rowOf(toolMeasureOf(span));
    if (isFailedSpan(span)) yield rowOf(errorMeasureOf(span), span);
  }
}

/** The run itself, which no span stands for. */
type RunMeasure = Omit<SpanMeasure, 'kind' | 'spanId'> & { readonly kind: 'run'; readonly spanId: '' };

export const lineRowOf = ({ seq = 0, ts, id, run, span, a }: EventOf<'log'>, pid: number): LogLineTable => ({
  pid,
  seq,
  ts,
  id,
  level: a.level ?? 'info',
  source: a.sourceName ?? null,
  run: run ?? null,
  span: span ?? null,
});
