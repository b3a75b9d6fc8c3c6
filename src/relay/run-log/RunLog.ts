import type { Detail } from '../../model/detail.ts';
import type { MonitorEvent } from '../../model/event.ts';
import type { RunId, SpanId } from '../../model/ids.ts';
import type { RunFacts } from '../../model/scope.ts';
import type { Span } from '../../model/span.ts';
import type { Durability } from '../../model/wire.ts';
import type { RunHistory } from '../history/RunHistory.ts';

/** Where a project's log stands. */
export interface LogHead {
  /** 128 random bits in hex: new whenever the numbers start anew. */
  readonly epoch: string;
  /** Newest sequence number; 0 while the log is empty. */
  readonly head: number;
  /** Oldest that can still be read; `head + 1` while there is none. */
  readonly oldest: number;
}

/** What became of one appended event. */
export interface Appended {
  readonly st: 'ok' | 'dup';
  /** Its place in the log; of a repeat, that of the first time, where it is still known. */
  readonly seq?: number | undefined;
}

export interface AppendResult {
  readonly epoch: string;
  /** The new events are `(from, to]`. */
  readonly from: number;
  readonly to: number;
  /** In the order of the batch. */
  readonly verdicts: readonly Appended[];
  /** The new events as stored: with `seq`, `rts` and `refs`, without `detail`. */
  readonly stored: readonly MonitorEvent[];
  /** The spans that they touched, as merged now. */
  readonly spans: readonly Span[];
}

/** Whose content: a run's, a span's, an approval's (by its call id), or that of an event which stands alone, such as a log line. */
export type DetailKey =
  | { readonly runId: RunId; readonly spanId?: SpanId; readonly callId?: never; readonly eventId?: never }
  | { readonly runId: RunId; readonly callId: string; readonly spanId?: never; readonly eventId?: never }
  | { readonly eventId: string; readonly runId?: never; readonly spanId?: never; readonly callId?: never };

/**
 * The log of all projects: the only one who gives sequence numbers, and the keeper of merged facts and content.
 * A project is a part of every key. Kinds: memory, SQL (SQLite or PostgreSQL).
 */
export interface RunLog {
  /** What an acknowledgement is worth. */
  readonly durability: Durability;
  readonly kind: 'memory' | 'sqlite' | 'postgres';
  /** For people: where it is, without a secret, e.g. `.spanlight/log.db`. */
  readonly place: string;
  /** `false`: no content is stored, whatever comes. */
  readonly keepsContent: boolean;
  head(project: string): Promise<LogHead>;
  /**
   * Stores valid events: known ids are repeats, new ones get the next numbers without a hole. All of a batch or nothing.
   * `seq` and `rts` of the input are not looked at.
   */
  append(project: string, events: readonly MonitorEvent[]): Promise<AppendResult>;
  /** The events in `(from, to]`, at most `limit`, oldest first. What is older than {@link LogHead.oldest} is not there. */
  read(project: string, from: number, to: number, limit: number): Promise<readonly MonitorEvent[]>;
  /**
   * The merged facts as events: with `runId` those of one run, else of all that is held. Holds every event up to `at`;
   * events after `at` may be in it already, which merging them again does not change.
   */
  snapshot(
    project: string,
    runId?: RunId,
  ): Promise<{ readonly epoch: string; readonly at: number; readonly facts: AsyncIterable<readonly MonitorEvent[]> }>;
  /**
   * What runs say of themselves that a scope asks for, merged over all their events so far. A run that the log does not know
   * is not in the answer; one that said nothing is, with no fields. Asked for often: O(runs asked for).
   */
  readRunFacts(project: string, runIds: readonly RunId[]): Promise<ReadonlyMap<RunId, RunFacts>>;
  /** The run of an event that stands alone, such as a log line; `undefined`: it has none, or is not known. */
  runOfEvent(project: string, eventId: string): Promise<RunId | undefined>;
  /** Content, merged part by part; `undefined` where none is held. */
  readDetail(project: string, key: DetailKey): Promise<Detail | undefined>;
  /** Rejects while the log takes no events, with what it says of that. Absent: one that can be asked for its head takes them. */
  check?(): Promise<void>;
  /** What is held, to be asked in pages. */
  readonly history: RunHistory;
  close(): Promise<void>;
}
