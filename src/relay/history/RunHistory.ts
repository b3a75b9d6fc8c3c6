import type { AlertSeverity, AlertState } from '../../model/alert.ts';
import type { ApprovalState } from '../../model/approval.ts';
import type { EventOf, MonitorEvent } from '../../model/event.ts';
import type { ErrorGroup, MetricDimension, MetricSeries, RunOrderName, TimeRange } from '../../model/history.ts';
import type { RunId, SpanId } from '../../model/ids.ts';
import type { LogLevel } from '../../model/log.ts';
import type { Run, RunStatus } from '../../model/run.ts';

export type {
  ErrorGroup,
  MetricBucket,
  MetricDimension,
  MetricSeries,
  RunOrderName,
  TimeRange,
} from '../../model/history.ts';

/**
 * What a restricted reader may see: the runs that match all that stands here. It is a predicate of every question, never a
 * part of a position in the pages. What belongs to no run is outside every scope.
 */
export interface RunScope {
  readonly sessionId?: string | undefined;
  readonly userId?: string | undefined;
  /** The run has all of them. */
  readonly tags?: readonly string[] | undefined;
}

/**
 * Where a page ends: numbers only, so that nothing of the data stands in it. Made by the history that gave the page, good for
 * the same question, and without authority: project, scope and filter are asked again with each page. Rows that come or go
 * between two pages shift nothing: the next page begins behind the last row of the one before.
 */
export type HistoryPosition = readonly number[];

export interface Page<Item> {
  readonly items: readonly Item[];
  /** `undefined`: this was the last page. */
  readonly next?: HistoryPosition | undefined;
}

/** Lists are alternatives; an empty one matches nothing. Fields add up. Names and ids are the raw ones. */
export interface NamesFilter {
  readonly agentNames?: readonly string[] | undefined;
  /** Tools that were called, see `runFacets.ts`. */
  readonly toolNames?: readonly string[] | undefined;
  /** With or without the date in the name. */
  readonly modelNames?: readonly string[] | undefined;
  readonly userIds?: readonly string[] | undefined;
  readonly sessionIds?: readonly string[] | undefined;
  readonly groupIds?: readonly string[] | undefined;
}

export interface HistoryRunFilter extends NamesFilter {
  /** `waiting`: with a pending approval, also while other spans work. */
  readonly statuses?: readonly RunStatus[] | undefined;
  readonly minDurationMs?: number | undefined;
  readonly minCostNanoUsd?: number | undefined;
  /** In lower case. Looked for in `runSearchText`, see `runFacets.ts`. */
  readonly text?: string | undefined;
}

export interface RunsQuery {
  /** Of {@link HistoryRun.atMs}. */
  readonly range?: TimeRange | undefined;
  readonly scope?: RunScope | undefined;
  readonly filter?: HistoryRunFilter | undefined;
  readonly order: RunOrderName;
  readonly after?: HistoryPosition | undefined;
  readonly limit: number;
}

/** A run as the log has it now. */
export interface HistoryRun {
  readonly run: Run;
  /** Start of the run; while that is not known, the time of the first event of it. */
  readonly atMs: number;
  /** Sequence number of its first event: unique, and it never changes. */
  readonly firstSeq: number;
  /** Start to end; of an open run to its last event; 0 without a start. */
  readonly durationMs: number;
  readonly toolNames: readonly string[];
  /** As they came, and without their dates. */
  readonly modelNames: readonly string[];
}

export interface FactsQuery {
  readonly runId: RunId;
  readonly scope?: RunScope | undefined;
  readonly after?: HistoryPosition | undefined;
  /** Events, about: what belongs to one span stays together. */
  readonly limit: number;
}

export interface FactsPage extends Page<MonitorEvent> {
  /** Every event of the run up to this number is in this page or the ones after it. */
  readonly at: number;
}

export interface LogsQuery {
  /** Of the line's time by its writer's clock. */
  readonly range?: TimeRange | undefined;
  readonly scope?: RunScope | undefined;
  readonly levels?: readonly LogLevel[] | undefined;
  readonly sourceNames?: readonly string[] | undefined;
  readonly runIds?: readonly RunId[] | undefined;
  readonly spanIds?: readonly SpanId[] | undefined;
  /** These lines only. */
  readonly ids?: readonly string[] | undefined;
  /** In lower case. Looked for in the name of the source and, with `withMessage`, in the message. */
  readonly text?: string | undefined;
  /** Asked for by who may read content. */
  readonly withMessage: boolean;
  readonly order: 'newest' | 'oldest';
  readonly after?: HistoryPosition | undefined;
  readonly limit: number;
}

export interface HistoryLog {
  readonly event: EventOf<'log'>;
  /** Content: `detail.message`, a text or any JSON value. Only with {@link LogsQuery.withMessage}, and where it is held. */
  readonly message?: unknown;
}

/** How finely errors are told apart: by class and code, or by the message's template too (which is content). */
export type ErrorGrain = 'code' | 'message';

export interface ErrorsQuery extends NamesFilter {
  /** Of the moment the span failed: its end, else its start. */
  readonly range?: TimeRange | undefined;
  readonly scope?: RunScope | undefined;
  readonly runIds?: readonly RunId[] | undefined;
  readonly grain: ErrorGrain;
  /** What of an error's content a template may be made of: what is taken out must be gone before it is cut. Default: all of it. */
  readonly showError?: ((error: unknown) => unknown) | undefined;
  /** `last`: what happened last comes first. */
  readonly order: 'last' | 'count';
  /** Groups. */
  readonly limit: number;
  /** Width of the buckets of {@link ErrorGroup.trend}, ms from the epoch on. Absent: no trend. */
  readonly bucketMs?: number | undefined;
}

export const MAX_GROUP_NAMES = 20;

export interface ErrorGroups {
  readonly groups: readonly ErrorGroup[];
  /** All groups in the range, also those beyond the limit. */
  readonly groupCount: number;
  /** All failed spans in the range. */
  readonly errorCount: number;
}

export interface MetricsQuery extends NamesFilter {
  /** Both ends stand there; the first bucket begins at or before `fromMs`. */
  readonly range: { readonly fromMs: number; readonly toMs: number };
  readonly bucketMs: number;
  /** Buckets begin at this many ms after a multiple of `bucketMs`: days of a time zone. */
  readonly offsetMs: number;
  /** One series a name; without it one series of all. */
  readonly by?: MetricDimension | undefined;
  readonly scope?: RunScope | undefined;
  /** Series, dearest first, then by calls, runs, name. */
  readonly limit: number;
}

export interface Metrics {
  readonly series: readonly MetricSeries[];
  /** All series, also those beyond the limit. */
  readonly seriesCount: number;
}

/** What stands beside spans. */
export type EntityKind = 'approval' | 'score' | 'alert';

export interface EntitiesQuery {
  readonly kind: EntityKind;
  /** Of {@link HistoryEntity.atMs}. */
  readonly range?: TimeRange | undefined;
  readonly scope?: RunScope | undefined;
  /** Of approvals and alerts. */
  readonly states?: readonly (ApprovalState | AlertState)[] | undefined;
  /** Of alerts. */
  readonly severities?: readonly AlertSeverity[] | undefined;
  /** Tool of an approval, what a score judges, rule of an alert. Raw ones. */
  readonly names?: readonly string[] | undefined;
  /** Of approvals and scores. */
  readonly runIds?: readonly RunId[] | undefined;
  readonly order: 'newest' | 'oldest';
  readonly after?: HistoryPosition | undefined;
  readonly limit: number;
}

/** An approval, a score or an alert as the log has merged it. */
export interface HistoryEntity {
  /** When it was asked, judged or fired, epoch ms; where that is not known, when it was first heard of. */
  readonly atMs: number;
  /** Its facts as events: folding them makes it. */
  readonly facts: readonly MonitorEvent[];
}

export const nameKinds = ['agent', 'tool', 'model', 'user', 'session', 'group', 'source'] as const;
/** `source`: who wrote log lines. */
export type NameKind = (typeof nameKinds)[number];

export interface NamesQuery {
  readonly kind: NameKind;
  readonly scope?: RunScope | undefined;
  /** Names greater than this one, by code units. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/**
 * What the log holds, to be asked in pages. Nothing here is projected: whoever answers with it projects it first.
 * Kinds: memory. A page holds at most `limit` items and is read with the keys of an index, whatever is held before it.
 */
export interface RunHistory {
  runs(project: string, query: RunsQuery): Promise<Page<HistoryRun>>;
  /** @returns `undefined`: not held, or outside the scope */
  run(project: string, runId: RunId, scope?: RunScope): Promise<HistoryRun | undefined>;
  /** The merged facts of one run as events, see `RunLog.snapshot`. @returns `undefined`: not held, or outside the scope */
  facts(project: string, query: FactsQuery): Promise<FactsPage | undefined>;
  /** Equal times go by sequence number. */
  logs(project: string, query: LogsQuery): Promise<Page<HistoryLog>>;
  errors(project: string, query: ErrorsQuery): Promise<ErrorGroups>;
  metrics(project: string, query: MetricsQuery): Promise<Metrics>;
  /** Equal times go by sequence number. Alerts belong to no run: they are in no scope. */
  entities(project: string, query: EntitiesQuery): Promise<Page<HistoryEntity>>;
  /** Different names of a kind, sorted by code units: what stand-ins are resolved with. */
  names(project: string, query: NamesQuery): Promise<readonly string[]>;
}
