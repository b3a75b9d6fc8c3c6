import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqlRunLog } from '../../../src/relay/run-log/sql/createSqlRunLog.ts';
import { openSqliteStore } from '../../../src/relay/run-log/sql/sqliteStore.ts';
import { onEnd } from '../support.ts';
import { describeRunHistory } from './describeRunHistory.ts';
import { NOW_MS } from './planRuns.ts';

describeRunHistory('SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-history-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  return createSqlRunLog({
    store: await openSqliteStore({ folder, durability: 'process' }),
    bounds: { runs: 40, spans: 200, endedForMs: 1e9 }, // most runs are let go from memory on the way
    keepsContent: true,
    now: () => NOW_MS,
  });
});
