import { describe, expect, it } from 'vitest';
import type { MetricsQuery } from '../../../src/relay/history/RunHistory.ts';
import { type HistoryUnderTest, project } from './historyUnderTest.ts';
import { FIRST_MS, type PlannedRun, planRuns, undated } from './planRuns.ts';

export function describeMetrics(under: HistoryUnderTest): void {
  describe('metrics', () => {
    const query = (fields: Partial<MetricsQuery> = {}): MetricsQuery => ({
      range: { fromMs: FIRST_MS, toMs: FIRST_MS + 600_000 },
      bucketMs: 60_000,
      offsetMs: 0,
      limit: 50,
      ...fields,
    });

    it('count runs, calls, tools, tokens, errors and money in their buckets', async () => {
      const plans = planRuns(60, 43);
      await under.append(plans);
      const { series, seriesCount } = await under.history.metrics(project, query());
      expect([series.length, seriesCount]).toEqual([1, 1]);
      const buckets = series[0]?.buckets ?? [];
      expect(buckets.map(({ atMs }) => atMs)).toEqual(buckets.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
      const bucketOf = (atMs: number) => Math.floor(atMs / 60_000) * 60_000;
      for (const { atMs, ...bucket } of buckets) {
        const started = plans.filter(({ startedAtMs }) => bucketOf(startedAtMs) === atMs);
        const ended = plans.filter(({ startedAtMs, durationMs }) => bucketOf(startedAtMs + durationMs) === atMs);
        const withTool = ended.filter(({ tool }) => tool !== undefined);
        expect(bucket).toMatchObject({
          runs: started.length,
          failedRuns: started.filter(({ isFailed }) => isFailed).length,
          calls: ended.length,
          toolCalls: withTool.length,
          failedToolCalls: withTool.filter(({ isFailed }) => isFailed).length,
          errors: ended.filter(({ isFailed }) => isFailed).length + withTool.filter(({ isFailed }) => isFailed).length,
          inputTokens: ended.length * 100,
          outputTokens: ended.length * 10,
          totalTokens: ended.length * 110,
          costNanoUsd: ended.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0),
          unpricedCalls: ended.filter(({ costNanoUsd }) => costNanoUsd === undefined).length,
        });
        if (ended.length === 0) continue;
        const durations = ended.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
        const p90 = durations[Math.ceil(0.9 * durations.length) - 1] ?? 0;
        expect(bucket.callLatencyMs?.count).toBe(ended.length);
        expect(Math.abs((bucket.callLatencyMs?.p90 ?? 0) / p90 - 1)).toBeLessThan(0.0101);
      }
      expect(buckets.reduce((sum, { runs }) => sum + runs, 0)).toBe(60);
    });

    it('stand apart by agent, tool, model and user, dearest first, and add up', async () => {
      const plans = planRuns(60, 47);
      await under.append(plans);
      const costBy = (nameOf: (plan: PlannedRun) => string | undefined) => {
        const costs = new Map<string | undefined, number>();
        for (const plan of plans) costs.set(nameOf(plan), (costs.get(nameOf(plan)) ?? 0) + (plan.costNanoUsd ?? 0));
        return costs;
      };
      const wanted = {
        agent: costBy(({ agent }) => agent),
        model: costBy(({ model }) => undated(model)),
        user: costBy(({ userId }) => userId),
      };
      for (const by of ['agent', 'model', 'user'] as const) {
        const { series: all } = await under.history.metrics(project, query({ by }));
        // tools and agents have no model: they stand in the series without a name
        const series = all.filter(({ name }) => by !== 'model' || name !== undefined);
        const found = new Map(
          series.map(({ name, buckets }) => [name, buckets.reduce((sum, bucket) => sum + bucket.costNanoUsd, 0)]),
        );
        expect(found).toEqual(wanted[by]);
        const costs = [...found.values()];
        expect(costs).toEqual(costs.toSorted((a, b) => b - a));
      }
      const { series } = await under.history.metrics(project, query({ by: 'tool' }));
      const ofRefund = series.find(({ name }) => name === 'refund')?.buckets ?? [];
      expect(ofRefund.reduce((sum, bucket) => sum + bucket.toolCalls, 0)).toBe(
        plans.filter(({ tool }) => tool === 'refund').length,
      );
      const cut = await under.history.metrics(project, query({ by: 'agent', limit: 1 }));
      expect([cut.series.length, cut.seriesCount]).toEqual([1, 3]);
    });

    it('count a run by the names it has in its own project, where two have runs of the same id', async () => {
      const agent = (name: string) =>
        ({
          id: 'agent',
          type: 'span.end',
          sv: 1,
          ts: FIRST_MS,
          run: 'shared',
          span: 's',
          a: { kind: 'agent', name, status: 'ok', startedAtMs: FIRST_MS, endedAtMs: FIRST_MS + 5 },
        }) as never;
      await under.log.append('p', [agent('Triage')]);
      await under.log.append('q', [agent('Billing')]);
      const runs = async (of: string, name: string) =>
        (await under.history.metrics(of, query({ agentNames: [name] }))).series
          .flatMap(({ buckets }) => buckets)
          .reduce((sum, bucket) => sum + bucket.runs, 0);
      expect([await runs('p', 'Triage'), await runs('p', 'Billing')]).toEqual([1, 0]);
      expect([await runs('q', 'Triage'), await runs('q', 'Billing')]).toEqual([0, 1]);
    });

    it('are filtered by name, user and scope, and days begin where the zone says', async () => {
      const plans = planRuns(60, 53);
      await under.append(plans);
      const calls = async (fields: Partial<MetricsQuery>) =>
        (await under.history.metrics(project, query(fields))).series
          .flatMap(({ buckets }) => buckets)
          .reduce((sum, bucket) => sum + bucket.calls, 0);
      expect(await calls({ agentNames: ['Triage'] })).toBe(plans.filter(({ agent }) => agent === 'Triage').length);
      expect(await calls({ modelNames: ['gpt-5.4-2026-03-17'] })).toBe(
        plans.filter(({ model }) => model.startsWith('gpt')).length,
      );
      expect(await calls({ userIds: ['john'] })).toBe(plans.filter(({ userId }) => userId === 'john').length);
      expect(await calls({ scope: { sessionId: 'session-1' } })).toBe(
        plans.filter(({ sessionId }) => sessionId === 'session-1').length,
      );
      const dayMs = 86_400_000;
      const offsetMs = -2 * 3_600_000;
      const days = await under.history.metrics(project, query({ bucketMs: dayMs, offsetMs }));
      for (const { atMs } of days.series[0]?.buckets ?? []) expect((atMs - offsetMs) % dayMs).toBe(0);
    });
  });
}
