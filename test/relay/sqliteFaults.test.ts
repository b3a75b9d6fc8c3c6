import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createSqlRunLog } from '../../src/relay/run-log/sql/createSqlRunLog.ts';
import type { LogStore } from '../../src/relay/run-log/sql/LogStore.ts';
import { SqlFault } from '../../src/relay/run-log/sql/SqlFault.ts';
import { openSqliteStore } from '../../src/relay/run-log/sql/sqliteStore.ts';
import { logEvent } from './describeRunLog.ts';
import { sqlLog } from './describeSqlRunLog.ts';
import { codeOf, onEnd, post, send, spanEvent, startRelay } from './support.ts';

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-faults-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
const openStore = async (): Promise<LogStore> => openSqliteStore({ folder: await dataFolder(), durability: 'disk' });
/** SQLite says `SQLITE_FULL` beyond it, as on a full disk. */
const holdAtMost = (store: LogStore, pages: number) =>
  store.write([CompiledQuery.raw(`PRAGMA max_page_count = ${pages}`)]);
const AS_MANY_AS_IT_LIKES = 1_000_000;

describe('a data folder that cannot be made', () => {
  it('is told at once, under a file and under a folder that takes none', async () => {
    const file = join(await dataFolder(), 'file');
    await writeFile(file, '');
    for (const folder of [file, join(file, 'below'), '/proc/spanlight/below']) {
      const opening = openSqliteStore({ folder, durability: 'disk' });
      await expect(opening, folder).rejects.toMatchObject({ code: 'log.cannot-open' });
    }
  });
});

/** A log whose tables for history can be made to fail. */
async function breakableLog() {
  const store = await openStore();
  const state = { isBroken: false };
  const alarms: string[] = [];
  const write: LogStore['write'] = (statements) =>
    state.isBroken ? Promise.reject(new SqlFault('SQLITE_FULL')) : store.write(statements);
  const { log } = sqlLog({ ...store, write }, { onAlarm: (code) => alarms.push(code) });
  onEnd(() => log.close());
  const heldRuns = async () =>
    (await log.history.runs('p', { order: 'oldest', limit: 9 })).items.map(({ run }) => run.runId as string).sort();
  const heldLines = async () =>
    (await log.history.logs('p', { withMessage: false, order: 'newest', limit: 9 })).items.length;
  return { log, state, alarms, heldRuns, heldLines };
}
const line = (run: string) => logEvent({ run, type: 'log', span: undefined, a: { level: 'warn' } });

describe('a relay whose disk is full', () => {
  it('answers 503 with Retry-After and says so in its health, loses nothing acknowledged, and goes on when there is room', async () => {
    const store = await openStore();
    const runLog = createSqlRunLog({
      store,
      bounds: { runs: 1000, spans: 10_000, endedForMs: 1e9 },
      keepsContent: true,
      now: Date.now,
    });
    const relay = await startRelay({ runLog, timings: { pollMs: 20 } });
    await holdAtMost(store, 150);
    const acked: string[] = [];
    const sendLarge = async () => {
      const events = [1, 2, 3].map(() => spanEvent({ detail: { input: 'x'.repeat(9000) } }));
      const response = await post(relay, '/v1/events', JSON.stringify({ events }));
      if (response.ok) acked.push(...events.map(({ id }) => String(id)));
      return response;
    };
    let refused = await sendLarge();
    while (refused.ok) refused = await sendLarge();
    expect(acked.length).toBeGreaterThan(6);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await codeOf(refused)).toBe('ingest.log-unavailable');
    const health = async () => {
      const response = await fetch(`${relay.url}/health`);
      return { status: response.status, body: (await response.json()) as unknown };
    };
    await expect.poll(health).toMatchObject({
      status: 503,
      body: { status: 'unready', live: true, dependencies: [{ name: 'log', state: 'down', code: 'log.SQLITE_FULL' }] },
    });
    expect((await runLog.read('default', 0, 1000, 1000)).map(({ id }) => id)).toEqual(acked);

    await holdAtMost(store, AS_MANY_AS_IT_LIKES);
    const { events } = await send(relay, [spanEvent()]);
    expect(events).toMatchObject([{ st: 'ok', seq: acked.length + 1 }]);
    await expect.poll(health).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('is well again by itself, also when nobody sends', async () => {
    const store = await openStore();
    const { log, pass } = sqlLog(store);
    onEnd(() => log.close());
    await log.append('p', [logEvent()]);
    await holdAtMost(store, 1);
    const large = logEvent({ detail: { input: 'x'.repeat(900_000) } });
    await expect(log.append('p', [large])).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    await expect(log.check?.()).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    await holdAtMost(store, AS_MANY_AS_IT_LIKES);
    await expect(log.check?.()).rejects.toMatchObject({ code: 'SQLITE_FULL' }); // nothing tells it yet
    pass(1);
    await log.check?.();
    expect(await log.head('p')).toMatchObject({ head: 1 });
  });
});

describe('tables for history that could not be written', () => {
  it('are made from the log again, with what came meanwhile', async () => {
    const { log, state, heldRuns, heldLines } = await breakableLog();
    await log.append('p', [logEvent({ run: 'one' })]);
    state.isBroken = true;
    await log.append('p', [logEvent({ run: 'two' }), line('two')]);
    await expect(heldRuns()).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    state.isBroken = false;
    await log.append('p', [logEvent({ run: 'three' })]);
    expect(await heldRuns()).toEqual(['one', 'three', 'two']);
    expect(await heldLines()).toBe(1);
  });

  it('are made again after that failed, too', async () => {
    const { log, state, heldRuns, heldLines } = await breakableLog();
    await log.append('p', [logEvent({ run: 'one' })]);
    state.isBroken = true;
    await log.append('p', [logEvent({ run: 'two' }), line('two')]);
    for (let time = 0; time < 3; time += 1) await expect(heldRuns()).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    await log.append('p', [logEvent({ run: 'three' })]);
    await expect(heldRuns()).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    state.isBroken = false;
    await log.append('p', [logEvent({ run: 'four' })]);
    expect(await heldRuns()).toEqual(['four', 'one', 'three', 'two']);
    expect(await heldLines()).toBe(1);
  });

  it('tell the operator, and keep no event from being stored', async () => {
    const { log, state, alarms } = await breakableLog();
    await log.append('p', [logEvent({ run: 'one' })]);
    state.isBroken = true;
    expect(await log.append('p', [logEvent({ run: 'two' })])).toMatchObject({ to: 2 });
    await expect.poll(() => alarms).toContain('log.read-model-behind');
    expect(await log.head('p')).toMatchObject({ head: 2 });
  });
});
