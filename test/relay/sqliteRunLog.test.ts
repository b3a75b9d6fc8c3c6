import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqlRunLog } from '../../src/relay/run-log/sql/createSqlRunLog.ts';
import { openSqliteStore } from '../../src/relay/run-log/sql/sqliteStore.ts';
import { describeRunLog } from './describeRunLog.ts';
import { onEnd } from './support.ts';

const HOUR_MS = 3_600_000;
export async function dataFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'spanlight-log-'));
  onEnd(() => rm(path, { recursive: true, force: true }));
  return path;
}

describeRunLog('SQLite', async () =>
  createSqlRunLog({
    store: await openSqliteStore({ folder: await dataFolder(), durability: 'disk' }),
    bounds: { runs: 1000, spans: 10_000, endedForMs: 72 * HOUR_MS },
    keepsContent: true,
    now: () => 1_790_000_000_000,
  }),
);
