import { describe, expect, it } from 'vitest';
import type { ReadyBatch } from '../../src/relay/wire/batchMaker.ts';
import { createLanes, type LaneMember } from '../../src/relay/wire/lanes.ts';
import { createReadyFrame, type ReadyFrame } from '../../src/relay/wire/readyFrame.ts';

const everything = { lens: { key: 'names', isScoped: false }, filter: { key: '*', isScoped: false } } as never as {
  readonly lens: Parameters<ReturnType<typeof createLanes>['join']>[1]['lens'];
  readonly filter: Parameters<ReturnType<typeof createLanes>['join']>[1]['filter'];
};

/** A log in which every event is shown but those of `hidden`. */
function setUp({ longest = 128, hidden = new Set<number>() } = {}) {
  const at = { head: 10, beside: 0, nowMs: 1000 };
  const made: ReadyBatch[] = [];
  const sent: number[] = [];
  const lanes = createLanes({
    nextBatch(_lens, _filter, from) {
      const to = Math.min(at.head, from + longest);
      const shown = Array.from({ length: to - from }, (_, index) => from + 1 + index).filter((seq) => !hidden.has(seq));
      made.push({ to, frame: createReadyFrame(shown.join(), { eventCount: shown.length }), moved: [] });
      return made.at(-1);
    },
    head: () => at.head,
    besideVersion: () => at.beside,
    now: () => at.nowMs,
    onSent: (_batch, readers) => sent.push(readers),
    onScattered: () => undefined,
  });
  const createMember = () => {
    const frames: ReadyFrame[] = [];
    const scattered: number[] = [];
    const member: LaneMember = { send: (frame) => frames.push(frame), onScatter: (from) => scattered.push(from) };
    return { member, frames, scattered };
  };
  const join = (cursor: number, expiresAtMs?: number, seen: object = everything) => {
    const one = createMember();
    return { ...one, lane: lanes.join(one.member, { ...everything, ...seen, at: cursor, expiresAtMs }) };
  };
  return { at, made, sent, lanes, join };
}

describe('readers who see the same and have everything', () => {
  it('get one frame that was made once, and stand behind it', () => {
    const { at, made, sent, lanes, join } = setUp();
    const readers = [join(10), join(10), join(10)];
    lanes.flush();
    expect(made).toEqual([]);
    at.head = 12;
    lanes.flush();
    expect(made).toHaveLength(1);
    for (const { frames, lane } of readers) {
      expect(frames).toEqual([made[0]?.frame]);
      expect(lane?.at).toBe(12);
    }
    expect(sent).toEqual([3]);
  });

  it('never go with readers of another view, or who asked for something else; who has a scope goes alone', () => {
    const { at, sent, lanes, join } = setUp();
    const readers = [
      join(10),
      join(10, undefined, { lens: { key: 'shape', isScoped: false } }),
      join(10, undefined, { filter: { key: 'one run', isScoped: false } }),
    ];
    expect(new Set(readers.map(({ lane }) => lane)).size).toBe(3);
    expect(join(10, undefined, { lens: { key: 'ann', isScoped: true } }).lane).toBeUndefined();
    expect(join(10, undefined, { filter: { key: 'of ann', isScoped: true } }).lane).toBeUndefined();
    at.head = 11;
    lanes.flush();
    expect(sent).toEqual([1, 1, 1]);
  });

  it('scatter when the first of their tokens runs out, whoever came after it', () => {
    const { at, lanes, join } = setUp();
    const readers = [join(10, 2000), join(10, 9000), join(10)];
    at.head = 11;
    at.nowMs = 2000;
    lanes.flush();
    expect(readers.map(({ frames, scattered }) => [frames.length, scattered])).toEqual([
      [0, [10]],
      [0, [10]],
      [0, [10]],
    ]);
  });

  it('take nobody in who stands elsewhere', () => {
    const { at, lanes, join } = setUp();
    const first = join(10);
    expect(join(9).lane).toBeUndefined();
    at.head = 11;
    lanes.flush();
    expect(join(10).lane).toBeUndefined();
    expect(join(11).lane).toBe(first.lane);
  });

  it('are not sent on for events that they do not see, but moved on now and then', () => {
    const { at, lanes, join } = setUp({ hidden: new Set([11, 12]) });
    const { frames, lane } = join(10);
    at.head = 11;
    lanes.flush();
    expect([frames.length, lane?.at]).toEqual([0, 10]);
    at.head = 12;
    at.nowMs += 250;
    lane?.flush();
    expect([frames.length, lane?.at]).toEqual([1, 12]);
  });

  it.each([
    ['rows or running text came', {}, (at: { beside: number }) => void (at.beside += 1), undefined],
    ['more came than one batch holds', { longest: 3 }, (at: { head: number }) => void (at.head += 4), undefined],
    [
      'a token has run out',
      {},
      (at: { head: number; nowMs: number }) => void ((at.head += 1), (at.nowMs = 5000)),
      4000,
    ],
  ] as const)('each look after themselves when %s', (_what, options, happen, expiresAtMs) => {
    const { at, lanes, join } = setUp(options);
    const readers = [join(10), join(10, expiresAtMs)];
    happen(at);
    lanes.flush();
    for (const { frames, scattered } of readers) expect([frames, scattered]).toEqual([[], [10]]);
    expect(join(at.head).lane?.at).toBe(at.head);
  });

  it('let one go in the middle of a pass, e.g. one whose window is full', () => {
    const { at, lanes, join } = setUp();
    const slow = join(10);
    const other = join(10);
    const send = slow.member.send;
    slow.member.send = (frame) => {
      send(frame);
      slow.lane?.leave(slow.member);
    };
    for (at.head = 11; at.head <= 12; at.head += 1) lanes.flush();
    expect([slow.frames.length, other.frames.length]).toEqual([1, 2]);
  });
});
