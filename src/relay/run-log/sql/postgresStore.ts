import { randomBytes } from 'node:crypto';
import { Kysely, PostgresDialect } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { MonitorError } from '../../../model/errors.ts';
import { crashPoint } from '../../crashPoint.ts';
import { codeOf } from '../../relayLog.ts';
import type { LogStore, StreamState } from './LogStore.ts';
import type { LogTables } from './LogTables.ts';
import { loadPackage } from './loadPackage.ts';
import { type Migrations, migrateLog } from './migrations.ts';
import { appendToPostgres } from './postgresAppend.ts';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. It never stands in a text. */
  readonly url: string;
  readonly durability: 'disk' | 'process';
  /** Default: all of this version. A test of upgrades leaves the newest out. */
  readonly migrations?: Migrations | undefined;
  /** Connections at once. Default 10. */
  readonly connections?: number | undefined;
}

const CONNECT_MS = 5000;
/** Longest wait for one answer: behind a dead line none ever comes. */
const QUERY_MS = 15_000;
/** OID of 64-bit integers; ours stay far below 2^53. */
const INT8 = 20;

/**
 * PostgreSQL, which several relays may share.
 * @throws {MonitorError} `log.cannot-connect`, `log.no-pg`, `log.newer-schema`, `log.migration-failed`
 */
export async function openPostgresStore({
  url,
  durability,
  migrations,
  connections = 10,
}: PostgresStoreOptions): Promise<LogStore> {
  const { default: pg } = await loadPackage('pg', () => import('pg'));
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    keepAlive: true,
    application_name: 'spanlight',
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  pool.on('error', () => {}); // an idle connection that breaks is replaced with the next question
  // one that breaks between two questions of a transaction would end the process: the next question says so, too
  pool.on('connect', (client) => client.on('error', () => {}));
  const db = new Kysely<LogTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { rows } = await pool.query<{ fsync: string }>('SHOW fsync');
    await migrateLog(db as Kysely<never>, 'postgres', migrations);
    const isSynced = rows[0]?.fsync !== 'off';
    return createStore(pool, db, url, durability === 'disk' && isSynced ? 'disk' : 'process');
  } catch (cause) {
    await db.destroy();
    if (cause instanceof MonitorError) throw cause;
    throw new MonitorError(
      'log.cannot-connect',
      {
        happened: `The database at ${placeOf(url)} cannot be used (${codeOf(cause)}).`,
        follows: 'The log was not opened.',
        todo: 'See that PostgreSQL runs there and that its address (SPANLIGHT_DATABASE_URL, or what you named) has the right user, password and database.',
      },
      { cause },
    );
  }
}

function createStore(pool: Pool, db: Kysely<LogTables>, url: string, durability: 'disk' | 'process'): LogStore {
  const commitMode = `SET LOCAL synchronous_commit TO ${durability === 'disk' ? 'on' : 'off'}`;

  const inTransaction = async <T>(work: (client: PoolClient) => Promise<T>): Promise<T> => {
    const client = await pool.connect();
    try {
      await client.query(`BEGIN; ${commitMode}`);
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (cause) {
      client.release(true); // whatever it was in the middle of ends with the connection
      throw cause;
    }
  };

  const readStream = (project: string): Promise<StreamState | undefined> =>
    db
      .selectFrom('stream')
      .select(['pid', 'epoch', 'head', 'oldest'])
      .where('project', '=', project)
      .executeTakeFirst();

  return {
    kind: 'postgres',
    durability,
    place: placeOf(url),
    isShared: true,
    isRestored: false,
    db,
    async stream(project) {
      const known = await readStream(project);
      if (known) return known;
      const epoch = randomBytes(16).toString('hex');
      await db
        .insertInto('stream')
        .values({ project, epoch, head: 0, oldest: 1, event_bytes: 0, content_bytes: 0 })
        .onConflict((conflict) => conflict.column('project').doNothing())
        .execute();
      return (await readStream(project)) as StreamState;
    },
    append: (pid, rows, rts, seen) => inTransaction((client) => appendToPostgres(client, pid, rows, rts, seen)),
    write: (statements) =>
      inTransaction(async (client) => {
        for (const statement of statements) {
          const lists = 'rows' in statement ? statement.rows : [statement.parameters];
          for (const values of lists) await client.query(statement.sql, [...values]);
        }
      }),
    async rotate(pid, epoch) {
      crashPoint('rotate-epoch');
      await db
        .updateTable('stream')
        .set({ epoch: randomBytes(16).toString('hex') })
        .where('pid', '=', pid)
        .where('epoch', '=', epoch)
        .execute();
      const now = await db.selectFrom('stream').select('epoch').where('pid', '=', pid).executeTakeFirstOrThrow();
      return now.epoch;
    },
    close: () => db.destroy(),
  };
}

/** Host and database, without user and password. */
function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}
