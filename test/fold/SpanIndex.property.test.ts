import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunNode } from '../../src/fold/runNode.ts';
import { SpanIndex } from '../../src/fold/SpanIndex.ts';
import { SpanNode } from '../../src/fold/spanNode.ts';
import { createSpan } from '../../src/fold/spanRecord.ts';
import { asRunId, asSpanId, type SpanKey } from '../../src/model/ids.ts';

const nodeOf = (id: string): SpanNode =>
  new SpanNode({} as RunNode, createSpan(id as SpanKey, asRunId('run'), asSpanId(id), 'step'));

/** Few ids, so that they come again; alike in all but one unit, empty ends, and beyond Latin. */
const idArb = fc.oneof(
  fc.integer({ min: 0, max: 40 }).map((number) => `span_${String(number).padStart(24, '0')}`),
  fc.constantFrom('a', 'b', 'aa', 'ab', 'ba', 'a\u0000', '\u4e2d', '\u4e2d\u6587', '\ud83d\ude00'),
);
const stepArb = fc.record({ id: idArb, isDeleted: fc.boolean() });

describe('the index of a run’s spans', () => {
  it.each([
    ['', () => new SpanIndex()],
    [' where all hashes are the same', () => Object.assign(new SpanIndex(), { hashOf: () => 7 })],
  ])('finds what a map finds and keeps its order, whatever comes and goes%s', (_where, create) => {
    fc.assert(
      fc.property(fc.array(stepArb, { maxLength: 400 }), (steps) => {
        const index = create();
        const map = new Map<string, SpanNode>();
        for (const { id, isDeleted } of steps) {
          const known = map.get(id);
          expect(index.get(asSpanId(id))).toBe(known);
          if (known && isDeleted) {
            map.delete(id);
            index.delete(known);
          } else if (!known) {
            const node = nodeOf(id);
            map.set(id, node);
            index.add(node);
          }
        }
        expect([...index.values()]).toEqual([...map.values()]);
        for (const [id, node] of map) expect(index.get(asSpanId(id))).toBe(node);
      }),
      { seed: 20260, numRuns: 200 },
    );
  });

  it('holds no more than what is there, however many came and went', () => {
    const index = new SpanIndex();
    for (let count = 0; count < 20_000; count += 1) {
      const node = nodeOf(`span ${count}`);
      index.add(node);
      index.delete(node);
    }
    const last = nodeOf('last');
    index.add(last);
    expect([...index.values()]).toEqual([last]);
    expect((index as unknown as { slots: Int32Array }).slots.length).toBeLessThan(200);
  });
});
