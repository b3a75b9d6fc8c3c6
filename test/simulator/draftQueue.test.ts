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

it('takes every shift of its time into a draft that waits, and none that was made before it came', () => {
  const event = (atMs: number) => ({
    id: 'e',
    type: 'span.end',
    sv: 1,
    ts: atMs,
    run,
    span,
    a: { startedAtMs: 5, endedAtMs: atMs },
  });
  const queue = createDraftQueue();
  queue.shift(0, 1000);
  queue.push({ emitAtMs: 1500, event: event(1500) as never });
  for (let step = 1; step <= 250; step += 1) queue.shift(1000 + step, 2);
  queue.push({ emitAtMs: 1600, event: event(1600) as never });
  expect(queue.nextAtMs).toBe(1600);
  expect(queue.pop()).toMatchObject({ emitAtMs: 1600, event: { ts: 1600, a: { startedAtMs: 5, endedAtMs: 1600 } } });
  expect(queue.pop()).toMatchObject({ emitAtMs: 2000, event: { ts: 2000, a: { startedAtMs: 5, endedAtMs: 2000 } } });
});
