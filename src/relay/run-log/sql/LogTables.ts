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

/** The log's schema, the same on every kind of database. */
export interface LogTables {
  readonly stream: StreamTable;
  readonly event: EventTable;
  readonly content: ContentTable;
}
