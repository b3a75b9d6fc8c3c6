import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFold } from '../../src/fold/index.ts';
import type { EntityReader } from '../../src/fold/types.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { createSizeBook } from '../../src/store/bounds.ts';
import { sizeOfDetail } from '../../src/store/sizeOf.ts';
import { mergeSettled } from '../../src/store/touchedLedger.ts';
import { eventSets, shuffledBatches } from '../fold/arbitraryEvents.ts';

const heldContent = (reader: EntityReader): number => {
  let size = 0;
  for (const runId of reader.runIds) {
    size += sizeOfDetail(reader.getRun(runId)?.detail);
    for (const span of reader.spansOf(runId)) size += sizeOfDetail(span.detail);
  }
  return size;
};

/** As `eventSets`, with content in every span event, so that it is replaced often. */
const withContent = eventSets.map((events) =>
  events.map((event, index) =>
    event.type === 'span.start' || event.type === 'span.update' || event.type === 'span.end'
      ? ({ ...event, detail: { ...event.detail, input: 'x'.repeat(index) } } as MonitorEvent)
      : event,
  ),
);

it('content is counted once, however often it was replaced, and goes with its run', () => {
  fc.assert(
    fc.property(
      withContent.chain((events) => shuffledBatches(events)),
      (batches) => {
        const fold = createFold();
        const book = createSizeBook();
        for (const [index, batch] of batches.entries()) {
          for (const event of batch) fold.apply(event);
          let settled = fold.settle();
          if (index % 3 === 1) {
            for (const event of batches[0] ?? []) fold.apply({ ...event, id: `${event.id}-again` });
            settled = mergeSettled(settled, fold.settle());
          }
          book.note(settled);
          expect(book.bytesOf(0, 0)).toBe(heldContent(fold.reader));
          const [first] = fold.reader.runIds;
          if (index % 5 === 4 && first !== undefined) {
            for (const event of batch) fold.apply({ ...event, id: `${event.id}-late` });
            fold.removeRun(first);
            book.forget(first);
            book.note(fold.settle());
          }
          expect(book.bytesOf(0, 0)).toBe(heldContent(fold.reader));
        }
      },
    ),
    { numRuns: 100, seed: 20_261_128 },
  );
});

it('large content weighs the same each time it is asked', () => {
  const detail = { input: Array.from({ length: 500 }, (_unused, index) => ({ role: 'user', content: `${index}` })) };
  const size = sizeOfDetail(detail);
  expect(size).toBeGreaterThan(500 * 32);
  expect(sizeOfDetail(detail)).toBe(size);
  expect(sizeOfDetail(structuredClone(detail))).toBe(size);
});
