import { describe, expect, it } from 'vitest';
import { createFold } from '../../src/fold/createFold.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { asRunId, asSpanId } from '../../src/model/ids.ts';
import type { Page } from '../../src/relay/history/RunHistory.ts';
import { createSqlRunLog, type SqlRunLog } from '../../src/relay/run-log/sql/createSqlRunLog.ts';
import { incomingOf } from '../../src/relay/run-log/sql/eventRow.ts';
import type { LogStore } from '../../src/relay/run-log/sql/LogStore.ts';
import { type Migrations, migrationsOf } from '../../src/relay/run-log/sql/migrations.ts';
import { ROW_BYTES } from '../../src/relay/run-log/sql/rowBytes.ts';
import type { SqlRunLogOptions } from '../../src/relay/run-log/sql/SqlRunLogOptions.ts';
import { logEvent } from './describeRunLog.ts';
import { onEnd } from './support.ts';

const HOUR_MS = 3_600_000;

export interface SqlLogUnderTest {
  readonly log: SqlRunLog;
  /** Lets time go by. */
  readonly pass: (hours: number) => void;
  /** A day goes by, and what is too old is let go. */
  readonly letGo: () => Promise<void>;
}

/** A log in a database, with a clock that stands still. */
export function sqlLog(store: LogStore, options: Partial<SqlRunLogOptions> = {}): SqlLogUnderTest {
  let nowMs = 1_790_000_000_000;
  const log = createSqlRunLog({
    store,
    bounds: { runs: 1000, spans: 10_000, endedForMs: 72 * HOUR_MS },
    keepsContent: true,
    now: () => nowMs,
    ...options,
  });
  const pass = (hours: number) => {
    nowMs += hours * HOUR_MS;
  };
  return {
    log,
    pass,
    async letGo() {
      pass(25);
      await log.retain();
    },
  };
}

const factsIn = async (log: SqlRunLog, project = 'p', runId?: ReturnType<typeof asRunId>) => {
  const { at, facts } = await log.snapshot(project, runId);
  const all: MonitorEvent[] = [];
  for await (const some of facts) all.push(...some);
  return { at, facts: all };
};

/** What holds for every log in a database. @param create - gives an opener of one and the same database, which may be opened again after it was closed */
export function describeSqlRunLog(
  kind: string,
  create: () => Promise<(migrations?: Migrations) => Promise<LogStore>>,
): void {
  describe(`the ${kind} log`, () => {
    it('writes its tables along while load never rests: a start after a kill has no more than the last moment to make', async () => {
      const store = await (await create())();
      const { log } = sqlLog(store);
      onEnd(() => log.close());
      let isSending = true;
      let sent = 0;
      const sender = async (lane: number) => {
        while (isSending) {
          sent += 1;
          const run = `trace_${lane}x${sent}`;
          await log.append(
            'p',
            Array.from({ length: 60 }, (_, n) => logEvent({ run: `${run}x${n % 10}`, span: `span_${n}` })),
          );
        }
      };
      const senders = Array.from({ length: 3 }, (_, lane) => sender(lane));
      onEnd(() => {
        isSending = false;
      });
      const written = async () => (await store.db.selectFrom('model').select('at').executeTakeFirst())?.at ?? 0;
      await expect.poll(written, { timeout: 15_000 }).toBeGreaterThan(0);
      const before = await written();
      await expect.poll(written, { timeout: 15_000 }).toBeGreaterThan(before);
      isSending = false;
      await Promise.all(senders);
    }, 40_000);

    it('goes on after a restart: numbers, epoch, facts, content, repeats', async () => {
      const openStore = await create();
      const span = 'span_x';
      const first = sqlLog(await openStore());
      const event = logEvent({ span, detail: { input: 'hello' } });
      const { epoch } = await first.log.append('p', [
        event,
        logEvent({ type: 'log', span: undefined, a: { level: 'warn' } }),
      ]);
      await first.log.close();
      const second = sqlLog(await openStore());
      onEnd(() => second.log.close());
      expect(await second.log.head('p')).toMatchObject({ epoch, head: 2, oldest: 1 });
      const { facts, at } = await factsIn(second.log);
      expect(at).toBe(2);
      expect(facts.map(({ type }) => type)).toEqual(expect.arrayContaining(['span.start', 'log']) as unknown);
      expect(await second.log.readDetail('p', { runId: asRunId('trace_a1'), spanId: asSpanId(span) })).toEqual({
        input: 'hello',
      });
      const again = await second.log.append('p', [
        event,
        logEvent({ type: 'span.end', span, a: { status: 'ok', endedAtMs: 9000 } }),
      ]);
      expect(again.verdicts).toEqual([
        { st: 'dup', seq: 1 },
        { st: 'ok', seq: 3 },
      ]);
      expect(again.spans).toMatchObject([{ spanId: span, name: 'look', status: 'ok' }]);
    });

    it('brings a log of an older version up to this one, and keeps what is in it', async () => {
      const openStore = await create();
      const kindOfStore = kind === 'SQLite' ? 'sqlite' : 'postgres';
      const [[name, first] = ['', undefined]] = Object.entries(migrationsOf(kindOfStore));
      const older = await openStore({ [name]: first } as Migrations);
      const { pid, epoch } = await older.stream('p');
      const events = [
        logEvent({ span: 's', detail: { input: 'kept' } }),
        logEvent({ span: 's', type: 'span.end', a: { status: 'ok', endedAtMs: 9000 } }),
        logEvent({ type: 'log', span: undefined, a: { level: 'warn' } }),
      ];
      const rows = events.map((event) => incomingOf(event, true).row);
      await older.append(pid, rows, 1_790_000_000_000, { epoch, head: 0 });
      await older.close();
      const { log } = sqlLog(await openStore());
      onEnd(() => log.close());
      expect(await log.head('p')).toMatchObject({ epoch, head: 3 });
      expect((await log.read('p', 0, 3, 10)).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      expect(await log.readDetail('p', { runId: asRunId('trace_a1'), spanId: asSpanId('s') })).toEqual({
        input: 'kept',
      });
      const { items } = await log.history.runs('p', { order: 'newest', limit: 5 });
      expect(items).toMatchObject([{ run: { runId: 'trace_a1', status: 'completed', spanCount: 1 }, firstSeq: 1 }]);
      expect((await log.history.logs('p', { withMessage: false, order: 'newest', limit: 5 })).items).toHaveLength(1);
    });

    it('has in its history what was appended just before it ended by force', async () => {
      const openStore = await create();
      const store = await openStore();
      const { log } = sqlLog(store);
      await log.append('p', [
        logEvent({ span: 's' }),
        logEvent({ type: 'log', span: undefined, a: { level: 'warn' } }),
      ]);
      await store.close(); // the log itself writes nothing any more
      await log.close();
      const { log: again } = sqlLog(await openStore());
      onEnd(() => again.close());
      expect((await again.history.runs('p', { order: 'newest', limit: 5 })).items).toHaveLength(1);
      expect((await again.history.logs('p', { withMessage: false, order: 'newest', limit: 5 })).items).toHaveLength(1);
    });

    describe('the tables of approvals, scores and alerts', () => {
      const approval = (run: string, type = 'requested', a: object = { toolName: 'pay' }) =>
        logEvent({ type: `approval.${type}`, run, span: undefined, ref: `call of ${run}`, a });
      const score = (run: string) => logEvent({ type: 'score', run, span: undefined, a: { name: 'polite', value: 1 } });
      const alert = (ref: string, type: string, a: object = {}) =>
        logEvent({ type: `alert.${type}`, run: undefined, span: undefined, ref, a });
      const held = async (log: SqlRunLog, of: 'approval' | 'score' | 'alert', query: object = {}) => {
        const { items } = await log.history.entities('p', { kind: of, order: 'oldest', limit: 200, ...query });
        return items.map(({ facts }) => {
          const fold = createFold();
          for (const fact of facts) fold.apply(fact);
          fold.settle();
          const [runId] = fold.reader.runIds;
          const [one] = runId
            ? [...fold.reader.approvalsOf(runId), ...fold.reader.scoresOf(runId)]
            : fold.reader.alerts.values();
          return one;
        });
      };

      it('are made for a log of a version that had none, also of alerts whose events are gone', async () => {
        const openStore = await create();
        const all = Object.entries(migrationsOf(kind === 'SQLite' ? 'sqlite' : 'postgres'));
        const older = await openStore(Object.fromEntries(all.slice(0, 3)));
        const { pid, epoch } = await older.stream('p');
        const append = async (events: readonly MonitorEvent[], head: number) =>
          older.append(
            pid,
            events.map((event) => incomingOf(event, true).row),
            1_790_000_000_000,
            { epoch, head },
          );
        await append([logEvent({ run: 'plain' }), approval('one'), score('one'), alert('new', 'firing')], 0);
        const common = JSON.stringify([alert('old', 'firing', { ruleName: 'Slow' })]);
        const model = { pid, at: 4, common_at: 4, common };
        await older.write([older.db.insertInto('model').values(model).compile()]);
        await older.close();
        const { log } = sqlLog(await openStore());
        onEnd(() => log.close());
        expect(await held(log, 'approval')).toMatchObject([{ runId: 'one', state: 'pending', toolName: 'pay' }]);
        expect(await held(log, 'score')).toMatchObject([{ runId: 'one', name: 'polite' }]);
        const alertIds = (await held(log, 'alert')).map((found) => found && 'alertId' in found && found.alertId);
        expect(new Set(alertIds)).toEqual(new Set(['new', 'old']));
      });

      it('have what was appended just before it ended by force', async () => {
        const openStore = await create();
        const { log: first } = sqlLog(await openStore());
        await first.append('p', [approval('one'), alert('a', 'firing', { ruleName: 'Slow' })]);
        expect(await held(first, 'approval')).toMatchObject([{ state: 'pending' }]);
        await first.close();
        const store = await openStore();
        const { log: second } = sqlLog(store);
        await second.append('p', [
          approval('one', 'decided', { decision: 'rejected' }),
          score('two'),
          alert('a', 'resolved'),
          alert('b', 'firing'),
        ]);
        await store.close(); // the log itself writes nothing any more
        await second.close();
        const { log } = sqlLog(await openStore());
        onEnd(() => log.close());
        expect(await held(log, 'approval')).toMatchObject([{ runId: 'one', state: 'rejected', toolName: 'pay' }]);
        expect(await held(log, 'score')).toMatchObject([{ runId: 'two' }]);
        expect(await held(log, 'alert')).toMatchObject([
          { alertId: 'a', state: 'resolved', ruleName: 'Slow' },
          { alertId: 'b', state: 'firing' },
        ]);
      });

      it('let go of what belongs to runs that went, and of alerts that are resolved, after their time', async () => {
        const { log, pass } = sqlLog(await (await create())());
        onEnd(() => log.close());
        const ended = (run: string) =>
          logEvent({ run, span: 's', type: 'span.end', a: { status: 'ok', endedAtMs: 9000, kind: 'tool' } });
        await log.append('p', [
          ended('over'),
          approval('over'),
          approval('over', 'decided', { decision: 'approved' }),
          score('over'),
          approval('waits'),
          alert('over', 'resolved'),
          alert('burns', 'firing'),
        ]);
        pass(73);
        await log.retain();
        expect(await held(log, 'approval')).toMatchObject([{ runId: 'waits' }]);
        expect(await held(log, 'score')).toEqual([]);
        expect(await held(log, 'alert')).toMatchObject([{ alertId: 'burns' }]);
      });

      it('merge what comes late for an alert that is no longer held in memory', async () => {
        const { log } = sqlLog(await (await create())());
        onEnd(() => log.close());
        const many = Array.from({ length: 1100 }, (_, index) => alert(`a${index}`, 'firing', { ruleName: 'Slow' }));
        await log.append('p', many);
        await log.append('p', [alert('a0', 'acknowledged', { by: 'ann' })]);
        const [found] = await held(log, 'alert', { states: ['acknowledged'] });
        expect(found).toMatchObject({ alertId: 'a0', ruleName: 'Slow', changedBy: 'ann' });
        const first = await log.history.entities('p', { kind: 'alert', order: 'oldest', limit: 1000 });
        expect(first.items).toHaveLength(1000);
        const rest = { kind: 'alert', order: 'oldest', limit: 1000, after: first.next } as const;
        expect((await log.history.entities('p', rest)).items).toHaveLength(100);
      });
    });

    it('lets lines of the log go after their time, with their messages, and no younger ones', async () => {
      const { log, pass } = sqlLog(await (await create())(), { retention: { logHours: 24, runHours: 72 } });
      onEnd(() => log.close());
      const line = (sourceName: string, run: string | undefined) =>
        logEvent({ type: 'log', run, span: undefined, a: { level: 'info', sourceName }, detail: { message: 'said' } });
      const [old, oldOfNoRun, young] = [line('old', 'open'), line('old', undefined), line('young', 'open')];
      const held = async () => {
        const query = { order: 'oldest', withMessage: true, limit: 10 } as const;
        const { items } = await log.history.logs('p', query);
        const messages = [old, oldOfNoRun, young].map(({ id }) => log.readDetail('p', { eventId: id }));
        const ofMessages = (await Promise.all(messages)).map((detail) => detail?.['message']);
        return { ids: items.map(({ event }) => event.id), texts: items.map(({ message }) => message), ofMessages };
      };
      await log.append('p', [logEvent({ run: 'open', span: 's' }), old, oldOfNoRun]);
      pass(23);
      await log.append('p', [young]);
      await log.retain();
      expect((await held()).ids).toEqual([old.id, oldOfNoRun.id, young.id]);
      pass(2);
      await log.retain();
      expect(await held()).toEqual({ ids: [young.id], texts: ['said'], ofMessages: [undefined, undefined, 'said'] });
      expect((await log.history.runs('p', { order: 'oldest', limit: 5 })).items).toHaveLength(1); // its run stays
      expect(await log.history.names('p', { kind: 'source', limit: 5 })).toEqual(['young']);
      expect(await log.head('p')).toMatchObject({ head: 4, oldest: 4 });
    });

    it('lets runs that ended go after their time, with what hangs on them; running ones and counts stay', async () => {
      const { log, pass } = sqlLog(await (await create())());
      onEnd(() => log.close());
      const at = 1_790_000_000_000;
      const a = { kind: 'tool', name: 'look', startedAtMs: at };
      await log.append('p', [
        logEvent({ run: 'ended', type: 'run.start', a: { userId: 'ann', tags: ['t'] } } as never),
        logEvent({
          run: 'ended',
          span: 's',
          type: 'span.end',
          a: { ...a, status: 'ok', endedAtMs: at + 5 },
          detail: { output: 'x' },
        }),
        logEvent({ run: 'open', span: 's', a }),
      ]);
      pass(73);
      await log.retain();
      const held = async () =>
        (await log.history.runs('p', { order: 'oldest', limit: 5 })).items.map(({ run }) => run.runId);
      const toolCalls = async () => {
        const range = { fromMs: at - 1000, toMs: at + 1000 };
        const { series } = await log.history.metrics('p', { range, bucketMs: 60_000, offsetMs: 0, limit: 5 });
        return series[0]?.buckets.reduce((sum, bucket) => sum + bucket.toolCalls, 0) ?? 0;
      };
      const runsBy = async (by: 'tool' | 'model') => {
        const range = { fromMs: at - 1000, toMs: at + 1000 };
        const { series } = await log.history.metrics('p', { range, bucketMs: 60_000, offsetMs: 0, limit: 5, by });
        const sums = series.map(
          ({ name, buckets }) => [name, buckets.reduce((sum, { runs }) => sum + runs, 0)] as const,
        );
        return Object.fromEntries(sums.filter(([, runs]) => runs > 0));
      };
      expect(await held()).toEqual(['open']);
      expect(await runsBy('tool')).toEqual({ look: 2 }); // runs that are gone are still split
      expect(await log.history.names('p', { kind: 'user', limit: 5 })).toEqual([]); // who it was for went with the run
      expect(await log.head('p')).toMatchObject({ head: 3, oldest: 4 });
      expect(await log.readDetail('p', { runId: asRunId('ended'), spanId: asSpanId('s') })).toBeUndefined();
      expect(await toolCalls()).toBe(2);
      pass(100);
      await log.retain();
      expect([await held(), await toolCalls(), await runsBy('tool')]).toEqual([['open'], 1, { look: 1 }]);
      const { spans } = await log.append('p', [
        logEvent({ run: 'open', span: 's', type: 'span.end', a: { status: 'ok', endedAtMs: at + 9 } }),
      ]);
      expect(spans).toMatchObject([{ name: 'look', status: 'ok' }]);
    });

    /** What the database says of its size, and what there is. */
    const sizesOf = async ({ db }: LogStore) => {
      const { event_bytes, content_bytes } = await db.selectFrom('stream').selectAll().executeTakeFirstOrThrow();
      const events = await db.selectFrom('event').select(['seq', 'type', 'run', 'body']).orderBy('seq').execute();
      const content = await db.selectFrom('content').select('body').execute();
      const sizeOf = (rows: readonly { readonly body: string }[]) =>
        rows.reduce((sum, { body }) => sum + body.length + ROW_BYTES, 0);
      expect([Number(event_bytes), Number(content_bytes)]).toEqual([sizeOf(events), sizeOf(content)]);
      return { bytes: Number(event_bytes) + Number(content_bytes), events };
    };
    const endedRun = (run: string, output: string) => [
      logEvent({ run, span: 's', detail: { input: 'x', output: 'short' } }),
      logEvent({ run, span: 's', type: 'span.end', a: { status: 'ok', endedAtMs: 9000 }, detail: { output } }),
    ];

    it('over its bytes lets the runs go that ended first, with their events, and counts what is left', async () => {
      const store = await (await create())();
      const { log, pass } = sqlLog(store, { retention: { bytes: 20_000 } });
      onEnd(() => log.close());
      await log.append('p', [logEvent({ run: 'open', span: 's' })]);
      const again = endedRun('run-0', 'y'.repeat(600));
      for (let index = 0; index < 40; index += 1) {
        pass(0.001);
        await log.append('p', index === 0 ? again : endedRun(`run-${index}`, 'y'.repeat(600)));
        await log.append('p', [logEvent({ type: 'log', run: undefined, span: undefined, a: { level: 'info' } })]);
      }
      await log.append('p', again); // repeats take no room
      expect((await sizesOf(store)).bytes).toBeGreaterThan(20_000);
      await log.retain();
      const { bytes, events } = await sizesOf(store);
      expect(bytes).toBeLessThanOrEqual(20_000);
      expect(bytes).toBeGreaterThan(5000); // no more than it must
      const { items } = await log.history.runs('p', { order: 'oldest', limit: 50 });
      const held = items.map(({ run }) => run.runId as string);
      const ended = Array.from({ length: 40 }, (_, index) => `run-${index}`);
      expect(held).toEqual(['open', ...ended.slice(41 - held.length)]);
      expect(new Set(events.flatMap(({ run, type }) => (type === 'log' ? [] : [run])))).toEqual(new Set(held));
      const { oldest, head } = await log.head('p');
      expect((await log.read('p', oldest - 1, head, 500)).map(({ seq }) => seq)).toEqual(
        Array.from({ length: head - oldest + 1 }, (_, index) => oldest + index),
      );
      // one that is gone comes back with what comes now, and nothing of before
      const late = { run: 'run-0', span: 'late', type: 'span.end', a: { status: 'ok', endedAtMs: 9000 } };
      const { spans } = await log.append('p', [logEvent(late)]);
      expect(spans).toMatchObject([{ spanId: 'late' }]);
      const { facts } = await factsIn(log, 'p', asRunId('run-0'));
      expect(facts.map(({ span }) => span)).toEqual(['late']);
    });

    it('keeps events of a run that is let go while they can be resumed over, and no longer', async () => {
      const store = await (await create())();
      const { log, pass } = sqlLog(store, { retention: { runHours: 1, logHours: 24 } });
      onEnd(() => log.close());
      const line = logEvent({ type: 'log', run: 'open', span: 's', a: { level: 'info' }, detail: { message: 'said' } });
      await log.append('p', [...endedRun('over', 'y'), logEvent({ run: 'open', span: 's' }), line]);
      pass(2);
      await log.retain();
      expect((await log.history.runs('p', { order: 'oldest', limit: 5 })).items).toHaveLength(1);
      expect(await log.read('p', 0, 4, 10)).toHaveLength(4);
      await sizesOf(store);
      expect(await log.readDetail('p', { eventId: line.id })).toEqual({ message: 'said' });
      pass(25);
      await log.retain();
      expect(await log.head('p')).toMatchObject({ head: 4, oldest: 5 });
      expect(await log.readDetail('p', { eventId: line.id })).toBeUndefined();
      expect((await sizesOf(store)).events.map(({ run }) => run)).toEqual(['open']);
    });

    it('merges what comes late into a run that is no longer held in memory', async () => {
      const { log } = sqlLog(await (await create())(), { bounds: { runs: 5, spans: 50, endedForMs: HOUR_MS } });
      onEnd(() => log.close());
      await log.append('p', [logEvent({ run: 'old', span: 'a' }), logEvent({ run: 'old', span: 'b' })]);
      for (let index = 0; index < 20; index += 1) await log.append('p', [logEvent({ run: `run-${index}` })]);
      const { spans } = await log.append('p', [
        logEvent({ run: 'old', span: 'a', type: 'span.end', a: { status: 'error', endedAtMs: 9000 } }),
      ]);
      expect(spans).toMatchObject([{ runId: 'old', spanId: 'a', kind: 'tool', name: 'look', status: 'error' }]);
      const { facts } = await factsIn(log, 'p', asRunId('old'));
      expect(new Set(facts.map((fact) => fact.span))).toEqual(new Set(['a', 'b']));
    });

    it('takes what no database can hold as it is: NUL, half characters, great numbers', async () => {
      const { log } = sqlLog(await (await create())());
      onEnd(() => log.close());
      const input = {
        text: `a${String.fromCharCode(0)}b${String.fromCharCode(0xd800)}`,
        great: 2 ** 53 + 2,
        list: [1e300],
      };
      const { verdicts } = await log.append('p', [
        logEvent({ span: 'odd', a: { kind: 'tool', name: `x${String.fromCharCode(0)}` }, detail: { input } }),
        logEvent(),
      ]);
      expect(verdicts).toEqual([
        { st: 'ok', seq: 1 },
        { st: 'ok', seq: 2 },
      ]);
      expect(await log.readDetail('p', { runId: asRunId('trace_a1'), spanId: asSpanId('odd') })).toEqual({ input });
      expect((await log.read('p', 0, 1, 1))[0]?.a).toMatchObject({ name: `x${String.fromCharCode(0)}` });
    });

    it('ends a page of its history early when it looked through enough, and loses no row by that', async () => {
      const { log } = sqlLog(await (await create())(), { scanRows: 7 });
      onEnd(() => log.close());
      const planned = Array.from({ length: 40 }, (_, index) => (index === 3 || index === 37 ? 'rare' : 'common'));
      await log.append(
        'p',
        planned.flatMap((name, index) => [
          logEvent({ run: `run-${index}`, span: 's', a: { kind: 'agent', name, agentName: name, startedAtMs: index } }),
          logEvent({ type: 'log', run: `run-${index}`, span: undefined, a: { sourceName: name, level: 'info' } }),
          logEvent({ type: 'score', run: `run-${index}`, span: undefined, a: { name, value: 1 } }),
        ]),
      );
      const walk = async <Item>(ask: (after: readonly number[] | undefined) => Promise<Page<Item>>) => {
        const items: Item[] = [];
        let short = 0;
        for (let after: readonly number[] | undefined, first = true; first || after; first = false) {
          const page = await ask(after);
          items.push(...page.items);
          expect(page.items.length).toBeLessThanOrEqual(5);
          if (page.items.length < 5 && page.next) short += 1;
          after = page.next;
        }
        return { items, short };
      };
      for (const order of ['newest', 'oldest', 'longest', 'dearest'] as const) {
        for (const filter of [{ text: 'rare' }, { agentNames: ['rare'] }, { agentNames: ['common'] }]) {
          const { items, short } = await walk((after) => log.history.runs('p', { order, filter, after, limit: 5 }));
          const wanted = planned.flatMap((name, index) =>
            JSON.stringify(filter).includes(name) ? [`run-${index}`] : [],
          );
          expect(items.map(({ run }) => run.runId).toSorted()).toEqual(wanted.toSorted());
          expect(short > 2).toBe('text' in filter); // an index finds the two that an agent has
        }
      }
      for (const order of ['newest', 'oldest'] as const) {
        for (const names of [['rare'], ['rare', 'none'], ['common', 'none']]) {
          const ask = { kind: 'score', order, names, limit: 5 } as const;
          const { items, short } = await walk((after) => log.history.entities('p', { ...ask, after }));
          const found = items.flatMap(({ facts }) => facts.map(({ run }) => run as string));
          const wanted = planned.flatMap((name, index) => (names.includes(name) ? [`run-${index}`] : []));
          expect(found).toEqual(order === 'oldest' ? wanted : wanted.toReversed());
          expect(short > 2).toBe(names.includes('rare') && names.length > 1);
        }
      }
      for (const limit of [1, 2]) {
        const ask = { order: 'newest', withMessage: false, limit, levels: ['info'], sourceNames: ['common'] } as const;
        const lines = await walk((after) => log.history.logs('p', { ...ask, after }));
        const filter = { agentNames: ['common'] };
        const runs = await walk((after) => log.history.runs('p', { order: 'newest', filter, after, limit }));
        expect([lines.items.length, runs.items.length]).toEqual([38, 38]);
      }
      const common = { sourceNames: ['common', 'none'] };
      for (const query of [{ text: 'rare' }, { sourceNames: ['rare', 'none'] }, common, { ids: ['none'] }]) {
        const ask = { order: 'newest', withMessage: false, limit: 5, ...query } as const;
        const { items, short } = await walk((after) => log.history.logs('p', { ...ask, after }));
        const wanted = planned.flatMap((name, index) => (JSON.stringify(query).includes(name) ? [`run-${index}`] : []));
        expect(items.map(({ event }) => event.run)).toEqual(wanted.toReversed());
        expect(short > 2).toBe(!('ids' in query) && query !== common);
      }
    });

    it('stores no content when it is told so, and still says what there was', async () => {
      const { log } = sqlLog(await (await create())(), { keepsContent: false });
      onEnd(() => log.close());
      const { stored } = await log.append('p', [logEvent({ span: 's', detail: { input: 'secret' } })]);
      expect(stored[0]?.refs).toEqual({ input: { kind: 'text', sizeBytes: 8 } });
      expect(await log.readDetail('p', { runId: asRunId('trace_a1'), spanId: asSpanId('s') })).toBeUndefined();
      expect(log.keepsContent).toBe(false);
    });
  });
}
