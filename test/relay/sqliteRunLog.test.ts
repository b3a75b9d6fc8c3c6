import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import { numbersOfRun } from '../../src/relay/run-log/sql/logReader.ts';
import { openSqliteStore } from '../../src/relay/run-log/sql/sqliteStore.ts';
import { describeRunLog, logEvent } from './describeRunLog.ts';
import { describeSqlRunLog, sqlLog } from './describeSqlRunLog.ts';
import { describeVerifyLog } from './describeVerifyLog.ts';
import { onEnd } from './support.ts';

async function dataFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'spanlight-log-'));
  onEnd(() => rm(path, { recursive: true, force: true }));
  return path;
}
const open = async (folder: string) => sqlLog(await openSqliteStore({ folder, durability: 'disk' }));

describeRunLog('SQLite', async () => open(await dataFolder()));

describeSqlRunLog('SQLite', async () => {
  const folder = await dataFolder();
  return (migrations) => openSqliteStore({ folder, durability: 'disk', migrations });
});

describeVerifyLog('SQLite', async () => {
  const folder = await dataFolder();
  return () => openSqliteStore({ folder, durability: 'process' });
});

describe('the SQLite log', () => {
  it('refuses a folder that is open already, and takes it when it was let go', async () => {
    const folder = await dataFolder();
    const first = await openSqliteStore({ folder, durability: 'disk' });
    await expect(openSqliteStore({ folder, durability: 'disk' })).rejects.toMatchObject({ code: 'log.folder-in-use' });
    await first.close();
    await (await openSqliteStore({ folder, durability: 'disk' })).close();
  });

  it('finds the events of a run by their own index, however long the log is', async () => {
    const store = await openSqliteStore({ folder: await dataFolder(), durability: 'disk' });
    onEnd(() => store.close());
    const { db } = store;
    const own = numbersOfRun(db, 1, 'trace_a').where('seq', '>', 0).where('seq', '<=', 10).orderBy('seq').limit(5);
    const { sql, parameters } = own.compile();
    const { rows } = await db.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`EXPLAIN QUERY PLAN ${sql}`, [...parameters]),
    );
    expect(rows.map(({ detail }) => detail).join()).toContain('event_run (pid=? AND run=? AND seq>? AND seq<?)');
  });

  it('says what an acknowledgement is worth', async () => {
    const weaker = sqlLog(await openSqliteStore({ folder: await dataFolder(), durability: 'process' }));
    onEnd(() => weaker.log.close());
    expect(weaker.log.durability).toBe('process');
    expect(await weaker.log.append('p', [logEvent()])).toMatchObject({ to: 1 });
  });

  it('refuses a folder that cannot be made', async () => {
    const file = join(await dataFolder(), 'file');
    await writeFile(file, '');
    const opened = openSqliteStore({ folder: join(file, 'below'), durability: 'disk' });
    await expect(opened).rejects.toMatchObject({ code: 'log.cannot-open' });
  });
});
