import type {
  AlertHistoryQuery,
  AlertsPage,
  ApprovalHistoryQuery,
  ApprovalsPage,
  ErrorHistoryQuery,
  ErrorsAnswer,
  LogHistoryQuery,
  LogsPage,
  MetricsAnswer,
  MetricsHistoryQuery,
  RunFactsPage,
  RunHistoryQuery,
  RunsPage,
  ScoreHistoryQuery,
  ScoresPage,
} from '../model/history.ts';
import type { RunId } from '../model/ids.ts';
import type { Scope } from '../model/scope.ts';
import type {
  BatchFrame,
  CloseCode,
  Degradation,
  GapFrame,
  HelloFrame,
  LiveFrame,
  RowsFrame,
  SnapFrame,
  Subscription,
  WelcomeFrame,
} from '../model/wire.ts';

export type TransportKind = 'websocket' | 'sse' | 'polling' | 'replay' | 'simulator';

/** Why a wire closed. `code` is `area.what`; `closeCode` is there when the relay said one. */
export interface WireClosed {
  readonly code: string;
  readonly closeCode?: CloseCode | undefined;
  readonly canRetry: boolean;
  /** The relay asks to wait at least this long, ms. */
  readonly retryMs?: number | undefined;
  /** The relay gave a place in a line: after exactly `retryMs`, then again each time this long after, ms. */
  readonly againMs?: number | undefined;
  /** Nothing is wrong, a better wire can be had: go on at once from the cursor, without a word. */
  readonly isSwitch?: boolean | undefined;
  readonly cause?: unknown;
}

/** Where a wire delivers. */
export interface WireSink {
  /** One frame, or an array of frames, as JSON text. */
  onData(text: string): void;
  /** A part of what becomes frames came: on a slow line a whole answer takes longer than a line may be silent. */
  onProgress(): void;
  /** Called once an attempt, also when the attempt never opened. */
  onClosed(closed: WireClosed): void;
  /** The hello as it would be said now, for a wire that asks again and again: the cursor is where the last frame left it. */
  currentHello(): HelloFrame;
}

/**
 * The thinnest thing that moves frames: a socket, a streaming fetch, a poll. It knows no cursor, no retry and no parsing;
 * an older attempt may still call back and must not speak for the current one.
 */
export interface Wire {
  /** Of the connection that stands or is tried; it may change between two. */
  readonly kind: TransportKind;
  open(hello: HelloFrame, sink: WireSink): void;
  /** A socket sends the new subscriptions; other wires open again. */
  setSubs(subs: readonly Subscription[], hello: HelloFrame, sink: WireSink): void;
  close(): void;
}

/** State of the connection as people see it; one union by `phase`. Times are epoch ms by the store's clock. */
export type ConnectionState =
  | { readonly phase: 'idle' }
  | { readonly phase: 'connecting'; readonly sinceMs: number; readonly attempt: number }
  | { readonly phase: 'live'; readonly sinceMs: number; readonly kind: TransportKind }
  /** More than 2 s behind for 5 s. */
  | { readonly phase: 'slow'; readonly sinceMs: number; readonly kind: TransportKind; readonly lagMs: number }
  /** A replay or snapshot after a reconnect is coming in. */
  | {
      readonly phase: 'catching-up';
      readonly sinceMs: number;
      readonly kind: TransportKind;
      readonly missedEvents: number;
    }
  | {
      readonly phase: 'reconnecting';
      readonly sinceMs: number;
      readonly attempt: number;
      readonly nextTryAtMs: number;
      readonly code: string;
      readonly lastGoodAtMs?: number | undefined;
    }
  /** Not connected for 60 s, or refused. */
  | {
      readonly phase: 'offline';
      readonly sinceMs: number;
      readonly code: string;
      /** The relay refused the token: ask the person to sign in again. */
      readonly isAuthFailure: boolean;
      readonly nextTryAtMs?: number | undefined;
      readonly lastGoodAtMs?: number | undefined;
    };

/** Where a transport delivers: frames already parsed, in order, each exactly once, and everything people should know. */
export interface TransportSink {
  onConnection(state: ConnectionState): void;
  onWelcome(welcome: WelcomeFrame, isNewEpoch: boolean): void;
  onBatch(batch: BatchFrame): void;
  /** Called for each part; the store swaps its scope in at the last one. */
  onSnapshot(snap: SnapFrame): void;
  onGap(gap: GapFrame): void;
  onRows(rows: RowsFrame): void;
  onLive(live: LiveFrame): void;
  /** Parts of the relay that do not work, while it goes on; `undefined`: all is well again. Called when it changes. */
  onDegraded(degraded: Degradation | undefined): void;
  /** Relay clock minus local clock, ms, best estimate so far. */
  onClockOffset(offsetMs: number): void;
  /** A frame or an event that was not understood. */
  onIssue(code: string): void;
}

/** What a store is given: it moves frames, keeps the cursor, resumes, retries. Commands go by HTTP, not through it. */
export interface Transport {
  /** Which wire carries the frames now. */
  readonly kind: TransportKind;
  start(sink: TransportSink): void;
  /** Replaces the subscriptions; the tail goes on from the cursor. */
  setSubs(subs: readonly Subscription[]): void;
  /** Another scope: starts anew from a snapshot of its own. A transport without a relay behind it needs none. */
  setScope?(scope: Scope | undefined): void;
  /** Tries again now, e.g. after the user pressed Retry. */
  retryNow(): void;
  stop(): void;
}

/** Where in the pages to go on, and when to give up. */
export interface PageOptions {
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads from what the relay's log holds. Fits the `historySource` of a store.
 * Each throws {@link MonitorError} `history.forbidden`, `history.not-found`, `history.bad-query`, `history.busy`, `history.unreachable`.
 */
export interface HistoryCalls {
  loadRuns(query: RunHistoryQuery, options?: PageOptions): Promise<RunsPage>;
  /** @param options - `limit` facts, about; default 1,000, at most 2,000 */
  loadRunFacts(runId: RunId, options?: PageOptions & { readonly limit?: number | undefined }): Promise<RunFactsPage>;
  loadLogs(query: LogHistoryQuery, options?: PageOptions): Promise<LogsPage>;
  loadApprovals(query: ApprovalHistoryQuery, options?: PageOptions): Promise<ApprovalsPage>;
  loadScores(query: ScoreHistoryQuery, options?: PageOptions): Promise<ScoresPage>;
  loadAlerts(query: AlertHistoryQuery, options?: PageOptions): Promise<AlertsPage>;
  loadErrors(query: ErrorHistoryQuery, options?: PageOptions): Promise<ErrorsAnswer>;
  loadMetrics(query: MetricsHistoryQuery, options?: PageOptions): Promise<MetricsAnswer>;
}
