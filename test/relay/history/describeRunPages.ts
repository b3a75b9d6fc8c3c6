import { describe, expect, it } from 'vitest';
import type { HistoryRunFilter, RunOrderName, RunScope } from '../../../src/relay/history/RunHistory.ts';
import type { HistoryUnderTest } from './historyUnderTest.ts';
import { durationOf, FIRST_MS, type PlannedRun, planRuns, statusOf, undated } from './planRuns.ts';

/** What a run is found by, said once more without any of the code under test. */
function isWanted(plan: PlannedRun, filter: HistoryRunFilter, scope: RunScope = {}): boolean {
  const among = (value: string | undefined, list: readonly string[] | undefined) =>
    list === undefined || (value !== undefined && list.includes(value));
  const texts = [plan.runId, 'Support', plan.userId, plan.sessionId, plan.agent, plan.tool, plan.model, ...plan.tags];
  if (plan.isFailed && plan.tool !== undefined) texts.push('ToolError', 'order.not-found');
  return (
    among(statusOf(plan), filter.statuses) &&
    among(plan.agent, filter.agentNames) &&
    among(plan.tool, filter.toolNames) &&
    (among(plan.model, filter.modelNames) || among(undated(plan.model), filter.modelNames)) &&
    among(plan.userId, filter.userIds) &&
    among(plan.sessionId, filter.sessionIds) &&
    among(undefined, filter.groupIds) &&
    durationOf(plan) >= (filter.minDurationMs ?? 0) &&
    (plan.costNanoUsd ?? 0) >= (filter.minCostNanoUsd ?? 0) &&
    (filter.text === undefined || texts.some((text) => text?.toLowerCase().includes(filter.text ?? ''))) &&
    (scope.userId === undefined || plan.userId === scope.userId) &&
    (scope.sessionId === undefined || plan.sessionId === scope.sessionId) &&
    (scope.tags ?? []).every((tag) => plan.tags.includes(tag))
  );
}

const inOrder: Readonly<Record<RunOrderName, (left: PlannedRun, right: PlannedRun) => number>> = {
  newest: (left, right) => right.startedAtMs - left.startedAtMs || right.order - left.order,
  oldest: (left, right) => left.startedAtMs - right.startedAtMs || left.order - right.order,
  longest: (left, right) => durationOf(right) - durationOf(left) || right.order - left.order,
  dearest: (left, right) => (right.costNanoUsd ?? 0) - (left.costNanoUsd ?? 0) || right.order - left.order,
};

const filters: readonly HistoryRunFilter[] = [
  {},
  { statuses: ['failed'] },
  { statuses: ['waiting', 'completed'] },
  { statuses: ['failed', 'completed', 'failed'] },
  { statuses: ['failed', 'running'] },
  { statuses: ['failed', 'completed'], agentNames: ['Billing'] },
  { statuses: [] },
  { agentNames: ['Billing'] },
  { agentNames: ['Billing', 'Triage'], toolNames: ['refund'] },
  { toolNames: ['50%_off'] },
  { modelNames: ['gpt-5.4'] },
  { modelNames: ['gpt-5.4-2026-03-17'] },
  { modelNames: ['nobody'] },
  { userIds: ['mary'] },
  { sessionIds: ['session-2', 'session-3'] },
  { groupIds: ['any'] },
  { minDurationMs: 2500 },
  { minCostNanoUsd: 10_000_000 },
  { text: 'research' },
  { text: '50%_' },
  { text: 'b_l' },
  { text: 'order.not' },
  { text: 'vip' },
  { text: 'mary', statuses: ['completed'], minDurationMs: 1000 },
];

export function describeRunPages(under: HistoryUnderTest): void {
  describe('pages of runs', () => {
    it('gives every run once, in each order, whatever the size of a page', async () => {
      const plans = planRuns(60, 7);
      await under.append(plans);
      for (const order of ['newest', 'oldest', 'longest', 'dearest'] as const) {
        const wanted = plans.toSorted(inOrder[order]).map(({ runId }) => runId);
        for (const limit of [1, 7, 60, 100]) expect(await under.idsOf({ order, limit })).toEqual(wanted);
      }
    });

    it('filters as a plain look at each run does, alone, with a range, and with a scope', async () => {
      const plans = planRuns(80, 11);
      await under.append(plans);
      const range = { fromMs: FIRST_MS + 40_000, toMs: FIRST_MS + 160_000 };
      const scopes: readonly (RunScope | undefined)[] = [
        undefined,
        { userId: 'john' },
        { sessionId: 'session-1', tags: ['vip'] },
        { tags: ['nothing'] },
      ];
      let found = 0;
      for (const filter of filters) {
        for (const scope of scopes) {
          const wanted = plans
            .filter((plan) => plan.startedAtMs >= range.fromMs && plan.startedAtMs < range.toMs)
            .filter((plan) => isWanted(plan, filter, scope))
            .toSorted(inOrder.newest)
            .map(({ runId }) => runId);
          expect({ filter, scope, ids: await under.idsOf({ filter, scope, range }) }).toEqual({
            filter,
            scope,
            ids: wanted,
          });
          found += wanted.length;
        }
      }
      expect(found).toBeGreaterThan(200);
    });

    it('pages without a double or a hole while runs are inserted before, between and behind', async () => {
      const plans = planRuns(50, 13);
      await under.append(plans);
      for (const order of ['newest', 'oldest', 'longest', 'dearest'] as const) {
        let inserted = 1000;
        const seen = await under.idsOf({ order, limit: 4 }, async () => {
          inserted += 3;
          await under.append(planRuns(3, 17, inserted));
        });
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((id) => plans.some(({ runId }) => runId === id))).toEqual(
          plans.toSorted(inOrder[order]).map(({ runId }) => runId),
        );
        await under.renew();
        await under.append(plans);
      }
    });
  });
}
