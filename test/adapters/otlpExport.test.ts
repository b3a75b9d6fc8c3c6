import fc from 'fast-check';
import { otlpAdapter, writeOtlp } from 'spanlight/adapters';
import { scenarioNames, simulateRun } from 'spanlight/simulator';
import { describe, expect, it } from 'vitest';
import type { EntityReader } from '../../src/fold/types.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { eventSets } from '../fold/arbitraryEvents.ts';
import { foldAll, stateOf } from '../fold/foldState.ts';
import { eventsOf, traceFiles } from './traceFixtures.ts';

/** The document an export of everything held would be. */
function exported(reader: EntityReader, events: readonly MonitorEvent[]) {
  const runs = reader.runIds.flatMap((runId) => {
    const run = reader.getRun(runId);
    return run ? [{ run, spans: reader.spansOf(runId), events: events.filter((event) => event.run === runId) }] : [];
  });
  return writeOtlp(runs, { events: events.filter((event) => event.run === undefined) });
}

function expectSameStateAfterExport(held: readonly MonitorEvent[]) {
  const events = JSON.parse(JSON.stringify(held)) as readonly MonitorEvent[]; // as they came: JSON knows no -0
  const { reader } = foldAll(events);
  const text = JSON.stringify(exported(reader, events));
  const { events: again, issues } = otlpAdapter.read(JSON.parse(text));
  expect(issues).toEqual([]);
  expect(stateOf(foldAll(again).reader)).toEqual(stateOf(reader));
}

describe('an export as OTLP', () => {
  it.each(traceFiles)('of %s gives the same state when it is read again', (file) => {
    expectSameStateAfterExport(eventsOf(file));
  });

  it('of whatever can be known of runs gives the same state when it is read again', () => {
    fc.assert(
      fc.property(eventSets, (events) => {
        // What content exists, without the content, is known to who was not given it: an export has what it was given.
        expectSameStateAfterExport(events.map(({ refs: _refs, ...event }) => event as MonitorEvent));
      }),
      { numRuns: 300, seed: 20_261_128 },
    );
  });

  it.each(scenarioNames)('of a simulated run "%s" gives the same state when it is read again', (scenario) => {
    expectSameStateAfterExport(simulateRun({ scenario, seed: 7 }));
  });
});
