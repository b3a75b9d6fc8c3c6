import type { Alert, AlertSeverity, AlertState } from './alert.ts';
import type { Approval, ApprovalState } from './approval.ts';
import type { MonitorEvent } from './event.ts';
import type { RunId, SpanId } from './ids.ts';
import type { LogLevel } from './log.ts';
import type { Run, RunStatus } from './run.ts';
import type { Score } from './score.ts';

/**
 * `newest`, `oldest`: by start. `longest`: by duration. `dearest`: by cost. Equal ones go by the time they were first heard of,
 * in the same direction.
 */
export const runOrders = ['newest', 'oldest', 'longest', 'dearest'] as const;
export type RunOrderName = (typeof runOrders)[number];

export const metricDimensions = ['agent', 'tool', 'model', 'user'] as const;
export type MetricDimension = (typeof metricDimensions)[number];

/** Quantiles by rank, each within 1 % of the true value. */
export interface QuantileSet {
  /** Samples. */
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
}

/** Failed spans that failed alike. */
export interface ErrorGroup {
  readonly errorType?: string | undefined;
  readonly errorCode?: string | undefined;
  /** The message with its changing parts taken out, e.g. `Order {n} was not found`. Content: only for who may read it. */
  readonly template?: string | undefined;
  /** Spans. */
  readonly count: number;
  readonly runCount: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Sorted, at most 20. */
  readonly agentNames: readonly string[];
  /** The last one. */
  readonly sample: { readonly runId: RunId; readonly spanId: SpanId };
  /** Buckets with something in them, oldest first. */
  readonly trend: readonly { readonly atMs: number; readonly count: number }[];
}

/** Where a stretch of what is asked for begins and ends: `[fromMs, toMs)`, epoch ms; an end that is absent is open. */
export interface TimeRange {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/**
 * What happened in one stretch of time. A run counts where it starts, a charged call, a tool call and a failed span where they
 * end (a start, where no end is known). A run counts once in each series whose name it has; calls and tools in the one of
 * their own agent, tool (a call: the tool it was made in) and model.
 */
export interface MetricBucket {
  /** Where it begins, epoch ms. */
  readonly atMs: number;
  readonly runs: number;
  readonly failedRuns: number;
  /** Charged calls: the same rule as in the totals of runs. */
  readonly calls: number;
  readonly toolCalls: number;
  /** Failed spans of any kind. */
  readonly errors: number;
  readonly failedToolCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  /** A lower bound while `unpricedCalls` > 0. */
  readonly costNanoUsd: number;
  readonly unpricedCalls: number;
  /** Durations of ended runs, of calls and of tool calls, ms. */
  readonly runLatencyMs?: QuantileSet | undefined;
  readonly callLatencyMs?: QuantileSet | undefined;
  readonly toolLatencyMs?: QuantileSet | undefined;
}

export interface MetricSeries {
  /** `undefined`: what has no such name, or the one series of all. */
  readonly name?: string | undefined;
  /** Buckets with something in them, oldest first. */
  readonly buckets: readonly MetricBucket[];
}

/** Lists are alternatives, fields add up. Names and ids are those that the reader sees: a viewer asks for stand-ins by their own name. */
export interface HistoryNames {
  readonly agents?: readonly string[] | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly models?: readonly string[] | undefined;
  readonly users?: readonly string[] | undefined;
  readonly sessions?: readonly string[] | undefined;
  readonly groups?: readonly string[] | undefined;
}

/** What `GET /v1/runs` is asked for. */
export interface RunHistoryQuery extends HistoryNames, TimeRange {
  /** `waiting`: with a pending approval, also while other spans work. */
  readonly statuses?: readonly RunStatus[] | undefined;
  readonly minDurationMs?: number | undefined;
  readonly minCostNanoUsd?: number | undefined;
  /** Looked for in ids and names, as the reader sees them. Case does not matter. */
  readonly text?: string | undefined;
  /** Default `newest`. */
  readonly order?: RunOrderName | undefined;
  /** Default 50, at most 200. */
  readonly limit?: number | undefined;
}

/** One run of a page. */
export interface HistoryRunRow {
  readonly run: Run;
  /** Start of the run; while that is not known, the time of the first event of it. */
  readonly atMs: number;
  /** Start to end; of an open run to its last event; 0 without a start. */
  readonly durationMs: number;
  readonly toolNames: readonly string[];
  readonly modelNames: readonly string[];
}

/** Cursors are opaque: good for the same question only, without authority. Absent: this was the last page. */
export interface RunsPage {
  readonly runs: readonly HistoryRunRow[];
  readonly next?: string | undefined;
  /** Where the log stood. */
  readonly epoch: string;
  readonly head: number;
}

/** One run, and a page of its facts: folding all pages gives the run with its spans, approvals and scores. */
export interface RunFactsPage extends HistoryRunRow {
  readonly facts: readonly MonitorEvent[];
  readonly next?: string | undefined;
  readonly epoch: string;
  /** Every event of the run up to this number is in this page or those after it. */
  readonly at: number;
}

/** What `GET /v1/logs` is asked for. */
export interface LogHistoryQuery extends TimeRange {
  readonly levels?: readonly LogLevel[] | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly runIds?: readonly string[] | undefined;
  readonly spanIds?: readonly string[] | undefined;
  /** These lines, at most 100. */
  readonly ids?: readonly string[] | undefined;
  /** Looked for in the source and, by who may read content, in the message. Case does not matter. */
  readonly text?: string | undefined;
  /** Default `newest`. */
  readonly order?: 'newest' | 'oldest' | undefined;
  /** Default 100, at most 500. */
  readonly limit?: number | undefined;
}

export interface LogsPage {
  readonly lines: readonly HistoryLogRow[];
  readonly next?: string | undefined;
  readonly epoch: string;
  readonly head: number;
}

export interface HistoryLogRow {
  readonly event: MonitorEvent;
  /** The text of the line, only for who may read content. */
  readonly message?: unknown;
}

/** What `GET /v1/approvals`, `/v1/scores` and `/v1/alerts` are asked for alike. */
interface EntityHistoryQuery extends TimeRange {
  /** By the time it was asked, judged or fired. Default `newest`. */
  readonly order?: 'newest' | 'oldest' | undefined;
  /** Default 50, at most 200. */
  readonly limit?: number | undefined;
}

/** What `GET /v1/approvals` is asked for: lists are alternatives, fields add up. */
export interface ApprovalHistoryQuery extends EntityHistoryQuery {
  readonly states?: readonly ApprovalState[] | undefined;
  readonly tools?: readonly string[] | undefined;
  readonly runIds?: readonly string[] | undefined;
}

/** What `GET /v1/scores` is asked for. */
export interface ScoreHistoryQuery extends EntityHistoryQuery {
  /** What was judged. */
  readonly names?: readonly string[] | undefined;
  readonly runIds?: readonly string[] | undefined;
}

/** What `GET /v1/alerts` is asked for. */
export interface AlertHistoryQuery extends EntityHistoryQuery {
  readonly states?: readonly AlertState[] | undefined;
  readonly severities?: readonly AlertSeverity[] | undefined;
  readonly rules?: readonly string[] | undefined;
}

/** `GET /v1/approvals`, `/v1/scores`, `/v1/alerts`. Content is not in them: `detailRefs` say what there is. */
export interface ApprovalsPage extends EntitiesPage {
  readonly approvals: readonly Approval[];
}
export interface ScoresPage extends EntitiesPage {
  readonly scores: readonly Score[];
}
export interface AlertsPage extends EntitiesPage {
  readonly alerts: readonly Alert[];
}
interface EntitiesPage {
  readonly next?: string | undefined;
  readonly epoch: string;
  readonly head: number;
}

/** What `GET /v1/errors` is asked for. */
export interface ErrorHistoryQuery extends HistoryNames, TimeRange {
  readonly runIds?: readonly string[] | undefined;
  /** `last`: what happened last comes first. Default. */
  readonly order?: 'last' | 'count' | undefined;
  /** Groups. Default 50, at most 200. */
  readonly limit?: number | undefined;
  /** Width of the buckets of a group's trend, ms. Absent: no trend. */
  readonly bucketMs?: number | undefined;
}

export interface ErrorsAnswer {
  readonly groups: readonly ErrorGroup[];
  /** All groups in the range, also those beyond the limit. */
  readonly groupCount: number;
  /** All failed spans in the range. */
  readonly errorCount: number;
}

/** What `GET /v1/metrics` is asked for. */
export interface MetricsHistoryQuery extends HistoryNames {
  readonly fromMs: number;
  readonly toMs: number;
  /** Width of a bucket, ms: at most 1,000 of them in the range. Days are 86,400,000. */
  readonly bucketMs: number;
  /** Buckets begin at this many ms after a multiple of `bucketMs`: days of a time zone. Default 0. */
  readonly offsetMs?: number | undefined;
  /** One series a name; without it one series of all. */
  readonly by?: MetricDimension | undefined;
  /** Series, dearest first. Default 20, at most 100. */
  readonly limit?: number | undefined;
}

export interface MetricsAnswer {
  readonly series: readonly MetricSeries[];
  /** All series, also those beyond the limit. */
  readonly seriesCount: number;
}
