import pg from 'pg';
import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { asRunId, asSpanId } from '../../src/model/ids.ts';
import { copyLog } from '../../src/relay/run-log/sql/copyLog.ts';
import type { Migrations } from '../../src/relay/run-log/sql/migrations.ts';
import { openPostgresStore } from '../../src/relay/run-log/sql/postgresStore.ts';
import { describeRunLog, logEvent } from './describeRunLog.ts';
import { describeSqlRunLog, sqlLog } from './describeSqlRunLog.ts';
import { describeVerifyLog } from './describeVerifyLog.ts';
import { freshDatabase } from './freshDatabase.ts';
import { onEnd, spanEvent, startRelay } from './support.ts';

const openStore = (url: string, migrations?: Migrations) =>
  openPostgresStore({ url, durability: 'disk', connections: 4, migrations });

describeRunLog('PostgreSQL', async () => sqlLog(await openStore(await freshDatabase())));

describeSqlRunLog('PostgreSQL', async () => {
  const url = await freshDatabase();
  return (migrations) => openStore(url, migrations);
});

describeVerifyLog('PostgreSQL', async () => {
  const url = await freshDatabase();
  return () => openStore(url);
});

describe('the PostgreSQL log', () => {
  it('is shared by several relays: numbers without a hole, facts of all of them in each', async () => {
    const url = await freshDatabase();
    const logs = await Promise.all([1, 2, 3].map(async () => sqlLog(await openStore(url)).log));
    for (const log of logs) onEnd(() => log.close());
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        (logs[index % 3] as (typeof logs)[number]).append('p', [
          logEvent({ span: `s${index}` }),
          logEvent({ span: `s${index}`, type: 'span.end', a: { status: 'ok' } }),
        ]),
      ),
    );
    const numbers = results.flatMap((result) => result.verdicts.map(({ seq }) => seq ?? 0));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    for (const log of logs) {
      const { at, facts } = await log.snapshot('p');
      expect(at).toBe(120);
      const spans = new Set<string>();
      for await (const some of facts) for (const fact of some) if (fact.span) spans.add(fact.span);
      expect(spans.size).toBe(60);
    }
  });

  it('takes over another log with its epoch, numbers and content', async () => {
    const [from, to] = [await openStore(await freshDatabase()), await openStore(await freshDatabase())];
    const one = sqlLog(from).log;
    const { epoch } = await one.append('p', [logEvent({ span: 's', detail: { input: 'kept' } }), logEvent()]);
    expect(await copyLog(from, to)).toBe(2);
    await one.close();
    const two = sqlLog(to).log;
    onEnd(() => two.close());
    expect(await two.head('p')).toMatchObject({ epoch, head: 2 });
    expect((await two.history.runs('p', { order: 'newest', limit: 5 })).items).toHaveLength(1);
    expect(await two.readDetail('p', { runId: asRunId('trace_a1'), spanId: asSpanId('s') })).toEqual({ input: 'kept' });
    expect(await two.append('p', [logEvent()])).toMatchObject({ from: 2, to: 3, epoch });
  });

  it('prices a call that another relay stored and did not live to price, once it is sent again', async () => {
    const url = await freshDatabase();
    const [gone, alive] = [sqlLog(await openStore(url)).log, sqlLog(await openStore(url)).log];
    onEnd(() => gone.close());
    const relay = await startRelay({ runLog: alive, pricing: undefined });
    const usage = { scope: 'leaf', inputTokens: 1000, outputTokens: 10 };
    const a = { kind: 'llm', name: 'answer', model: 'gpt-5-mini', status: 'ok', startedAtMs: 1, endedAtMs: 5, usage };
    const call = logEvent({ type: 'span.end', span: 'call', a } as Partial<MonitorEvent>);
    await relay.ingest([spanEvent()]); // it follows the log already
    await gone.append('default', [call]); // and ends here: no price, no answer to the sender
    const verdicts = async () => (await relay.ingest([call])).events.map(({ st }) => st);
    expect([await verdicts(), await verdicts()]).toEqual([['dup'], ['dup']]);
    const { head } = await alive.head('default');
    const prices = (await alive.read('default', 0, head, 100)).filter(({ type }) => type === 'span.price');
    expect(prices).toMatchObject([{ span: 'call', a: { costSource: 'computed' } }]);
  });

  it('merges what another relay began', async () => {
    const url = await freshDatabase();
    const [one, two] = [sqlLog(await openStore(url)).log, sqlLog(await openStore(url)).log];
    onEnd(() => Promise.all([one.close(), two.close()]));
    await two.head('p');
    await one.append('p', [logEvent({ span: 'shared' })]);
    const { spans } = await two.append('p', [
      logEvent({ span: 'shared', type: 'span.end', a: { status: 'ok', endedAtMs: 5 } }),
    ]);
    expect(spans).toMatchObject([{ spanId: 'shared', name: 'look', status: 'ok' }]);
  });

  /** As after a restore: only the first event is there. */
  const goBack = async (url: string, change = '') => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('DELETE FROM event WHERE seq > 1');
    await client.query(`UPDATE stream SET head = 1${change}`);
    await client.end();
  };
  const heldSpans = async ({ log }: ReturnType<typeof sqlLog>) => {
    const spans = new Set<string>();
    for await (const some of (await log.snapshot('p')).facts) for (const { span } of some) if (span) spans.add(span);
    return [...spans].sort();
  };
  const spans = (...ids: readonly string[]) => ids.map((span) => logEvent({ span }));

  it('begins a new epoch when the database went back in time', async () => {
    const url = await freshDatabase();
    const alarms: string[] = [];
    const { log } = sqlLog(await openStore(url), { onAlarm: (code) => alarms.push(code) });
    onEnd(() => log.close());
    const { epoch } = await log.append('p', [logEvent(), logEvent(), logEvent()]);
    await goBack(url);
    await expect(log.append('p', [logEvent(), logEvent(), logEvent(), logEvent()])).rejects.toThrow('LOG_WENT_BACK');
    const after = await log.head('p');
    expect(alarms).toEqual(['log.went-back']);
    expect(after).toMatchObject({ head: 1 });
    expect(after.epoch).not.toBe(epoch);
    expect(await log.append('p', [logEvent()])).toMatchObject({ from: 1, to: 2, epoch: after.epoch });
  });

  it('takes what is sent again after it went back, though nobody asked for its head meanwhile, and forgets what is lost', async () => {
    const url = await freshDatabase();
    const under = sqlLog(await openStore(url));
    const { log } = under;
    onEnd(() => log.close());
    const { epoch } = await log.append('p', spans('kept', 'lost', 'lost too'));
    await goBack(url);
    await expect(log.append('p', spans('new'))).rejects.toThrow('LOG_WENT_BACK');
    const again = await log.append('p', spans('new'));
    expect(again).toMatchObject({ from: 1, to: 2 });
    expect(again.epoch).not.toBe(epoch);
    expect(await heldSpans(under)).toEqual(['kept', 'new']);
  });

  it('forgets what is lost when another relay began the new epoch', async () => {
    const url = await freshDatabase();
    const under = sqlLog(await openStore(url));
    const { log } = under;
    onEnd(() => log.close());
    await log.append('p', spans('kept', 'lost', 'lost too'));
    const epoch = 'e'.repeat(32);
    await goBack(url, `, epoch = '${epoch}'`);
    expect(await log.append('p', spans('new'))).toMatchObject({ from: 1, to: 2, epoch });
    expect(await heldSpans(under)).toEqual(['kept', 'new']);
  });

  it('says how it is kept by a server that writes nothing through', async () => {
    const store = await openStore(await freshDatabase());
    onEnd(() => store.close());
    expect(store.durability).toBe('process');
    expect(store.place).not.toContain('test@');
  });

  it('says where it cannot be reached, and nothing of the password', async () => {
    const opened = openStore('postgres://user:hush@127.0.0.1:1/none');
    await expect(opened).rejects.toMatchObject({ code: 'log.cannot-connect' });
    await expect(opened).rejects.not.toThrow(/hush/);
  });
});
