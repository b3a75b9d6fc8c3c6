import { describe, expect, it } from 'vitest';
import { asRunId } from '../../../src/model/ids.ts';
import { type HistoryUnderTest, project } from './historyUnderTest.ts';
import { FIRST_MS, type PlannedRun, planRuns } from './planRuns.ts';

export function describeErrorGroups(under: HistoryUnderTest): void {
  describe('errors', () => {
    it('are one group a class, code and template, with what happened last on top', async () => {
      const plans = planRuns(60, 31);
      await under.append(plans);
      const failed = plans.filter(({ isFailed, tool }) => isFailed && tool !== undefined);
      const endOf = ({ startedAtMs, durationMs }: PlannedRun) => startedAtMs + durationMs;
      const lastAtMs = Math.max(...failed.map(endOf));
      const { groups, errorCount } = await under.history.errors(project, {
        grain: 'message',
        order: 'last',
        limit: 10,
        bucketMs: 60_000,
      });
      const ofTool = groups.find(({ errorType }) => errorType === 'ToolError');
      expect(ofTool).toMatchObject({
        errorCode: 'order.not-found',
        template: 'Order {n} of {text} was not found',
        count: failed.length,
        runCount: failed.length,
        firstAtMs: Math.min(...failed.map(endOf)),
        lastAtMs,
        agentNames: [...new Set(failed.map(({ agent }) => agent))].sort(),
      });
      expect(failed.filter((plan) => endOf(plan) === lastAtMs).map(({ runId }) => runId)).toContain(
        ofTool?.sample.runId,
      );
      expect(ofTool?.sample.spanId).toBe('s3');
      expect(ofTool?.trend.reduce((sum, { count }) => sum + count, 0)).toBe(failed.length);
      expect(ofTool?.trend.every(({ atMs }) => atMs % 60_000 === 0)).toBe(true);
      // the agents above failed too, without a class
      expect(errorCount).toBe(failed.length + plans.filter(({ isFailed }) => isFailed).length);
    });

    it('are gone where a span turns out not to have failed after all', async () => {
      const ended = (id: string, ts: number, status: string) =>
        ({
          id,
          type: 'span.end',
          sv: 1,
          ts,
          run: 'mended',
          span: 's',
          a: { kind: 'tool', name: 'look', status, startedAtMs: FIRST_MS, endedAtMs: FIRST_MS + 5 },
        }) as never;
      const count = async () => {
        const query = { grain: 'code', order: 'last', limit: 5 } as const;
        return (await under.history.errors(project, query)).errorCount;
      };
      await under.append(planRuns(1, 1)); // the log is followed by now: what comes is told apart from what was written
      const before = await count();
      await under.log.append(project, [ended('first', FIRST_MS, 'error')]);
      expect(await count()).toBe(before + 1);
      await under.log.append(project, [ended('second', FIRST_MS + 1, 'ok')]);
      expect(await count()).toBe(before);
    });

    it('are told apart by class and code alone where content must not be read', async () => {
      await under.append(planRuns(40, 37));
      const { groups } = await under.history.errors(project, { grain: 'code', order: 'count', limit: 10 });
      expect(groups.length).toBe(2);
      expect(groups.every(({ template }) => template === undefined)).toBe(true);
      expect(groups[0]?.count ?? 0).toBeGreaterThanOrEqual(groups[1]?.count ?? 0);
    });

    it('are filtered by agent, tool, user, range and scope, and cut at the limit', async () => {
      const plans = planRuns(60, 41);
      await under.append(plans);
      const failed = plans.filter(({ isFailed, tool }) => isFailed && tool !== undefined);
      const count = async (query: object) => {
        const { groups } = await under.history.errors(project, { grain: 'code', order: 'last', limit: 10, ...query });
        return groups.find(({ errorType }) => errorType === 'ToolError')?.count ?? 0;
      };
      expect(await count({ agentNames: ['Billing'] })).toBe(failed.filter(({ agent }) => agent === 'Billing').length);
      expect(await count({ toolNames: ['refund'] })).toBe(failed.filter(({ tool }) => tool === 'refund').length);
      expect(await count({ userIds: ['mary'] })).toBe(failed.filter(({ userId }) => userId === 'mary').length);
      expect(await count({ scope: { tags: ['vip'] } })).toBe(failed.filter(({ tags }) => tags.includes('vip')).length);
      expect(await count({ runIds: [asRunId(failed[0]?.runId ?? '')] })).toBe(1);
      expect(await count({ range: { toMs: FIRST_MS } })).toBe(0);
      const cut = await under.history.errors(project, { grain: 'code', order: 'last', limit: 1 });
      expect([cut.groups.length, cut.groupCount]).toEqual([1, 2]);
    });
  });
}
