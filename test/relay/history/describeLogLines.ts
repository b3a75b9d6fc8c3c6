import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../../src/model/event.ts';
import { asRunId } from '../../../src/model/ids.ts';
import type { LogsQuery } from '../../../src/relay/history/RunHistory.ts';
import { eachPage, type HistoryUnderTest, project } from './historyUnderTest.ts';
import { FIRST_MS, lineEvent, type PlannedRun, planRuns } from './planRuns.ts';

export function describeLogLines(under: HistoryUnderTest): void {
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
          (after) => under.history.logs(project, { withMessage: true, order: 'newest', limit: 6, ...query, after }),
          between,
        )
      ).map(({ event }) => event.id);

    it('come once each, newest or oldest first, also while others are written', async () => {
      const all = lines();
      await under.log.append(project, all);
      const ids = all.map(({ id }) => id);
      expect(await seqsOf({ order: 'oldest' })).toEqual(ids);
      const seen = await seqsOf({}, () => under.log.append(project, [lineEvent({ ts: FIRST_MS + 5500 })]));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => ids.includes(id))).toEqual(ids.toReversed());
    });

    it('are filtered by level, source, run, id, range, text and scope', async () => {
      const all = lines();
      const [plan] = planRuns(1, 29) as [PlannedRun];
      await under.append([plan]);
      await under.log.append(project, all);
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
      await under.log.append(project, [lineEvent({ ts: FIRST_MS, message: 'geheim' })]);
      const ask = async (withMessage: boolean) =>
        (await under.history.logs(project, { withMessage, order: 'newest', limit: 5 })).items;
      expect((await ask(true))[0]?.message).toBe('geheim');
      expect(JSON.stringify(await ask(false))).not.toContain('geheim');
    });
  });
}
