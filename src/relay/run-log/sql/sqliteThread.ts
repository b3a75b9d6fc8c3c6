import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { createAppender } from './sqliteAppend.ts';
import { createCheckpoints } from './sqliteCheckpoints.ts';
import type { RowsStatement, SqliteReply, SqliteRequest, SqliteThreadData, Statement } from './sqliteMessages.ts';

/** The thread that has the database open: disk and SQL never hold up the sockets. */
const { path, role, synchronous } = workerData as SqliteThreadData;

/** How long a reader waits for a writer that recovers the file, ms. */
const BUSY_MS = 5000;

const db = new Database(path, { timeout: BUSY_MS });
if (role === 'writer') {
  db.pragma('page_size = 8192');
  db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${synchronous}`);
  db.pragma('wal_autocheckpoint = 0');
  db.pragma('cache_size = -65536');
} else {
  db.pragma('query_only = ON');
  db.pragma('cache_size = -32768');
}
db.pragma('temp_store = MEMORY');

const checkpoints = createCheckpoints(db);
let append: ReturnType<typeof createAppender> | undefined;
const prepared = new Map<string, ReturnType<typeof db.prepare>>();
const MAX_PREPARED = 200;

const prepare = (sql: string) => {
  const known = prepared.get(sql);
  if (known) return known;
  const made = db.prepare(sql);
  if (prepared.size >= MAX_PREPARED) prepared.delete(prepared.keys().next().value as string);
  prepared.set(sql, made);
  return made;
};

/** Booleans and `undefined` have no form in SQLite. */
const bindable = (value: unknown): unknown =>
  typeof value === 'boolean' ? Number(value) : value === undefined ? null : value;

const isReading = (sql: string): boolean =>
  /^\s*(?:select|with|pragma|values|explain)\b/i.test(sql) || /\breturning\b/i.test(sql);

function query({ sql, parameters }: Statement) {
  const statement = prepare(sql);
  const bound = parameters.map(bindable);
  if (isReading(sql)) return { rows: statement.all(...bound), changes: 0, insertId: undefined };
  const { changes, lastInsertRowid } = statement.run(...bound);
  return { rows: [], changes, insertId: Number(lastInsertRowid) };
}

function inTransaction<T>(work: () => T): T {
  db.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    db.exec('COMMIT');
    return result;
  } catch (cause) {
    try {
      db.exec('ROLLBACK');
    } catch {
      // SQLite ended it by itself, as it does when the disk is full
    }
    throw cause;
  }
}

/**
 * Nobody is told of such a commit, and the log can make its rows again: the next append takes it to the disk. The write-ahead log
 * keeps their order, so that a power cut takes it back whole.
 */
function withoutWaiting<T>(work: () => T): T {
  if (synchronous === 'NORMAL') return work();
  db.pragma('synchronous = NORMAL');
  try {
    return work();
  } finally {
    db.pragma('synchronous = FULL');
  }
}

/** @returns how many rows that was */
function write(statements: readonly (Statement | RowsStatement)[]): number {
  let count = 0;
  for (const statement of statements) {
    if ('rowsText' in statement) {
      const each = prepare(statement.sql);
      const rows = JSON.parse(statement.rowsText) as readonly (readonly unknown[])[];
      for (const row of rows) each.run(row);
      count += rows.length;
    } else {
      query(statement);
      count += 1;
    }
  }
  return count;
}

function answer(request: SqliteRequest) {
  switch (request.op) {
    case 'query':
      return query(request.statement);
    case 'append': {
      append ??= createAppender(db);
      const { pid, rows, rts } = request;
      const numbered = inTransaction(() => append?.(pid, rows, rts));
      checkpoints.afterCommit(rows.ids.length);
      return numbered;
    }
    case 'write': {
      const rows = withoutWaiting(() => inTransaction(() => write(request.statements)));
      checkpoints.afterCommit(rows);
      return undefined;
    }
    case 'close':
      if (role === 'writer') checkpoints.run();
      db.close();
      return undefined;
  }
}

const codeOf = (cause: unknown): string => {
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z_]{1,60}$/.test(code) ? code : 'SQLITE_ERROR';
};

parentPort?.on('message', ({ n, request }: { n: number; request: SqliteRequest }) => {
  let reply: SqliteReply;
  try {
    reply = { n, answer: answer(request) as never };
  } catch (cause) {
    reply = { n, code: codeOf(cause) };
  }
  parentPort?.postMessage(reply);
  if (request.op === 'close') parentPort?.close();
});
parentPort?.postMessage({ n: 0, answer: undefined });
