import type { Fold } from '../../../fold/types.ts';
import type { EventOf, MonitorEvent } from '../../../model/event.ts';
import { type RunId, spanKeyOf } from '../../../model/ids.ts';
import type { Run } from '../../../model/run.ts';
import { latencyBinOf } from '../../history/latencyBins.ts';
import type { HistoryRun } from '../../history/RunHistory.ts';
import { runDurationMs, runFacetsOf, runSearchText } from '../../history/runFacets.ts';
import { spanMeasuresOf } from '../../history/spanMeasures.ts';
import type { LogLineTable, MeasureTable, RunFacetTable, RunTable } from './LogTables.ts';

/** What the log knows of a run beside its facts. */
export interface RunMark {
  readonly firstSeq: number;
  /** By the clock of who said it, epoch ms. */
  readonly firstAtMs: number;
  readonly lastRts: number;
}

/** Events that make a run exist. */
export const isHeldInRun = ({ type }: MonitorEvent): boolean => /^(?:run|span|approval|score)\b/.test(type);

export interface RunRows {
  readonly run: RunTable;
  readonly facets: readonly RunFacetTable[];
  readonly measures: readonly MeasureTable[];
}

/** Rows of one run, as the fold has it. O(spans) @returns `undefined`: the fold has no such run */
export function rowsOfRun(fold: Fold, runId: RunId, mark: RunMark, pid: number, at: number): RunRows | undefined {
  const run = fold.reader.getRun(runId);
  if (!run) return undefined;
  const facets = runFacetsOf(fold.reader.spansOf(runId));
  const atMs = run.startedAtMs ?? mark.firstAtMs;
  const found: HistoryRun = { run, atMs, firstSeq: mark.firstSeq, durationMs: runDurationMs(run), ...facets };
  return {
    run: {
      pid,
      run: runId,
      first_seq: mark.firstSeq,
      last_rts: mark.lastRts,
      at,
      at_ms: atMs,
      duration_ms: found.durationMs,
      cost: run.totals.costNanoUsd,
      status: run.status,
      pending: run.pendingApprovalCount,
      is_over: run.status !== 'running' && run.pendingApprovalCount === 0 ? 1 : 0,
      spans: run.spanCount,
      user_id: run.userId ?? null,
      session_id: run.sessionId ?? null,
      group_id: run.groupId ?? null,
      search: runSearchText(run, facets),
      body: JSON.stringify(found),
    },
    facets: facetRowsOf(found, pid),
    measures: [...measureRowsOf(fold, found, pid, at)],
  };
}

function facetRowsOf({ run, toolNames, modelNames }: HistoryRun, pid: number): readonly RunFacetTable[] {
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

const peopleOf = ({ userId, sessionId, groupId }: Run) => ({
  user_id: userId ?? null,
  session_id: sessionId ?? null,
  group_id: groupId ?? null,
});

function* measureRowsOf(fold: Fold, { run, atMs }: HistoryRun, pid: number, at: number): Iterable<MeasureTable> {
  const { runId, startedAtMs, endedAtMs, status } = run;
  const base = { pid, run: runId as string };
  const people = peopleOf(run);
  const isTimed = startedAtMs !== undefined && endedAtMs !== undefined;
  yield {
    ...base,
    span: '',
    kind: 'run',
    at,
    at_ms: atMs,
    agent: null,
    tool: null,
    model: null,
    ...people,
    bin: isTimed ? latencyBinOf(Math.max(0, endedAtMs - startedAtMs)) : null,
    failed: status === 'failed' ? 1 : 0,
    input_tokens: 0,
    output_tokens: 0,
    total_tokens: 0,
    cost: null,
    error_type: null,
    error_code: null,
  };
  for (const measure of spanMeasuresOf(fold.reader.spansOf(runId), fold.chargesOf(runId))) {
    const { spanId, kind, latencyMs, inputTokens, outputTokens, totalTokens, costNanoUsd } = measure;
    const span = kind === 'error' ? fold.reader.getSpan(spanKeyOf(runId, spanId)) : undefined;
    yield {
      ...base,
      span: spanId,
      kind,
      at,
      at_ms: measure.atMs,
      agent: measure.agentName ?? null,
      tool: measure.toolName ?? null,
      model: measure.modelName ?? null,
      ...people,
      bin: latencyMs === undefined ? null : latencyBinOf(latencyMs),
      failed: measure.isFailed ? 1 : 0,
      input_tokens: inputTokens,
      output_tokens: outputTokens,
      total_tokens: totalTokens,
      cost: costNanoUsd ?? null,
      error_type: span?.errorType ?? null,
      error_code: span?.errorCode ?? null,
    };
  }
}

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
