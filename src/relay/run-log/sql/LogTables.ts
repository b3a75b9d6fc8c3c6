import type { Generated } from 'kysely';

/** One project's stream: who bumps its head inside the transaction that inserts gives the numbers. */
export interface StreamTable {
  readonly pid: Generated<number>;
  readonly project: string;
  readonly epoch: string;
  readonly head: number;
  /** Oldest number a reader can resume over. Below it stand only events of runs that are still held. */
  readonly oldest: number;
  /** About what events and content take. */
  readonly event_bytes: number;
  readonly content_bytes: number;
}

export interface EventTable {
  readonly pid: number;
  readonly seq: number;
  readonly id: string;
  readonly type: string;
  readonly run: string | null;
  /** When it was stored, epoch ms. */
  readonly rts: number;
  /** The event as JSON, without `seq`, `rts` and content. */
  readonly body: string;
}

/** Content, a part a row, merged. */
export interface ContentTable {
  readonly pid: number;
  /** See `contentOwner.ts`. */
  readonly owner: string;
  readonly part: string;
  /** Of the event that it came with: decides which of two is kept. */
  readonly rank: number;
  readonly ts: number;
  readonly id: string;
  readonly body: string;
}

/** A run as the fold has it, for history. Made from events, and can be made from them again. */
export interface RunTable {
  readonly pid: number;
  readonly run: string;
  readonly first_seq: number;
  /** When it was last heard of, by the clock of the relay, epoch ms. */
  readonly last_rts: number;
  /** The fold had every event up to here when the row was written. */
  readonly at: number;
  readonly at_ms: number;
  readonly duration_ms: number;
  readonly cost: number;
  readonly status: string;
  readonly pending: number;
  /** 1: nothing of it runs or waits. */
  readonly is_over: number;
  readonly spans: number;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly group_id: string | null;
  /** Everything a text is looked for in. */
  readonly search: string;
  /** {@link HistoryRun} as JSON. */
  readonly body: string;
}

/** A name that a run is found by. */
export interface RunFacetTable {
  readonly pid: number;
  readonly kind: string;
  readonly name: string;
  readonly run: string;
}

export interface LogLineTable {
  readonly pid: number;
  readonly seq: number;
  readonly ts: number;
  readonly id: string;
  readonly level: string;
  readonly source: string | null;
  readonly run: string | null;
  readonly span: string | null;
}

/** Something that is counted: a run, a charged call, a tool call, a failed span. Outlives its run. */
export interface MeasureTable {
  readonly pid: number;
  readonly run: string;
  /** Empty for the run itself. */
  readonly span: string;
  readonly kind: string;
  readonly at: number;
  readonly at_ms: number;
  readonly agent: string | null;
  readonly tool: string | null;
  readonly model: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly group_id: string | null;
  /** See `latencyBins.ts`. */
  readonly bin: number | null;
  readonly failed: number;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly cost: number | null;
  readonly error_type: string | null;
  readonly error_code: string | null;
}

/** What the tables of approvals, scores and alerts have in common. Made from events, and can be made from them again. */
interface EntityTable {
  readonly pid: number;
  /** The number of one of its events, the same for good: tells those of the same time apart. */
  readonly n: number;
  readonly at: number;
  readonly at_ms: number;
  /** Its merged facts: events as JSON. */
  readonly body: string;
}

export interface ApprovalTable extends EntityTable {
  readonly run: string;
  readonly call: string;
  readonly state: string;
  readonly tool: string | null;
}

export interface ScoreTable extends EntityTable {
  readonly run: string;
  /** Empty: the run itself was judged. */
  readonly span: string;
  readonly name: string;
}

export interface AlertTable extends EntityTable {
  readonly alert: string;
  readonly state: string;
  readonly severity: string | null;
  readonly rule: string | null;
  /** When it was last heard of, by the clock of the relay, epoch ms. */
  readonly last_rts: number;
}

/** How far the read models follow the log, and what belongs to no run. */
export interface ModelTable {
  readonly pid: number;
  readonly at: number;
  readonly common_at: number;
  readonly common: string;
}

/** Which file beside an SQLite database belongs to it, see `folderGuard.ts`. */
export interface GuardTable {
  readonly slot: 'current' | 'next';
  readonly nonce: string;
  readonly born: string;
}

/** The log's schema, the same on every kind of database. */
export interface LogTables {
  readonly stream: StreamTable;
  readonly event: EventTable;
  readonly content: ContentTable;
  readonly run: RunTable;
  readonly run_facet: RunFacetTable;
  readonly log_line: LogLineTable;
  readonly measure: MeasureTable;
  readonly model: ModelTable;
  readonly guard: GuardTable;
  readonly approval: ApprovalTable;
  readonly score: ScoreTable;
  readonly alert: AlertTable;
}
