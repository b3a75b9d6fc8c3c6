import { CompiledQuery } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { LogStore } from '../../src/relay/run-log/sql/LogStore.ts';
import { SHARED_TAIL } from '../../src/relay/run-log/sql/readModel.ts';
import { verifyLog } from '../../src/relay/run-log/sql/verifyLog.ts';
import { logEvent } from './describeRunLog.ts';
import { sqlLog } from './describeSqlRunLog.ts';
import { eventsOf, planRuns } from './history/planRuns.ts';
import { onEnd } from './support.ts';

const run = 'trace_of_all';
const approval = (type: string, a: object) =>
  logEvent({ type: `approval.${type}`, run, span: undefined, ref: 'call', a });
const score = (value: number) => logEvent({ type: 'score', run, span: undefined, a: { name: 'polite', value } });
const alert = (ref: string, type: string, a: object = {}) =>
  logEvent({ type: `alert.${type}`, run: undefined, span: undefined, ref, a });
const ofNoRun = (type: string, a: object = {}) =>
  logEvent({ type, run: undefined, span: undefined, prod: { id: 'prod_a', n: 1 }, a });

/** Something in every table. */
const someOfAll = () => [
  ofNoRun('producer.hello', { name: 'worker' }),
  logEvent({ type: 'run.start', run, span: undefined, a: { userId: 'ann', tags: ['t'], name: 'Support' } }),
  logEvent({ run, span: 's', detail: { input: 'kept' } }),
  logEvent({ run, span: 's', type: 'span.end', a: { status: 'error', endedAtMs: 9000, errorType: 'ToolError' } }),
  approval('requested', { toolName: 'pay' }),
  approval('decided', { decision: 'approved' }),
  score(0.5),
  score(1),
  alert('burns', 'firing', { ruleName: 'Slow', severity: 'critical' }),
  alert('burns', 'acknowledged', { by: 'ann' }),
  alert('past', 'firing', { ruleName: 'Slow' }),
  alert('past', 'resolved'),
  logEvent({ type: 'log', run, span: 's', a: { level: 'warn', sourceName: 'worker' } }),
];

/** What a log is held against, for each kind. @param create - gives an opener of one and the same database */
export function describeVerifyLog(kind: string, create: () => Promise<() => Promise<LogStore>>): void {
  const opened = async (openStore: () => Promise<LogStore>) => {
    const store = await openStore();
    onEnd(() => store.close());
    return store;
  };

  describe(`a check of the ${kind} log`, () => {
    it('finds all well after restarts, late events, runs that were let go of in memory, and retention', async () => {
      const openStore = await create();
      const bounds = { runs: 40, spans: 200, endedForMs: 1e9 };
      const plans = planRuns(120, 5);
      const events = plans.flatMap(eventsOf);
      const first = sqlLog(await openStore(), { bounds });
      await first.log.append('p', [...events.slice(0, 300), ...someOfAll()]);
      await first.log.append('p', events.slice(300).toReversed());
      await first.log.close();
      const second = sqlLog(await openStore(), { bounds });
      await second.log.append('p', [
        score(0.75),
        approval('cancelled', {}),
        alert('past', 'firing'),
        ofNoRun('producer.beat'),
        ...plans
          .slice(0, 9)
          .flatMap(({ runId }) => [
            logEvent({ run: runId, span: 'late', type: 'span.end', a: { status: 'error', errorCode: 'late' } }),
            logEvent({ run: runId, type: 'run.start', span: undefined, a: { userId: 'another', tags: ['new'] } }),
          ]),
      ]);
      await second.log.append('q', someOfAll());
      await second.log.close();
      const store = await openStore();
      const whole = await verifyLog(store);
      expect(whole).toMatchObject({ problems: [], comparedRuns: 122, eventsBehind: 0 });
      const third = sqlLog(store, { bounds });
      await third.log.head('p'); // opens the project
      await third.log.append('p', [alert('burns', 'resolved')]);
      third.pass(30);
      await third.log.append('p', [alert('burns', 'firing')]);
      third.pass(50);
      await third.log.retain();
      await third.log.append('p', [score(0.25), logEvent({ run: 'new', span: 's' })]);
      await third.log.close();
      const { problems, comparedRuns } = await verifyLog(await opened(openStore));
      expect(problems).toEqual([]);
      expect(comparedRuns).toBeLessThan(60);
    });

    const changes = [
      ['run', "UPDATE run SET cost = cost + 1 WHERE run = 'trace_of_all'", /row of the run trace_of_all is not/],
      ['run', "UPDATE run SET user_id = 'eve'", /row of the run trace_of_all is not/],
      ['run', `UPDATE run SET body = replace(body, 'Support', 'Sabotage')`, /row of the run trace_of_all is not/],
      ['run', `UPDATE run SET status = 'running', is_over = 0, last_rts = 1`, /row of the run trace_of_all is not/],
      ['run', "DELETE FROM run WHERE run = 'trace_of_all'", /rows in (?:approval|score|run_facet) belong to no run/],
      ['run', "DELETE FROM run WHERE run = 'open'", /the run open has not ended, and has no row/],
      ['run_facet', "DELETE FROM run_facet WHERE kind = 'user'", /trace_of_all in run_facet/],
      ['run_facet', "UPDATE run_facet SET name = 'other' WHERE kind = 'tag'", /trace_of_all in run_facet/],
      ['measure', "UPDATE measure SET failed = 0 WHERE kind = 'error'", /trace_of_all in measure/],
      ['measure', "DELETE FROM measure WHERE kind = 'tool'", /trace_of_all in measure/],
      ['approval', "UPDATE approval SET state = 'rejected'", /trace_of_all in approval/],
      ['approval', `UPDATE approval SET body = replace(body, 'approved', 'rejected')`, /trace_of_all in approval/],
      ['approval', 'UPDATE approval SET n = n + 100', /trace_of_all in approval/],
      ['approval', 'DELETE FROM approval', /trace_of_all in approval/],
      ['score', `UPDATE score SET body = replace(body, '"value":1', '"value":0')`, /trace_of_all in score/],
      ['score', "UPDATE score SET name = 'rude'", /trace_of_all in score/],
      ['alert', "UPDATE alert SET severity = 'info' WHERE alert = 'burns'", /the alert burns is not/],
      ['alert', "UPDATE alert SET state = 'resolved' WHERE alert = 'burns'", /the alert burns is not/],
      ['alert', `UPDATE alert SET body = '[]' WHERE alert = 'burns'`, /the alert burns is not/],
      ['alert', "DELETE FROM alert WHERE alert = 'burns'", /the alert burns is not resolved, and has no row/],
      ['log_line', "UPDATE log_line SET level = 'info'", /line 13 is not what its event says/],
      ['log_line', 'DELETE FROM log_line', /line 13 is not what its event says/],
      [
        'log_line',
        "INSERT INTO log_line (pid, seq, ts, id, level) SELECT pid, 2, ts, 'made-up', level FROM log_line",
        /1 lines, and 2 rows of lines/,
      ],
      ['model', `UPDATE model SET common = '[]'`, /facts that belong to no run/],
      ['model', 'UPDATE model SET at = at + 50', /the tables go on to \d+, and the head is \d+/],
    ] as const;

    it('finds what was changed by hand, in every table', async () => {
      const openStore = await create();
      const { log } = sqlLog(await openStore());
      await log.append('p', [...someOfAll(), logEvent({ run: 'open', span: 's' })]);
      const fill = kind === 'PostgreSQL' ? SHARED_TAIL : 0; // what is newer is looked at again at each start
      await log.append(
        'p',
        Array.from({ length: fill }, () => logEvent({ run: 'open', span: 's', type: 'span.update', a: {} })),
      );
      await log.close();
      const store = await opened(openStore);
      expect((await verifyLog(store)).problems).toEqual([]);
      for (const [table, statement, problem] of changes) {
        const rows = await store.db.selectFrom(table).selectAll().execute();
        await store.write([CompiledQuery.raw(statement)]);
        const { problems } = await verifyLog(store);
        expect(problems.join('\n'), statement).toMatch(problem);
        await store.write([
          store.db.deleteFrom(table).compile(),
          store.db
            .insertInto(table)
            .values(rows as never)
            .compile(),
        ]);
      }
      expect((await verifyLog(store)).problems).toEqual([]);
    });

    it('says how many events the tables do not have yet, and compares what they have', async () => {
      const openStore = await create();
      const first = sqlLog(await openStore());
      await first.log.append('p', [logEvent({ run: 'one', span: 's' })]);
      await first.log.close();
      const store = await openStore();
      const second = sqlLog(store);
      await second.log.append('p', [logEvent({ run: 'two', span: 's' }), logEvent({ run: 'three', span: 't' })]);
      await second.log.close();
      const cut = await openStore();
      await cut.write([CompiledQuery.raw('UPDATE model SET at = 1')]); // as if it had ended by force
      await cut.close();
      expect(await verifyLog(await opened(openStore))).toMatchObject({
        events: 3,
        eventsBehind: 2,
        problems: [],
      });
    });
  });
}
