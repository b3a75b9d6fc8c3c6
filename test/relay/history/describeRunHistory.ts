import { beforeEach, describe, expect, it } from 'vitest';
import { createFold } from '../../../src/fold/createFold.ts';
import type { MonitorEvent } from '../../../src/model/event.ts';
import { asRunId } from '../../../src/model/ids.ts';
import type {
  EntitiesQuery,
  HistoryPosition,
  HistoryRunFilter,
  LogsQuery,
  MetricsQuery,
  RunHistory,
  RunOrderName,
  RunScope,
  RunsQuery,
} from '../../../src/relay/history/RunHistory.ts';
import type { RunLog } from '../../../src/relay/run-log/RunLog.ts';
import { onEnd } from '../support.ts';
import { durationOf, eventsOf, FIRST_MS, lineEvent, type PlannedRun, planRuns } from './planRuns.ts';

const MAX_PAGES = 10_000;

async function eachPage<Item>(
  ask: (after: HistoryPosition | undefined) => Promise<{ items: readonly Item[]; next?: HistoryPosition | undefined }>,
  between: () => Promise<unknown> = async () => {},
): Promise<Item[]> {
  const all: Item[] = [];
  let after: HistoryPosition | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, next } = await ask(after);
    all.push(...items);
    if (next === undefined) return all;
    expect(items.length).toBeGreaterThan(0);
    expect(next.every((number) => Number.isFinite(number))).toBe(true);
    after = next;
    await between();
  }
  throw new Error('the pages do not end');
}

const undated = (model: string) => model.replace(/-\d{4}-\d{2}-\d{2}$/, '');
const statusOf = ({ isFailed, isWaiting }: PlannedRun) => (isFailed ? 'failed' : isWaiting ? 'waiting' : 'completed');

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

/** The whole contract of a history, for each kind of log. @param create - a log that holds some 2,000 runs, lines and their content, and whose clock says {@link NOW_MS} */
export function describeRunHistory(kind: string, create: () => Promise<RunLog>): void {
  const project = 'p';
  let log: RunLog;
  let history: RunHistory;
  const append = async (plans: readonly PlannedRun[], to = project) => {
    const events = plans.flatMap(eventsOf);
    for (let from = 0; from < events.length; from += 500) await log.append(to, events.slice(from, from + 500));
  };
  const runsOf = (query: Partial<RunsQuery> = {}, between?: () => Promise<unknown>) =>
    eachPage((after) => history.runs(project, { order: 'newest', limit: 7, ...query, after }), between);
  const idsOf = async (query: Partial<RunsQuery>, between?: () => Promise<unknown>) =>
    (await runsOf(query, between)).map(({ run }) => run.runId as string);

  beforeEach(async () => {
    log = await create();
    onEnd(() => log.close());
    history = log.history;
  });

  describe(`the history of the ${kind} log`, () => {
    it('has nothing of an empty project', async () => {
      expect(await history.runs(project, { order: 'newest', limit: 10 })).toEqual({ items: [] });
      expect(await history.run(project, asRunId('none'))).toBeUndefined();
      expect(await history.facts(project, { runId: asRunId('none'), limit: 10 })).toBeUndefined();
      expect((await history.logs(project, { withMessage: true, order: 'newest', limit: 10 })).items).toEqual([]);
      expect(await history.errors(project, { grain: 'message', order: 'last', limit: 10 })).toEqual({
        groups: [],
        groupCount: 0,
        errorCount: 0,
      });
      expect(await history.names(project, { kind: 'agent', limit: 10 })).toEqual([]);
    });

    it('gives every run once, in each order, whatever the size of a page', async () => {
      const plans = planRuns(60, 7);
      await append(plans);
      for (const order of ['newest', 'oldest', 'longest', 'dearest'] as const) {
        const wanted = plans.toSorted(inOrder[order]).map(({ runId }) => runId);
        for (const limit of [1, 7, 60, 100]) expect(await idsOf({ order, limit })).toEqual(wanted);
      }
    });

    it('filters as a plain look at each run does, alone, with a range, and with a scope', async () => {
      const plans = planRuns(80, 11);
      await append(plans);
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
          expect({ filter, scope, ids: await idsOf({ filter, scope, range }) }).toEqual({ filter, scope, ids: wanted });
          found += wanted.length;
        }
      }
      expect(found).toBeGreaterThan(200);
    });

    it('pages without a double or a hole while runs are inserted before, between and behind', async () => {
      const plans = planRuns(50, 13);
      await append(plans);
      for (const order of ['newest', 'oldest', 'longest', 'dearest'] as const) {
        let inserted = 1000;
        const seen = await idsOf({ order, limit: 4 }, async () => {
          inserted += 3;
          await append(planRuns(3, 17, inserted));
        });
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((id) => plans.some(({ runId }) => runId === id))).toEqual(
          plans.toSorted(inOrder[order]).map(({ runId }) => runId),
        );
        await log.close();
        log = await create();
        history = log.history;
        await append(plans);
      }
    });

    it('tells of a run what the fold makes of its events', async () => {
      const plans = planRuns(5, 19);
      await append(plans);
      for (const plan of plans) {
        const fold = createFold();
        for (const event of eventsOf(plan)) fold.apply(event);
        fold.settle();
        const held = await history.run(project, asRunId(plan.runId));
        const {
          lastEventAtMs: _rts,
          revision: _revision,
          detailRefs: _refs,
          ...wanted
        } = fold.reader.getRun(asRunId(plan.runId)) as object as Record<string, unknown>;
        expect(held?.run).toMatchObject(JSON.parse(JSON.stringify(wanted)) as object);
        expect(held).toMatchObject({
          atMs: plan.startedAtMs,
          durationMs: durationOf(plan),
        });
        expect(held?.toolNames).toEqual(plan.tool === undefined ? [] : [plan.tool]);
        expect(held?.modelNames).toEqual([...new Set([plan.model, undated(plan.model)])].sort());
      }
      expect(await history.run(project, asRunId(plans[0]?.runId ?? ''), { userId: 'nobody' })).toBeUndefined();
      expect(await history.run('other', asRunId(plans[0]?.runId ?? ''))).toBeUndefined();
    });

    it('places a run without a start at the time of its first event', async () => {
      await log.append(project, [
        {
          id: 'x',
          type: 'approval.requested',
          sv: 1,
          ts: FIRST_MS + 5,
          run: 'r1',
          ref: 'c',
          a: {},
        } as unknown as MonitorEvent,
      ]);
      const [held] = await runsOf({ range: { fromMs: FIRST_MS + 5, toMs: FIRST_MS + 6 } });
      expect(held).toMatchObject({
        atMs: FIRST_MS + 5,
        durationMs: 0,
        firstSeq: 1,
        run: { runId: 'r1', status: 'waiting' },
      });
    });

    it('gives the facts of a run in pages that make the same run, also while it grows', async () => {
      const [plan] = planRuns(1, 23) as [PlannedRun];
      const runId = asRunId(plan.runId);
      const spans = Array.from({ length: 30 }, (_, index) => ({
        id: `more-${index}`,
        type: 'span.end',
        sv: 1,
        ts: plan.startedAtMs + index,
        run: plan.runId,
        span: `m${index}`,
        parent: 's1',
        a: {
          kind: 'tool',
          name: 'look',
          startedAtMs: plan.startedAtMs,
          endedAtMs: plan.startedAtMs + index,
          status: 'ok',
        },
      })) as unknown as MonitorEvent[];
      await log.append(project, [...eventsOf(plan), ...spans.slice(0, 20)]);
      const first = await history.facts(project, { runId, limit: 3 });
      expect(first?.at).toBe((await log.head(project)).head);
      let sent = 20;
      const facts = await eachPage(
        async (after) => (await history.facts(project, { runId, limit: 3, after })) ?? { items: [] },
        async () => {
          if (sent < spans.length) await log.append(project, spans.slice(sent, (sent += 1)));
        },
      );
      const fold = createFold();
      for (const fact of facts) fold.apply(fact);
      fold.settle();
      const held = new Set([...fold.reader.spansOf(runId)].map(({ spanId }) => spanId as string));
      const wanted = [...eventsOf(plan), ...spans.slice(0, 20)].flatMap(({ span }) =>
        span === undefined ? [] : [span],
      );
      expect([...held]).toEqual(expect.arrayContaining(wanted));
      expect(await history.facts(project, { runId, limit: 3, scope: { userId: 'nobody' } })).toBeUndefined();
    });

    describe('approvals, scores and alerts', () => {
      let made = 0;
      const event = (type: string, ts: number, fields: object, a: object = {}): MonitorEvent => {
        made += 1;
        return { id: `entity-${made}`, type, sv: 1, ts: FIRST_MS + ts, a, ...fields } as unknown as MonitorEvent;
      };
      const asked = (run: string, ref: string, ts: number, toolName: string) =>
        event('approval.requested', ts, { run, ref }, { toolName, agentName: 'Clerk', requestedAtMs: FIRST_MS + ts });
      const scored = (run: string, span: string | undefined, ts: number, name: string, value: number) =>
        event('score', ts, { run, span }, { name, value });
      const alert = (type: string, ref: string, ts: number, a: object = {}) => event(`alert.${type}`, ts, { ref }, a);
      const entitiesOf = (query: Partial<EntitiesQuery> & Pick<EntitiesQuery, 'kind'>) =>
        eachPage((after) => history.entities(project, { order: 'oldest', limit: 2, ...query, after }));
      /** What the facts of each make. */
      const folded = async (query: Parameters<typeof entitiesOf>[0]) =>
        (await entitiesOf(query)).map(({ facts }) => {
          const fold = createFold();
          for (const fact of facts) fold.apply(fact);
          fold.settle();
          const [runId] = fold.reader.runIds;
          if (!runId) return [...fold.reader.alerts.values()][0];
          return fold.reader.approvalsOf(runId)[0] ?? fold.reader.scoresOf(runId)[0];
        });

      it('has every approval as it stands, by state, tool, run, time and scope, in each direction', async () => {
        const person = { userId: 'mary', startedAtMs: FIRST_MS };
        await log.append(project, [
          event('run.start', 0, { run: 'r1' }, person),
          asked('r1', 'c1', 10, 'refund'),
          asked('r1', 'c2', 20, 'refund'),
          asked('r2', 'c1', 20, 'send_mail'), // at the same time as another one
          event('approval.expired', 50, { run: 'r3', ref: 'c9' }), // whose request never came
        ]);
        await log.append(project, [
          event('approval.decided', 30, { run: 'r1', ref: 'c1' }, { decision: 'rejected', decidedBy: 'ann' }),
          event('approval.decided', 40, { run: 'r2', ref: 'c1' }, { decision: 'approved', decidedBy: 'ben' }),
        ]);
        const kind = 'approval';
        expect(await folded({ kind })).toMatchObject([
          { runId: 'r1', callId: 'c1', state: 'rejected', decidedBy: 'ann', toolName: 'refund' },
          { runId: 'r1', callId: 'c2', state: 'pending', requestedAtMs: FIRST_MS + 20 },
          { runId: 'r2', callId: 'c1', state: 'approved', agentName: 'Clerk' },
          { runId: 'r3', callId: 'c9', state: 'expired' },
        ]);
        const ids = async (query: Partial<EntitiesQuery>) =>
          (await entitiesOf({ kind, ...query })).map(({ facts: [fact] }) => `${fact?.run} ${fact?.ref}`);
        expect(await ids({ order: 'newest' })).toEqual(['r3 c9', 'r2 c1', 'r1 c2', 'r1 c1']);
        expect(await ids({ states: ['pending'] })).toEqual(['r1 c2']);
        expect(await ids({ states: ['approved', 'rejected'] })).toEqual(['r1 c1', 'r2 c1']);
        expect(await ids({ names: ['send_mail'] })).toEqual(['r2 c1']);
        expect(await ids({ names: [] })).toEqual([]);
        expect(await ids({ runIds: [asRunId('r1'), asRunId('r3')] })).toEqual(['r1 c1', 'r1 c2', 'r3 c9']);
        expect(await ids({ range: { fromMs: FIRST_MS + 20, toMs: FIRST_MS + 50 } })).toEqual(['r1 c2', 'r2 c1']);
        expect(await ids({ scope: { userId: 'mary' } })).toEqual(['r1 c1', 'r1 c2']);
        expect(await ids({ scope: { userId: 'john' } })).toEqual([]);
        expect((await history.entities('other', { kind, order: 'newest', limit: 5 })).items).toEqual([]);
      });

      it('has the newest judgement of each thing, and none without a figure', async () => {
        await log.append(project, [
          scored('r1', undefined, 10, 'faithful', 0.5),
          scored('r1', 's1', 20, 'faithful', 0.7),
          scored('r2', undefined, 30, 'polite', 1),
          event('score', 40, { run: 'r2' }, { name: 'empty' }),
          event('score', 40, { run: 'r3' }, { name: 'empty' }),
        ]);
        await log.append(project, [scored('r1', undefined, 50, 'faithful', 0.9)]);
        const kind = 'score';
        expect(await folded({ kind })).toMatchObject([
          { runId: 'r1', spanId: 's1', name: 'faithful', value: 0.7, atMs: FIRST_MS + 20 },
          { runId: 'r2', name: 'polite', value: 1 },
          { runId: 'r1', name: 'faithful', value: 0.9, atMs: FIRST_MS + 50 },
        ]);
        expect(await folded({ kind, names: ['polite'] })).toMatchObject([{ runId: 'r2' }]);
        expect(await folded({ kind, runIds: [asRunId('r1')], order: 'newest' })).toMatchObject([
          { value: 0.9 },
          { value: 0.7 },
        ]);
      });

      it('has every alert as it stands, outside every scope', async () => {
        await log.append(project, [
          alert('firing', 'a1', 10, { ruleName: 'Slow', severity: 'warning', value: 9, limit: 5 }),
          alert('firing', 'a2', 20, { ruleName: 'Dear', severity: 'critical' }),
          alert('acknowledged', 'a1', 30, { by: 'ann' }),
        ]);
        await log.append(project, [alert('resolved', 'a2', 40)]);
        const kind = 'alert';
        expect(await folded({ kind })).toMatchObject([
          { alertId: 'a1', state: 'acknowledged', changedBy: 'ann', ruleName: 'Slow', value: 9, limit: 5 },
          { alertId: 'a2', state: 'resolved', severity: 'critical', firedAtMs: FIRST_MS + 20 },
        ]);
        expect(await folded({ kind, states: ['resolved'] })).toMatchObject([{ alertId: 'a2' }]);
        expect(await folded({ kind, severities: ['warning', 'info'] })).toMatchObject([{ alertId: 'a1' }]);
        expect(await folded({ kind, names: ['Dear'], order: 'newest' })).toMatchObject([{ alertId: 'a2' }]);
        expect(await folded({ kind, scope: { userId: 'mary' } })).toEqual([]);
        expect(await folded({ kind, scope: {} })).toEqual([]);
      });
    });

    describe('log lines', () => {
      const lines = () =>
        Array.from({ length: 40 }, (_, index) =>
          lineEvent({
            ts: FIRST_MS + Math.floor(index / 3) * 1000,
            level: (['debug', 'info', 'warn', 'error'] as const)[index % 4] as string,
            source: index % 2 === 0 ? 'Billing' : 'worker',
            message: `step ${index} of 100% done`,
            ...(index % 5 === 0 && { run: planRuns(1, 29)[0]?.runId ?? '' }),
          }),
        );
      const seqsOf = async (query: Partial<LogsQuery>, between?: () => Promise<unknown>) =>
        (
          await eachPage(
            (after) => history.logs(project, { withMessage: true, order: 'newest', limit: 6, ...query, after }),
            between,
          )
        ).map(({ event }) => event.id);

      it('come once each, newest or oldest first, also while others are written', async () => {
        const all = lines();
        await log.append(project, all);
        const ids = all.map(({ id }) => id);
        expect(await seqsOf({ order: 'oldest' })).toEqual(ids);
        const seen = await seqsOf({}, () => log.append(project, [lineEvent({ ts: FIRST_MS + 5500 })]));
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((id) => ids.includes(id))).toEqual(ids.toReversed());
      });

      it('are filtered by level, source, run, id, range, text and scope', async () => {
        const all = lines();
        const [plan] = planRuns(1, 29) as [PlannedRun];
        await append([plan]);
        await log.append(project, all);
        const wanted = (isIt: (line: MonitorEvent, index: number) => boolean) =>
          all
            .filter(isIt)
            .map(({ id }) => id)
            .toReversed();
        const levelOf = (line: MonitorEvent) => (line.a as { level: string }).level;
        expect(await seqsOf({ levels: ['warn', 'error'] })).toEqual(wanted((line) => /warn|error/.test(levelOf(line))));
        expect(await seqsOf({ sourceNames: ['Billing'] })).toEqual(wanted((_, index) => index % 2 === 0));
        expect(await seqsOf({ runIds: [asRunId(plan.runId)] })).toEqual(wanted((_, index) => index % 5 === 0));
        expect(await seqsOf({ ids: [all[3]?.id ?? '', all[9]?.id ?? '', 'none'] })).toEqual(
          wanted((_, index) => index === 3 || index === 9),
        );
        expect(await seqsOf({ range: { fromMs: FIRST_MS + 2000, toMs: FIRST_MS + 4000 } })).toEqual(
          wanted((line) => line.ts >= FIRST_MS + 2000 && line.ts < FIRST_MS + 4000),
        );
        expect(await seqsOf({ text: 'step 1' })).toEqual(wanted((_, index) => String(index).startsWith('1')));
        expect(await seqsOf({ text: '100%' })).toHaveLength(40);
        expect(await seqsOf({ text: '100_' })).toEqual([]);
        expect(await seqsOf({ text: 'billing' })).toHaveLength(20);
        expect(await seqsOf({ text: 'step', withMessage: false })).toEqual([]);
        const scope = { tags: ['eu'] };
        expect(await seqsOf({ scope })).toEqual(wanted((_, index) => index % 5 === 0));
        expect(await seqsOf({ scope: { tags: ['nothing'] } })).toEqual([]);
      });

      it('have their message only for who asks with content', async () => {
        await log.append(project, [lineEvent({ ts: FIRST_MS, message: 'geheim' })]);
        const ask = async (withMessage: boolean) =>
          (await history.logs(project, { withMessage, order: 'newest', limit: 5 })).items;
        expect((await ask(true))[0]?.message).toBe('geheim');
        expect(JSON.stringify(await ask(false))).not.toContain('geheim');
      });
    });

    describe('errors', () => {
      it('are one group a class, code and template, with what happened last on top', async () => {
        const plans = planRuns(60, 31);
        await append(plans);
        const failed = plans.filter(({ isFailed, tool }) => isFailed && tool !== undefined);
        const endOf = ({ startedAtMs, durationMs }: PlannedRun) => startedAtMs + durationMs;
        const lastAtMs = Math.max(...failed.map(endOf));
        const { groups, errorCount } = await history.errors(project, {
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

      it('are told apart by class and code alone where content must not be read', async () => {
        await append(planRuns(40, 37));
        const { groups } = await history.errors(project, { grain: 'code', order: 'count', limit: 10 });
        expect(groups.length).toBe(2);
        expect(groups.every(({ template }) => template === undefined)).toBe(true);
        expect(groups[0]?.count ?? 0).toBeGreaterThanOrEqual(groups[1]?.count ?? 0);
      });

      it('are filtered by agent, tool, user, range and scope, and cut at the limit', async () => {
        const plans = planRuns(60, 41);
        await append(plans);
        const failed = plans.filter(({ isFailed, tool }) => isFailed && tool !== undefined);
        const count = async (query: object) => {
          const { groups } = await history.errors(project, { grain: 'code', order: 'last', limit: 10, ...query });
          return groups.find(({ errorType }) => errorType === 'ToolError')?.count ?? 0;
        };
        expect(await count({ agentNames: ['Billing'] })).toBe(failed.filter(({ agent }) => agent === 'Billing').length);
        expect(await count({ toolNames: ['refund'] })).toBe(failed.filter(({ tool }) => tool === 'refund').length);
        expect(await count({ userIds: ['mary'] })).toBe(failed.filter(({ userId }) => userId === 'mary').length);
        expect(await count({ scope: { tags: ['vip'] } })).toBe(
          failed.filter(({ tags }) => tags.includes('vip')).length,
        );
        expect(await count({ runIds: [asRunId(failed[0]?.runId ?? '')] })).toBe(1);
        expect(await count({ range: { toMs: FIRST_MS } })).toBe(0);
        const cut = await history.errors(project, { grain: 'code', order: 'last', limit: 1 });
        expect([cut.groups.length, cut.groupCount]).toEqual([1, 2]);
      });
    });

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
        await append(plans);
        const { series, seriesCount } = await history.metrics(project, query());
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
            errors:
              ended.filter(({ isFailed }) => isFailed).length + withTool.filter(({ isFailed }) => isFailed).length,
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
        await append(plans);
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
          const { series: all } = await history.metrics(project, query({ by }));
          // tools and agents have no model: they stand in the series without a name
          const series = all.filter(({ name }) => by !== 'model' || name !== undefined);
          const found = new Map(
            series.map(({ name, buckets }) => [name, buckets.reduce((sum, bucket) => sum + bucket.costNanoUsd, 0)]),
          );
          expect(found).toEqual(wanted[by]);
          const costs = [...found.values()];
          expect(costs).toEqual(costs.toSorted((a, b) => b - a));
        }
        const { series } = await history.metrics(project, query({ by: 'tool' }));
        const ofRefund = series.find(({ name }) => name === 'refund')?.buckets ?? [];
        expect(ofRefund.reduce((sum, bucket) => sum + bucket.toolCalls, 0)).toBe(
          plans.filter(({ tool }) => tool === 'refund').length,
        );
        const cut = await history.metrics(project, query({ by: 'agent', limit: 1 }));
        expect([cut.series.length, cut.seriesCount]).toEqual([1, 3]);
      });

      it('are filtered by name, user and scope, and days begin where the zone says', async () => {
        const plans = planRuns(60, 53);
        await append(plans);
        const calls = async (fields: Partial<MetricsQuery>) =>
          (await history.metrics(project, query(fields))).series
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
        const days = await history.metrics(project, query({ bucketMs: dayMs, offsetMs }));
        for (const { atMs } of days.series[0]?.buckets ?? []) expect((atMs - offsetMs) % dayMs).toBe(0);
      });
    });

    it('lists the names there are, in pages and within a scope', async () => {
      const plans = planRuns(40, 59);
      await append(plans);
      await log.append(project, [
        lineEvent({ ts: FIRST_MS, source: 'zeta' }),
        lineEvent({ ts: FIRST_MS, source: 'alpha' }),
      ]);
      const sorted = (names: readonly (string | undefined)[]) =>
        [...new Set(names)].filter((name) => name !== undefined).sort();
      const ask = (kindOfName: Parameters<RunHistory['names']>[1]['kind'], more: object = {}) =>
        history.names(project, { kind: kindOfName, limit: 100, ...more });
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
      await log.append('p', [start('mary', ['a']), span, line]);
      await log.append('q', [start('john', ['b']), span, line]);
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
        expect((await history.runs(of, page)).items).toHaveLength(count);
        expect((await history.logs(of, { ...page, withMessage: false })).items).toHaveLength(count);
        const { errorCount } = await history.errors(of, { scope, grain: 'code', order: 'last', limit: 5 });
        expect(errorCount).toBe(count);
        expect(await history.names(of, { kind: 'tool', limit: 5, scope })).toHaveLength(count);
        expect((await history.run(of, asRunId('shared'), scope)) !== undefined).toBe(isIn);
      }
      expect(await idsOf({ filter: { userIds: ['john'] } })).toEqual([]);
      expect(await idsOf({ filter: { userIds: ['mary'] } })).toEqual(['shared']);
    });

    it('keeps projects apart', async () => {
      await append(planRuns(3, 61));
      expect((await history.runs('other', { order: 'newest', limit: 5 })).items).toEqual([]);
      expect(await history.names('other', { kind: 'agent', limit: 5 })).toEqual([]);
      expect(
        (
          await history.metrics('other', {
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
