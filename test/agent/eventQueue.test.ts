import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOf, createEventQueue, type QueuedEvent } from '../../src/agent/eventQueue.ts';

const build = (id: string, type: QueuedEvent['type'] = 'span.end', content?: string): QueuedEvent => ({
  id,
  type,
  head: `{"id":"${id}"}`,
  content,
});
const idsOf = (events: readonly QueuedEvent[]) => events.map(({ id }) => id);

describe('createEventQueue', () => {
  it('gives back what was put in, in order, as much as fits', () => {
    const queue = createEventQueue({ maxEvents: 100, maxBytes: 10_000 });
    for (const id of ['a', 'b', 'c', 'd']) queue.push(build(id));
    expect(idsOf(queue.take(3, 10_000))).toEqual(['a', 'b', 'c']);
    expect(idsOf(queue.take(3, 10_000))).toEqual(['d']);
    expect(queue.take(3, 10_000)).toEqual([]);
    expect(queue).toMatchObject({ size: 0, sizeBytes: 0, droppedEvents: 0, droppedDetails: 0 });
  });

  it('gives at least one, however large', () => {
    const queue = createEventQueue({ maxEvents: 100, maxBytes: 10_000 });
    queue.push(build('large', 'span.end', `"${'x'.repeat(500)}"`));
    queue.push(build('small'));
    expect(idsOf(queue.take(10, 50))).toEqual(['large']);
  });

  it('lets content go before any event, oldest first', () => {
    const queue = createEventQueue({ maxEvents: 100, maxBytes: 400 });
    for (const id of ['a', 'b', 'c', 'd']) queue.push(build(id, 'span.end', `"${'x'.repeat(100)}"`));
    expect(queue).toMatchObject({ size: 4, droppedEvents: 0, droppedDetails: 1 });
    expect(queue.take(10, 10_000).map(({ content }) => content !== undefined)).toEqual([false, true, true, true]);
  });

  it('lets updates and log lines go before lifecycle events, then the oldest', () => {
    const queue = createEventQueue({ maxEvents: 3, maxBytes: 10_000 });
    queue.push(build('start', 'run.start'));
    queue.push(build('line', 'log'));
    queue.push(build('update', 'span.update'));
    queue.push(build('end', 'span.end'));
    queue.push(build('fail', 'run.fail'));
    expect(queue.droppedEvents).toBe(2);
    queue.push(build('one more', 'span.end'));
    expect(queue.droppedEvents).toBe(3);
    expect(idsOf(queue.take(10, 10_000))).toEqual(['end', 'fail', 'one more']);
  });

  it('stays within its bounds, keeps the order and counts every loss, whatever comes', () => {
    const command = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ push: fc.constantFrom('log', 'span.end', 'span.update'), detail: fc.nat(300) }),
      },
      { weight: 1, arbitrary: fc.record({ take: fc.nat(20) }) },
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 300 }), (commands) => {
        const queue = createEventQueue({ maxEvents: 20, maxBytes: 2_000 });
        let pushed = 0;
        const taken: QueuedEvent[] = [];
        for (const step of commands) {
          if ('push' in step) {
            const detail = step.detail > 50 ? `"${'x'.repeat(step.detail)}"` : undefined;
            queue.push(build(String(pushed++), step.push as QueuedEvent['type'], detail));
          } else taken.push(...queue.take(step.take, 1_000));
          expect(queue.size).toBeLessThanOrEqual(20);
          expect(queue.sizeBytes).toBeLessThanOrEqual(2_000);
        }
        taken.push(...queue.take(1_000, 1_000_000));
        const numbers = taken.map(({ id }) => Number(id));
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        expect(taken.length + queue.droppedEvents).toBe(pushed);
        expect(queue.sizeBytes).toBe(0);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('counts bytes, not characters', () => {
    expect(bytesOf(build('ä'))).toBe(bytesOf(build('a')) + 1);
  });
});
