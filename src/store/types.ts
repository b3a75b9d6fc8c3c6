import type { EntityReader, Touched } from '../fold/types.ts';
import type { Approval } from '../model/approval.ts';
import type { Capability, Role } from '../model/capabilities.ts';
import type { Detail } from '../model/detail.ts';
import type { MonitorEvent } from '../model/event.ts';
import type { HistoryRunRow } from '../model/history.ts';
import type { RunId, SpanKey } from '../model/ids.ts';
import type { LogLine } from '../model/log.ts';
import type { MetricBucket } from '../model/metricBucket.ts';
import type { Clock, Timers } from '../model/platform.ts';
import type { Run } from '../model/run.ts';
import type { Scopable, Scope } from '../model/scope.ts';
import type { CostSource, Span } from '../model/span.ts';
import type { Cursor, Degradation, GapCause, Subscription, Topic } from '../model/wire.ts';
import type { Workflow } from '../model/workflow.ts';
import type { ConnectionState, HistoryCalls, Transport } from '../transport/types.ts';
import type { OpenedRun } from './history/runOpener.ts';
import type { LeftLogLines } from './logBuffer.ts';

export type { Clock, Timers } from '../model/platform.ts';

/** Who the relay says we are. `undefined` in the state while nothing is granted; a store without a relay may set its own. */
export interface Session {
  readonly who: string;
  readonly project: string;
  readonly roles: readonly Role[];
  readonly can: readonly Capability[];
  /** Opaque: another for another role, project or scope. */
  readonly lens?: string | undefined;
}

/** A range of events that will not come. Times are epoch ms by the relay's clock. */
export interface Gap {
  readonly id: string;
  readonly why: GapCause;
  readonly missingEvents?: number | undefined;
  /** Last good moment before it and first good moment after it: what is hatched. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly producerId?: string | undefined;
}

/** What the store let go, and why. Shown on the screen, never silent. */
export interface StoreCounters {
  readonly acceptedEvents: number;
  readonly repeatedEvents: number;
  readonly rejectedEvents: number;
  readonly unknownTypeEvents: number;
  readonly queuedEvents: number;
  /** Let go because the queue was full. */
  readonly droppedEvents: number;
  readonly evictedRuns: number;
  readonly evictedSpans: number;
  readonly evictedLogLines: number;
  readonly evictedLoggedEvents: number;
  readonly cyclesCut: number;
}

/** What a store holds at most; what goes first, and is counted then, is told in docs/store.md. */
export interface StoreLimits {
  /** Default 1,000. */
  readonly runs: number;
  /** Default 100,000. */
  readonly spans: number;
  /** Default 5,000. */
  readonly logLines: number;
  /** Events kept for time travel and export. Default 20,000. */
  readonly loggedEvents: number;
  /** Events that may wait to be merged. Default 100,000. */
  readonly queuedEvents: number;
  /** Estimated bytes of all that is held. Default 64 MiB. */
  readonly bytes: number;
}

/** How fast events come, and how late. */
export interface Throughput {
  /** Events a second over the last 5 s. */
  readonly eventsPerSec: number;
  /** Age of the newest event when it came, ms; `undefined` before the first. */
  readonly lagMs: number | undefined;
}

/** `following`: the live state. `paused`: a frozen copy, data keeps arriving. `past`: a moment of the event log. */
export type ViewMode =
  | { readonly mode: 'following' }
  | { readonly mode: 'paused'; readonly atMs: number; readonly waitingEvents: number }
  | { readonly mode: 'past'; readonly atMs: number };

/** Content of a span that somebody opened. Absent from {@link MonitorState.details} until it is asked for. */
export type DetailEntry =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly detail: Detail }
  /** `code` is that of the {@link MonitorError}, e.g. `detail.not-found`. */
  | { readonly state: 'error'; readonly code: string };

export type WorkflowEntry =
  | { readonly state: 'idle' }
  | { readonly state: 'loading' }
  /** `workflow` is `undefined` where the project declares none. */
  | { readonly state: 'ready'; readonly workflow: Workflow | undefined }
  | { readonly state: 'error'; readonly code: string };

/** What hooks read. A new object after every flush that changed something; lists in it are replaced, never changed in place. */
export interface MonitorState {
  /** Grows with every flush that changed something. */
  readonly revision: number;
  readonly view: ViewMode;
  readonly entities: EntityReader;
  /** Newest start first. */
  readonly runIds: readonly RunId[];
  readonly pendingApprovals: readonly Approval[];
  readonly logLines: readonly LogLine[];
  /** Lines that left {@link logLines} while older pages are shown, see {@link MonitorStore.holdLogLines}. */
  readonly leftLogLines: LeftLogLines;
  readonly connection: ConnectionState;
  /** Parts of the relay that do not work now, beside the connection; what is shown stays true. `undefined`: all is well. */
  readonly degraded: Degradation | undefined;
  readonly session: Session | undefined;
  readonly gaps: readonly Gap[];
  readonly counters: StoreCounters;
  readonly throughput: Throughput;
  /** Relay clock minus local clock, ms. */
  readonly clockOffsetMs: number;
  /** Epoch of the relay's log; changes when the relay lost its memory. */
  readonly epoch: string | undefined;
  /** How often the line came back after it had been lost. */
  readonly reconnects: number;
  /** Where in the relay's log the newest events stand; `undefined` without a relay. */
  readonly cursor: Cursor | undefined;
  /** Text of running model calls, for spans that someone has open. */
  readonly liveText: ReadonlyMap<SpanKey, string>;
  /** Content that was opened. Dropped at once when the role or the identity changes. */
  readonly details: ReadonlyMap<SpanKey, DetailEntry>;
  /** Calls, tokens, errors and cost by minute and agent, where the relay sends them (topic `metrics`). */
  readonly metricBuckets: readonly MetricBucket[];
  readonly workflow: WorkflowEntry;
  /** Runs that pages of the history brought and nobody else holds; the live ones in {@link entities} win over them. */
  readonly historyRuns: ReadonlyMap<RunId, Run>;
  /** Runs that were opened and are read from the history. */
  readonly openedRuns: ReadonlyMap<RunId, OpenedRun>;
  /** Texts of log lines that were looked at, by id of the line; `null`: there is none. */
  readonly logTexts: ReadonlyMap<string, unknown>;
  /** Grows when the role or the identity changes: what the history gave before must not be shown any more. */
  readonly historyEra: number;
}

/** Calls one function a frame. The default uses `requestAnimationFrame`, a timer while the page is hidden or there is no page. */
export interface FrameScheduler {
  /** Runs `flush` soon, at most once until it ran. */
  request(flush: () => void): void;
  cancel(): void;
}

/**
 * What a call cost, for a store whose events carry no cost. Cost that an event carries wins over it.
 * @returns `undefined`: unknown, the call stays unpriced
 */
export interface SpanPrices {
  priceSpan(
    span: Span,
  ):
    | { readonly costNanoUsd: number; readonly source: CostSource; readonly priceVersion?: string | undefined }
    | undefined;
}

/** An event with the moment it came in: what time travel and export are made from. */
export interface LoggedEvent {
  readonly event: MonitorEvent;
  /** Epoch ms by the relay's clock, as well as it was known. */
  readonly receivedAtMs: number;
}

/** Where content and the declared workflow come from when someone opens them. */
export interface DetailSource extends Scopable<DetailSource> {
  /** @throws MonitorError `detail.forbidden`, `detail.not-found`, `detail.unreachable` */
  loadDetail(key: SpanKey): Promise<Detail>;
  /** `undefined`: the project declares none. */
  loadWorkflow(): Promise<Workflow | undefined>;
}

/** Where older runs, logs, errors and metrics come from: `createRelayClient` is one. */
export interface HistorySource extends HistoryCalls, Scopable<HistorySource> {}

/** Where a store gets its data from, what it holds at most, and what stands in for the platform in tests. */
export interface MonitorStoreOptions {
  readonly transport?: Transport | undefined;
  readonly detailSource?: DetailSource | undefined;
  /** What is older than what is held. Without it, what is held is all there is. */
  readonly historySource?: HistorySource | undefined;
  /** Capabilities without a relay: what a store that is fed by hand may show. Default: all that reading needs. */
  readonly session?: Session | undefined;
  readonly limits?: Partial<StoreLimits> | undefined;
  readonly clock?: Clock | undefined;
  readonly scheduler?: FrameScheduler | undefined;
  readonly timers?: Timers | undefined;
  /** Host prices or a price table (`spanlight/prices`) for calls whose events carry no cost. Default: they stay unpriced. */
  readonly prices?: SpanPrices | undefined;
  /**
   * What is asked for all the time, beside what {@link MonitorStore.hold} asks for. Default: `overview` with the filter
   * `spans: "auto"` (every event while the relay is calm; run totals, metrics and what is open while it is busy), `approvals`,
   * `alerts`. `overview` without a filter: every event, always; `runs` and `metrics`: totals, always.
   */
  readonly topics?: readonly (Topic | Subscription)[] | undefined;
  /** How long a topic that no view needs any more is still asked for, ms. Default 3,000. */
  readonly topicLingerMs?: number | undefined;
  /** Only runs in this scope, on the stream and from the sources: narrows what the token allows. */
  readonly scope?: Scope | undefined;
  /** Live faults: a transport that fails, a frame that is not understood. Default: counted and shown only. */
  readonly onError?: ((error: { readonly code: string; readonly cause?: unknown }) => void) | undefined;
}

/** The headless store: takes events in, wakes its readers once a frame. */
export interface MonitorStore {
  /** What is shown: live, paused or past. Hooks read this. */
  readonly getView: () => MonitorState;
  /** What is known now. */
  readonly getState: () => MonitorState;
  /** What the server renders: always empty, owns maps of its own. */
  readonly getInitialState: () => MonitorState;
  /** Heard once a frame after a flush that changed something. @returns unsubscribe */
  readonly subscribe: (listener: () => void) => () => void;
  /** As {@link subscribe}, with what the flush touched: for indexes that are kept beside the store. */
  readonly subscribeTouched: (listener: (touched: Touched) => void) => () => void;
  /** Takes events in; they show after the next frame. Anything that is no valid event is counted, its neighbours are kept. */
  readonly ingest: (events: readonly MonitorEvent[]) => void;
  /** Flushes now instead of with the next frame. */
  readonly flush: () => void;
  readonly connect: () => void;
  readonly disconnect: () => void;
  /** Shows only runs in this scope from now on; what is held of others goes at once. The sources are asked within it as well. */
  readonly setScope: (scope: Scope | undefined) => void;
  /** A source beside those of the store, e.g. of exports, narrowed to the scope of the store. */
  readonly scoped: <Source extends Scopable<Source>>(source: Source) => Source;
  /** Tries the connection again now. */
  readonly retry: () => void;
  readonly pause: () => void;
  readonly follow: () => void;
  /** Asks the relay for a topic while somebody needs it; counted, so that two views may ask for the same. @returns release */
  readonly hold: (topic: Topic, filter?: Subscription['filter']) => () => void;
  /** Content of a span, from the event that brought it or from the detail source. Cached until the role or the span changes. */
  readonly loadDetail: (key: SpanKey) => Promise<Detail>;
  readonly loadWorkflow: () => Promise<Workflow | undefined>;
  /** Narrowed to the scope of the store. `undefined`: the store was given none. */
  readonly historySource: HistorySource | undefined;
  /**
   * Says that somebody looks into a run: the relay is asked for its spans, and a run that is not held is read from the history.
   * It stays while it is open and is let go after. Counted. @returns close
   */
  readonly openRun: (runId: RunId) => () => void;
  /** Reads an opened run again, after an error. */
  readonly retryRun: (runId: RunId) => void;
  /** Keeps runs of a page readable while they are shown. @returns release */
  readonly keepHistoryRuns: (rows: readonly HistoryRunRow[]) => () => void;
  /** Loads the texts of these lines into {@link MonitorState.logTexts}, as far as they are not there. */
  readonly loadLogTexts: (ids: readonly string[]) => void;
  /**
   * Keeps log lines that leave the newest ones in {@link MonitorState.leftLogLines}, and of those that came later as many again as
   * may be held: they would stand neither in the pages that are shown nor among the live lines. Counted. @returns release
   */
  readonly holdLogLines: () => () => void;
  /** Texts that came with a page. */
  readonly addLogTexts: (texts: ReadonlyMap<string, unknown>) => void;
  /**
   * What is held of a run as events: merging them gives the same run, spans and content with it. Without a run: what belongs to
   * none. Log lines are in {@link loggedEvents}. Reads what is known now, also while an earlier state is shown.
   */
  readonly factsOf: (runId: RunId | undefined) => readonly MonitorEvent[];
  /** The events that are held, oldest first, each with the moment it came in. Bounded by `limits.loggedEvents`. */
  readonly loggedEvents: () => readonly LoggedEvent[];
  /** Epoch ms by the relay's clock, as well as it is known. */
  readonly now: () => number;
  /** Ends timers, the connection and all subscriptions. */
  readonly destroy: () => void;
}
