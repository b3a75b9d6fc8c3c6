import type { NewPart, Numbered } from './LogStore.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** One statement, run once for each list of values. */
export interface RowsStatement {
  readonly sql: string;
  /** A list of lists of values as JSON: one text goes to another thread in a fraction of the time that its objects take. */
  readonly rowsText: string;
}

/** Rows on their way in, a list a column: lists of texts go to another thread faster than objects. */
export interface RowColumns {
  readonly ids: readonly string[];
  readonly types: readonly string[];
  readonly runs: readonly (string | null)[];
  readonly bodies: readonly string[];
  /** Content, by the index of its row. */
  readonly parts: ReadonlyMap<number, readonly NewPart[]>;
}

/** What the thread that has the database is asked. Each message is one transaction at most. */
export type SqliteRequest =
  | { readonly op: 'query'; readonly statement: Statement }
  | { readonly op: 'append'; readonly pid: number; readonly rows: RowColumns; readonly rts: number }
  | { readonly op: 'write'; readonly statements: readonly (Statement | RowsStatement)[] }
  | { readonly op: 'close' };

export interface QueryAnswer {
  readonly rows: readonly unknown[];
  readonly changes: number;
  readonly insertId: number | undefined;
}

export interface SqliteAnswers {
  readonly query: QueryAnswer;
  readonly append: Numbered;
  readonly write: undefined;
  readonly close: undefined;
}

export type SqliteReply =
  | { readonly n: number; readonly answer: SqliteAnswers[keyof SqliteAnswers] }
  /** The code alone: a text could quote what was written. */
  | { readonly n: number; readonly code: string };

export interface SqliteThreadData {
  readonly path: string;
  readonly role: 'writer' | 'reader';
  /** `FULL`: on disk at commit. `NORMAL`: survives the end of the process, not that of the machine. */
  readonly synchronous: 'FULL' | 'NORMAL';
}
