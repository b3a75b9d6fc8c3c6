import type { CompiledQuery, Kysely } from 'kysely';
import type { Durability } from '../../../model/wire.ts';
import type { LogTables } from './LogTables.ts';

export interface StreamState {
  /** Stands for the project in every table. */
  readonly pid: number;
  readonly epoch: string;
  readonly head: number;
  readonly oldest: number;
}

/** A part of content on its way in. */
export interface NewPart {
  readonly owner: string;
  readonly part: string;
  readonly rank: number;
  readonly ts: number;
  readonly id: string;
  readonly body: string;
}

/** An event on its way in. */
export interface NewRow {
  readonly id: string;
  readonly type: string;
  readonly run: string | null;
  readonly body: string;
  readonly parts: readonly NewPart[];
}

/** What an append gave each row, in their order. */
export interface Numbered {
  readonly epoch: string;
  readonly oldest: number;
  /** When they were stored, epoch ms. */
  readonly rts: number;
  /** Head before. */
  readonly from: number;
  readonly to: number;
  /** The number of a new row; of a repeat, minus the number of the first time. */
  readonly seqs: readonly number[];
}

/** Where a log stood when it was last seen. */
export interface Seen {
  readonly epoch: string;
  readonly head: number;
}

/** One statement, run once for each list of values. */
export interface EachRow {
  readonly sql: string;
  readonly rows: readonly (readonly unknown[])[];
}

/** A database that holds the log. Kinds: SQLite, PostgreSQL. */
export interface LogStore {
  readonly kind: 'sqlite' | 'postgres';
  readonly durability: Durability;
  /** For people: where it is, without a secret. */
  readonly place: string;
  /** Another process may append to the same streams. */
  readonly isShared: boolean;
  /** An older state was put in its place while it was closed: every stream began a new epoch when it was opened. */
  readonly isRestored: boolean;
  /** For reading. */
  readonly db: Kysely<LogTables>;
  /** Where a project stands; its stream begins here, if it has none. */
  stream(project: string): Promise<StreamState>;
  /**
   * One transaction: numbers the new rows without a hole, keeps their content, and is on disk (see {@link durability}) when it
   * returns. Rejects with `LOG_WENT_BACK` and writes nothing where the log is behind what was seen of it.
   */
  append(pid: number, rows: readonly NewRow[], rts: number, seen: Seen): Promise<Numbered>;
  /** Statements of one transaction that gives no numbers. */
  write(statements: readonly (CompiledQuery | EachRow)[]): Promise<void>;
  /** Begins a new epoch, unless somebody else did since `epoch`. @returns the epoch that holds */
  rotate(pid: number, epoch: string): Promise<string>;
  close(): Promise<void>;
}
