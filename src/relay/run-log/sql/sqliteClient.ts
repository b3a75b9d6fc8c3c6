import type { Worker } from 'node:worker_threads';
import { SqlFault } from './SqlFault.ts';
import type { SqliteAnswers, SqliteReply, SqliteRequest, SqliteThreadData } from './sqliteMessages.ts';
import { threadOpener } from './threadOpener.ts';

/** The other end of a thread that has a database open. */
export interface SqliteClient {
  /** Rejects with an error that has the code of SQLite, e.g. `SQLITE_FULL`, and no text of it. */
  ask<Request extends SqliteRequest>(request: Request): Promise<SqliteAnswers[Request['op']]>;
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (cause: SqlFault) => void;
}

/** Starts the thread; one that dies by itself is started anew with the next question. */
export async function startSqliteThread(data: SqliteThreadData): Promise<SqliteClient> {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let n = 0;
  let isClosed = false;

  const fail = (code: string) => {
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new SqlFault(code));
    waiting.clear();
  };

  const openThread = await threadOpener();
  const start = (): Worker => {
    const started = openThread(data);
    started.on('message', (reply: SqliteReply) => {
      const asked = waiting.get(reply.n);
      waiting.delete(reply.n);
      if ('code' in reply) asked?.reject(new SqlFault(reply.code));
      else asked?.resolve(reply.answer as never);
    });
    started.on('error', (cause: NodeJS.ErrnoException) => fail(cause.code ?? 'SQLITE_THREAD'));
    started.on('exit', () => {
      if (worker === started) fail('SQLITE_THREAD');
    });
    worker = started;
    return started;
  };

  const ask: SqliteClient['ask'] = (request) => {
    if (isClosed) return Promise.reject(new SqlFault('SQLITE_CLOSED'));
    n += 1;
    const own = n;
    const answered = new Promise<never>((resolve, reject) => waiting.set(own, { resolve, reject }));
    (worker ?? start()).postMessage({ n: own, request });
    return answered;
  };

  const opened = new Promise<never>((resolve, reject) => waiting.set(0, { resolve, reject }));
  start();
  await opened;
  return {
    ask,
    async close() {
      if (isClosed) return;
      const ended = ask({ op: 'close' }).catch(() => undefined);
      isClosed = true;
      await ended;
      await worker?.terminate();
    },
  };
}
