import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { SqliteClient } from './sqliteClient.ts';

/** Kysely over a thread that has the database open. One question at a time; transactions are for migrations only. */
export function createSqliteDialect(client: SqliteClient): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => createDriver(client),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function createDriver(client: SqliteClient): Driver {
  const run = async (sql: string) => {
    await client.ask({ op: 'query', statement: { sql, parameters: [] } });
  };
  const connection: DatabaseConnection = {
    async executeQuery<Row>({ sql, parameters }: { sql: string; parameters: readonly unknown[] }) {
      const { rows, changes, insertId } = await client.ask({ op: 'query', statement: { sql, parameters } });
      return {
        rows: rows as Row[],
        numAffectedRows: BigInt(changes),
        ...(insertId !== undefined && { insertId: BigInt(insertId) }),
      };
    },
    // oxlint-disable-next-line require-yield -- the driver must have it, and it only refuses
    async *streamQuery() {
      throw new Error('not streamed: read in pages');
    },
  };
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    beginTransaction: () => run('begin'),
    commitTransaction: () => run('commit'),
    rollbackTransaction: () => run('rollback'),
    releaseConnection: async () => {},
    destroy: async () => {},
  };
}
