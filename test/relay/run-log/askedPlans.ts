import { join } from 'node:path';
import { Kysely } from 'kysely';
import Database from 'libsql';
import type { RunHistory } from '../../../src/relay/history/RunHistory.ts';
import { createSqlRunHistory } from '../../../src/relay/run-log/sql/createSqlRunHistory.ts';
import type { LogStore } from '../../../src/relay/run-log/sql/LogStore.ts';
import type { LogTables } from '../../../src/relay/run-log/sql/LogTables.ts';
import { LOG_FILE } from '../../../src/relay/run-log/sql/lockFolder.ts';
import type { SqliteClient } from '../../../src/relay/run-log/sql/sqliteClient.ts';
import { createSqliteDialect } from '../../../src/relay/run-log/sql/sqliteDialect.ts';
import type { Statement } from '../../../src/relay/run-log/sql/sqliteMessages.ts';
import { onEnd } from '../support.ts';

export interface AskedPlans {
  readonly history: RunHistory;
  /** How SQLite finds what was asked since the last call: the plan of each different statement, a line a step. */
  take(): readonly (readonly string[])[];
}

/** The history of a log in a folder, over a connection of its own that says how everything was found. */
export async function openAskedPlans(store: LogStore, folder: string, scanRows: number): Promise<AskedPlans> {
  const file = new Database(join(folder, LOG_FILE));
  onEnd(() => file.close());
  let asked: Statement[] = [];
  const plans = new Map<string, readonly string[]>();
  const planOf = ({ sql, parameters }: Statement): readonly string[] => {
    let plan = plans.get(sql);
    if (!plan) {
      const steps = file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as { detail: string }[];
      plan = steps.map(({ detail }) => detail);
      plans.set(sql, plan);
    }
    return plan;
  };
  const client: SqliteClient = {
    async ask(request) {
      if (request.op !== 'query') throw new Error('only questions are asked here');
      const { statement } = request;
      asked.push(statement);
      const rows = file.prepare(statement.sql).all(...statement.parameters);
      return { rows, changes: 0, insertId: undefined } as never;
    },
    close: async () => {},
  };
  const db = new Kysely<LogTables>({ dialect: createSqliteDialect(client) });
  const { pid } = await store.stream('p');
  const history = createSqlRunHistory({
    store: { ...store, db },
    openProject: async () => ({ pid, facts: undefined as never, reader: undefined as never }), // of the facts of one run alone
    scanRows,
  });
  return {
    history,
    take() {
      const statements = new Map(asked.map((statement) => [statement.sql, statement]));
      asked = [];
      return [...statements.values()].map(planOf);
    },
  };
}
