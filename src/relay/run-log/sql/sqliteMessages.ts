import type { NewRow, Numbered } from './LogStore.ts';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What the thread that has the database is asked. Each message is one transaction at most. */
export type SqliteRequest =
  | { readonly op: 'query'; readonly statement: Statement }
  | { readonly op: 'append'; readonly pid: number; readonly rows: readonly NewRow[]; readonly rts: number }
  | { readonly op: 'write'; readonly statements: readonly Statement[] }
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
