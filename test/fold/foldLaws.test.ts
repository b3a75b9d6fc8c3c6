import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { carriers, eventSets, shuffledBatches, tangles } from './arbitraryEvents.ts';
import { foldAll, foldBatches, stateOf } from './foldState.ts';

const runs = Number(process.env['FOLD_RUNS'] ?? 150);

const withOrder = (sets: fc.Arbitrary<MonitorEvent[]>) =>
  sets.chain((events) => fc.tuple(fc.constant(events), shuffledBatches(events)));

const factsOfAll = (fold: ReturnType<typeof foldAll>): MonitorEvent[] => [
  ...fold.reader.runIds.flatMap((runId) => fold.factsOf(runId)),
  ...fold.commonFacts(),
];

describe('the fold', () => {
  for (const [name, sets] of [
    ['contradicting events of all kinds', eventSets],
    ['parents in circles', tangles],
    ['usage that no call explains', carriers],
  ] as const) {
    it(`gives the same state for any order, batches and repeats: ${name}`, () => {
      fc.assert(
        fc.property(withOrder(sets), ([events, batches]) => {
          const once = foldAll(events);
          const other = foldBatches(batches);
          expect(stateOf(other.reader)).toEqual(stateOf(once.reader));
          expect(other.counters.cyclesCut).toBe(once.counters.cyclesCut);
        }),
        { numRuns: runs },
      );
    });

    it(`gives the same state where spans wait for later settles: ${name}`, () => {
      fc.assert(
        fc.property(withOrder(sets), fc.integer({ min: 1, max: 4 }), ([events, batches], atMost) => {
          const parts = foldBatches(batches, atMost);
          expect(stateOf(parts.reader)).toEqual(stateOf(foldAll(events).reader));
        }),
        { numRuns: runs },
      );
    });

    it(`gives facts that fold to the same state, and take later events as the original does: ${name}`, () => {
      fc.assert(
        fc.property(sets, sets, (events, later) => {
          const fold = foldAll(events);
          const copy = foldAll(factsOfAll(fold));
          expect(stateOf(copy.reader)).toEqual(stateOf(fold.reader));
          for (const event of later) {
            fold.apply(event);
            copy.apply(event);
          }
          fold.settle();
          copy.settle();
          expect(stateOf(copy.reader)).toEqual(stateOf(fold.reader));
        }),
        { numRuns: runs },
      );
    });
  }

  it('does nothing with what it knows already', () => {
    fc.assert(
      fc.property(eventSets, (events) => {
        const fold = foldAll(events);
        const before = stateOf(fold.reader);
        for (const event of events) fold.apply(event);
        const touched = fold.settle();
        expect(stateOf(fold.reader)).toEqual(before);
        expect(touched.spans).toEqual([]);
        expect(touched.areApprovalsTouched).toBe(false);
      }),
      { numRuns: runs },
    );
  });

  it('keeps what it handed out as it was, and tells every span that changed', () => {
    fc.assert(
      fc.property(withOrder(eventSets), fc.constantFrom(0, 1, undefined), ([, batches], atMost) => {
        const fold = foldBatches([]);
        for (const batch of batches) {
          const checkpoint = fold.checkpoint();
          expect(stateOf(checkpoint)).toEqual(stateOf(fold.reader));
          const frozen = JSON.stringify(stateOf(checkpoint));
          const before = new Map(
            fold.reader.runIds.flatMap((id) => [...fold.reader.spansOf(id)].map((s) => [s.key, s])),
          );
          for (const event of batch) fold.apply(event);
          const touched = new Set(fold.settle(atMost).spans.map((span) => span.key));
          expect(JSON.stringify(stateOf(checkpoint))).toBe(frozen);
          for (const runId of fold.reader.runIds) {
            for (const span of fold.reader.spansOf(runId)) {
              const known = before.get(span.key);
              const isNewer = span.revision > (known?.revision ?? 0);
              expect(touched.has(span.key) ? isNewer : span === known).toBe(true);
            }
          }
        }
      }),
      { numRuns: runs },
    );
  });
});
