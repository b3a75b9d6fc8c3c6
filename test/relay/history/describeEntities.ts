import { describe, expect, it } from 'vitest';
import { createFold } from '../../../src/fold/createFold.ts';
import type { MonitorEvent } from '../../../src/model/event.ts';
import { asRunId } from '../../../src/model/ids.ts';
import type { EntitiesQuery } from '../../../src/relay/history/RunHistory.ts';
import { eachPage, type HistoryUnderTest, project } from './historyUnderTest.ts';
import { FIRST_MS } from './planRuns.ts';

export function describeEntities(under: HistoryUnderTest): void {
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
      eachPage((after) => under.history.entities(project, { order: 'oldest', limit: 2, ...query, after }));
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
      await under.log.append(project, [
        event('run.start', 0, { run: 'r1' }, person),
        asked('r1', 'c1', 10, 'refund'),
        asked('r1', 'c2', 20, 'refund'),
        asked('r2', 'c1', 20, 'send_mail'), // at the same time as another one
        event('approval.expired', 50, { run: 'r3', ref: 'c9' }), // whose request never came
      ]);
      await under.log.append(project, [
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
      expect((await under.history.entities('other', { kind, order: 'newest', limit: 5 })).items).toEqual([]);
    });

    it('has the newest judgement of each thing, and none without a figure', async () => {
      await under.log.append(project, [
        scored('r1', undefined, 10, 'faithful', 0.5),
        scored('r1', 's1', 20, 'faithful', 0.7),
        scored('r2', undefined, 30, 'polite', 1),
        event('score', 40, { run: 'r2' }, { name: 'empty' }),
        event('score', 40, { run: 'r3' }, { name: 'empty' }),
      ]);
      await under.log.append(project, [scored('r1', undefined, 50, 'faithful', 0.9)]);
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
      await under.log.append(project, [
        alert('firing', 'a1', 10, { ruleName: 'Slow', severity: 'warning', value: 9, limit: 5 }),
        alert('firing', 'a2', 20, { ruleName: 'Dear', severity: 'critical' }),
        alert('acknowledged', 'a1', 30, { by: 'ann' }),
      ]);
      await under.log.append(project, [alert('resolved', 'a2', 40)]);
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
}
