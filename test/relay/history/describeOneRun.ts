import { describe, expect, it } from 'vitest';
import { createFold } from '../../../src/fold/createFold.ts';
import type { MonitorEvent } from '../../../src/model/event.ts';
import { asRunId } from '../../../src/model/ids.ts';
import { eachPage, type HistoryUnderTest, project } from './historyUnderTest.ts';
import { durationOf, eventsOf, FIRST_MS, type PlannedRun, planRuns, undated } from './planRuns.ts';

export function describeOneRun(under: HistoryUnderTest): void {
  describe('one run', () => {
    it('tells of a run what the fold makes of its events', async () => {
      const plans = planRuns(5, 19);
      await under.append(plans);
      for (const plan of plans) {
        const fold = createFold();
        for (const event of eventsOf(plan)) fold.apply(event);
        fold.settle();
        const held = await under.history.run(project, asRunId(plan.runId));
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
      expect(await under.history.run(project, asRunId(plans[0]?.runId ?? ''), { userId: 'nobody' })).toBeUndefined();
      expect(await under.history.run('other', asRunId(plans[0]?.runId ?? ''))).toBeUndefined();
    });

    it('places a run without a start at the time of its first event', async () => {
      await under.log.append(project, [
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
      const [held] = await under.runsOf({ range: { fromMs: FIRST_MS + 5, toMs: FIRST_MS + 6 } });
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
      await under.log.append(project, [...eventsOf(plan), ...spans.slice(0, 20)]);
      const first = await under.history.facts(project, { runId, limit: 3 });
      expect(first?.at).toBe((await under.log.head(project)).head);
      let sent = 20;
      const facts = await eachPage(
        async (after) => (await under.history.facts(project, { runId, limit: 3, after })) ?? { items: [] },
        async () => {
          if (sent < spans.length) await under.log.append(project, spans.slice(sent, (sent += 1)));
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
      expect(await under.history.facts(project, { runId, limit: 3, scope: { userId: 'nobody' } })).toBeUndefined();
    });
  });
}
