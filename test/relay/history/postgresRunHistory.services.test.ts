import { createSqlRunLog } from '../../../src/relay/run-log/sql/createSqlRunLog.ts';
import { openPostgresStore } from '../../../src/relay/run-log/sql/postgresStore.ts';
import { freshDatabase } from '../freshDatabase.ts';
import { describeRunHistory } from './describeRunHistory.ts';
import { NOW_MS } from './planRuns.ts';

describeRunHistory('PostgreSQL', async () =>
  createSqlRunLog({
    store: await openPostgresStore({ url: await freshDatabase(), durability: 'disk', connections: 3 }),
    bounds: { runs: 40, spans: 200, endedForMs: 1e9 }, // most runs are let go from memory on the way
    keepsContent: true,
    now: () => NOW_MS,
  }),
);
