import fc from 'fast-check';
import { createHeldExport, detectFormat, parseText } from 'spanlight/adapters';
import { simulateRun } from 'spanlight/simulator';
import { createMonitorStore } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import type { RunExportQuery } from '../../src/model/exportQuery.ts';
import { eventSets } from '../fold/arbitraryEvents.ts';
import { foldAll, stateOf } from '../fold/foldState.ts';
import { eventsOf, traceFiles } from './traceFixtures.ts';

function storeOf(events: readonly MonitorEvent[]) {
  const store = createMonitorStore({ scheduler: { request: () => {}, cancel: () => {} } });
  store.ingest(JSON.parse(JSON.stringify(events)) as readonly MonitorEvent[]); // as they came: JSON knows no -0
  store.flush();
  return store;
}

const textOf = async (events: readonly MonitorEvent[], query: RunExportQuery) =>
  (await createHeldExport(storeOf(events)).exportRuns(query)).text();

function readAgain(text: string): readonly MonitorEvent[] {
  if (text.trim() === '' || text === '{"resourceSpans":[]}\n') return [];
  const found = detectFormat(parseText(text).value);
  if (found.kind !== 'trace') throw new Error('no trace');
  const { events, issues } = found.adapter.read(parseText(text).value);
  expect(issues).toEqual([]);
  return events;
}

async function expectSameState(events: readonly MonitorEvent[], format: 'spanlight' | 'otlp') {
  const again = readAgain(await textOf(events, { format, content: true }));
  expect(stateOf(foldAll(again).reader)).toEqual(stateOf(storeOf(events).getState().entities));
}

describe('an export of what a store holds, with no relay', () => {
  it.each(['spanlight', 'otlp'] as const)('as %s gives the same state when it is read again', async (format) => {
    for (const file of traceFiles) await expectSameState(eventsOf(file), format);
    await expectSameState(simulateRun({ scenario: 'support-handoff', seed: 7, content: 'inline' }), format);
  });

  it('of whatever can be known of runs gives the same state when it is read again', async () => {
    await fc.assert(
      fc.asyncProperty(eventSets, async (events) => {
        await expectSameState(
          events.map(({ refs: _refs, ...event }) => event as MonitorEvent),
          'spanlight',
        );
      }),
      { numRuns: 200, seed: 20_261_128 },
    );
  });

  const runs = (['support-handoff', 'retry-fallback', 'support-handoff'] as const).flatMap((scenario, index) =>
    simulateRun({ scenario, seed: 3 + index, content: 'inline' }),
  );

  it('has no content and no text of a log without being asked for it', async () => {
    const line = { id: 'l1', type: 'log', sv: 1, ts: 5, a: { level: 'warn' }, detail: { message: 'secret words' } };
    const events = [
      ...runs,
      { ...line, run: runs[0]?.run } as unknown as MonitorEvent,
      line as unknown as MonitorEvent,
    ];
    for (const format of ['spanlight', 'otlp', 'spans', 'costs'] as const) {
      const text = await textOf(events, { format });
      expect(text).not.toContain('secret words');
      expect(text).not.toContain('"detail"');
      expect(text).not.toContain('input.value');
    }
    expect((await textOf(events, { format: 'spanlight', content: true })).split('secret words')).toHaveLength(3);
  });

  it('is of the runs that are asked for', async () => {
    const store = storeOf(runs);
    const source = createHeldExport(store);
    const { runIds, entities } = store.getState();
    const known = runIds.map((runId) => entities.getRun(runId));
    const idsOf = async (query: Omit<RunExportQuery, 'format'>) => {
      const events = readAgain(await (await source.exportRuns({ ...query, format: 'spanlight' })).text());
      return [...new Set(events.map(({ run }) => String(run)))].sort();
    };
    const wanted = (isWanted: (run: NonNullable<(typeof known)[number]>) => boolean) =>
      known.flatMap((run) => (run && isWanted(run) ? [run.runId as string] : [])).sort();
    const [first, second] = known;
    if (!first || !second) throw new Error('no runs');
    expect(await idsOf({})).toEqual([...runIds].sort());
    expect(await idsOf({ runIds: [second.runId] })).toEqual([second.runId]);
    expect(await idsOf({ limit: 2 })).toHaveLength(2);
    expect(await idsOf({ statuses: [first.status] })).toEqual(wanted(({ status }) => status === first.status));
    expect(await idsOf({ statuses: ['cancelled'] })).toEqual([]);
    expect(await idsOf({ users: [first.userId ?? ''] })).toEqual(wanted(({ userId }) => userId === first.userId));
    const [agent = ''] = first.agentNames;
    expect(await idsOf({ agents: [agent] })).toEqual(wanted(({ agentNames }) => agentNames.includes(agent)));
    expect(await idsOf({ text: first.runId.toUpperCase() })).toEqual([first.runId]);
    const fromMs = Math.max(...known.map((run) => run?.startedAtMs ?? 0));
    expect(await idsOf({ fromMs })).toEqual(wanted(({ startedAtMs }) => (startedAtMs ?? 0) >= fromMs));
    expect(await idsOf({ toMs: fromMs })).toEqual(wanted(({ startedAtMs }) => (startedAtMs ?? 0) < fromMs));
    const minCostNanoUsd = first.totals.costNanoUsd + 1;
    expect(await idsOf({ minCostNanoUsd })).toEqual(wanted(({ totals }) => totals.costNanoUsd >= minCostNanoUsd));
    expect(await idsOf({ tools: ['no such tool'] })).toEqual([]);
    expect(await idsOf({ models: ['no such model'] })).toEqual([]);
  });
});
