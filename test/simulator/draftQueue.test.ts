import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asRunId, asSpanId } from '../../src/model/ids.ts';
import { createDraftQueue } from '../../src/simulator/draftQueue.ts';

const [run, span] = [asRunId('r'), asSpanId('s')];
const draft = (emitAtMs: number, offset: number) => ({
  emitAtMs,
  live: { t: 'live', run, span, offset, text: '' } as const,
});

it('gives the earliest first, and what is sent at the same moment in the order in which it came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.nat(9), (times, byMs) => {
      const queue = createDraftQueue();
      for (const [order, atMs] of times.entries()) queue.push(draft(atMs, order));
      queue.shift(0, byMs);
      expect([queue.size, queue.nextAtMs]).toEqual([
        times.length,
        times.length > 0 ? Math.min(...times) + byMs : undefined,
      ]);
      const popped = [];
      for (let next = queue.pop(); next; next = queue.pop()) popped.push([next.emitAtMs, next.live?.offset]);
      const sorted = [...times.entries()].sort((left, right) => left[1] - right[1]);
      expect(popped).toEqual(sorted.map(([order, atMs]) => [atMs + byMs, order]));
    }),
  );
});
