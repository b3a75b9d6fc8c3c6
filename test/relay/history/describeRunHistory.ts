import { describe, expect, it } from 'vitest';
import { asRunId } from '../../../src/model/ids.ts';
import type { RunHistory } from '../../../src/relay/history/RunHistory.ts';
import type { RunLog } from '../../../src/relay/run-log/RunLog.ts';
import { describeEntities } from './describeEntities.ts';
import { describeErrorGroups } from './describeErrorGroups.ts';
import { describeLogLines } from './describeLogLines.ts';
import { describeMetrics } from './describeMetrics.ts';
import { describeOneRun } from './describeOneRun.ts';
import { describeRunPages } from './describeRunPages.ts';
import { project, useHistory } from './historyUnderTest.ts';
import { FIRST_MS, lineEvent, planRuns, undated } from './planRuns.ts';

/** The whole contract of a history, for each kind of log. @param create - a log that holds some 2,000 runs, lines and their content, and whose clock says {@link NOW_MS} */
export function describeRunHistory(kind: string, create: () => Promise<RunLog>): void {
  describe(`the history of the ${kind} log`, () => {
    const under = useHistory(create);

    describeRunPages(under);
    describeOneRun(under);
    describeEntities(under);
    describeLogLines(under);
    describeErrorGroups(under);
    describeMetrics(under);

    it('has nothing of an empty project', async () => {
      expect(await under.history.runs(project, { order: 'newest', limit: 10 })).toEqual({ items: [] });
      expect(await under.history.run(project, asRunId('none'))).toBeUndefined();
      expect(await under.history.facts(project, { runId: asRunId('none'), limit: 10 })).toBeUndefined();
      expect((await under.history.logs(project, { withMessage: true, order: 'newest', limit: 10 })).items).toEqual([]);
      expect(await under.history.errors(project, { grain: 'message', order: 'last', limit: 10 })).toEqual({
        groups: [],
        groupCount: 0,
        errorCount: 0,
      });
      expect(await under.history.names(project, { kind: 'agent', limit: 10 })).toEqual([]);
    });

    it('lists the names there are, in pages and within a scope', async () => {
      const plans = planRuns(40, 59);
      await under.append(plans);
      await under.log.append(project, [
        lineEvent({ ts: FIRST_MS, source: 'zeta' }),
        lineEvent({ ts: FIRST_MS, source: 'alpha' }),
      ]);
      const sorted = (names: readonly (string | undefined)[]) =>
        [...new Set(names)].filter((name) => name !== undefined).sort();
      const ask = (kindOfName: Parameters<RunHistory['names']>[1]['kind'], more: object = {}) =>
        under.history.names(project, { kind: kindOfName, limit: 100, ...more });
      expect(await ask('agent')).toEqual(sorted(plans.map(({ agent }) => agent)));
      expect(await ask('tool')).toEqual(sorted(plans.map(({ tool }) => tool)));
      expect(await ask('model')).toEqual(sorted(plans.flatMap(({ model }) => [model, undated(model)])));
      expect(await ask('user')).toEqual(['john', 'mary']);
      expect(await ask('user', { scope: { userId: 'mary' } })).toEqual(['mary']);
      expect(await ask('session', { after: 'session-2', limit: 1 })).toEqual(['session-3']);
      expect(await ask('group')).toEqual([]);
      expect(await ask('source')).toEqual(['alpha', 'zeta']);
      expect(await ask('source', { scope: { userId: 'mary' } })).toEqual([]);
    });

    it('knows whose a run is by its own project, where two have runs of the same id', async () => {
      const start = (userId: string, tags: readonly string[]) =>
        ({
          id: `start-${userId}`,
          type: 'run.start',
          sv: 1,
          ts: FIRST_MS,
          run: 'shared',
          a: { userId, tags },
        }) as never;
      const span = {
        id: 'span',
        type: 'span.end',
        sv: 1,
        ts: FIRST_MS,
        run: 'shared',
        span: 's',
        a: { kind: 'tool', name: 'look', status: 'error', startedAtMs: FIRST_MS, endedAtMs: FIRST_MS },
      } as never;
      const line = { id: 'line', type: 'log', sv: 1, ts: FIRST_MS, run: 'shared', a: { level: 'info' } } as never;
      await under.log.append('p', [start('mary', ['a']), span, line]);
      await under.log.append('q', [start('john', ['b']), span, line]);
      for (const [of, scope, isIn] of [
        ['p', { userId: 'mary' }, true],
        ['p', { userId: 'john' }, false],
        ['q', { userId: 'mary' }, false],
        ['p', { tags: ['a'] }, true],
        ['p', { tags: ['b'] }, false],
        ['q', { tags: ['a'] }, false],
      ] as const) {
        const count = isIn ? 1 : 0;
        const page = { order: 'newest', limit: 5, scope } as const;
        expect((await under.history.runs(of, page)).items).toHaveLength(count);
        expect((await under.history.logs(of, { ...page, withMessage: false })).items).toHaveLength(count);
        const { errorCount } = await under.history.errors(of, { scope, grain: 'code', order: 'last', limit: 5 });
        expect(errorCount).toBe(count);
        expect(await under.history.names(of, { kind: 'tool', limit: 5, scope })).toHaveLength(count);
        expect((await under.history.run(of, asRunId('shared'), scope)) !== undefined).toBe(isIn);
      }
      expect(await under.idsOf({ filter: { userIds: ['john'] } })).toEqual([]);
      expect(await under.idsOf({ filter: { userIds: ['mary'] } })).toEqual(['shared']);
    });

    it('keeps projects apart', async () => {
      await under.append(planRuns(3, 61));
      expect((await under.history.runs('other', { order: 'newest', limit: 5 })).items).toEqual([]);
      expect(await under.history.names('other', { kind: 'agent', limit: 5 })).toEqual([]);
      expect(
        (
          await under.history.metrics('other', {
            range: { fromMs: 0, toMs: FIRST_MS * 2 },
            bucketMs: 1e9,
            offsetMs: 0,
            limit: 5,
          })
        ).series,
      ).toEqual([]);
    });
  });
}
