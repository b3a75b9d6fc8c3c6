import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFrame, parseFrames } from '../../../src/transport/session/parseFrame.ts';

const good = {
  welcome: {
    t: 'welcome',
    v: 1,
    conn: 'c',
    who: 'w',
    project: 'p',
    roles: ['viewer'],
    can: [],
    epoch: 'a',
    head: 0,
    oldest: 1,
    now: 1,
    hb: 1,
    limits: {},
    resume: 'ok',
  },
  batch: { t: 'batch', epoch: 'a', from: 0, to: 2, ev: [] },
  snap: { t: 'snap', epoch: 'a', at: 0, part: 1, parts: 1, ev: [] },
  gap: { t: 'gap', epoch: 'a', from: 0, to: 2, why: 'retention' },
  rows: { t: 'rows', runs: [] },
  live: { t: 'live', run: 'r', span: 's', offset: 0, text: '' },
  hb: { t: 'hb', epoch: 'a', head: 0, now: 1 },
  err: { t: 'err', code: 'x' },
  bye: { t: 'bye', code: 1012, resume: true },
} as const;

describe('parseFrame', () => {
  it.each(Object.entries(good))('takes %s, and keys it does not know', (_, frame) => {
    expect(parseFrame(frame)).toBe(frame);
    const more = { ...frame, novelty: { deep: [1] } };
    expect(parseFrame(more)).toBe(more);
  });

  it.each(
    Object.values(good).flatMap((frame) =>
      Object.keys(frame)
        .filter(
          (key) =>
            !['t', 'conn', 'oldest', 'hb', 'limits', 'resume'].includes(key) ||
            (key === 'resume' && frame.t === 'welcome'),
        )
        .map((key) => [frame.t, key, frame] as const),
    ),
  )('refuses %s with a bad %s', (_, key, frame) => {
    expect(parseFrame({ ...frame, [key]: Number.NaN })).toBe('bad');
    expect(parseFrame({ ...frame, [key]: undefined })).toBe('bad');
    expect(parseFrame({ ...frame, [key]: { toString: 1 } })).toBe('bad');
  });

  it('leaves types of a newer relay alone, also those that every object has', () => {
    for (const t of ['novelty', 'constructor', '__proto__', 'toString']) expect(parseFrame({ t })).toBe('unknown');
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ t: fc.constantFrom(...Object.keys(good)) }), fc.json()),
        (value) => {
          const parsed = parseFrame(value);
          return parsed === 'bad' || parsed === 'unknown' || parsed === value;
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes one frame or an array of them', () => {
    expect(parseFrames('{"t":"x"}')).toEqual([{ t: 'x' }]);
    expect(parseFrames('[{"t":"x"},{"t":"y"}]')).toHaveLength(2);
    expect(parseFrames('{')).toBeUndefined();
  });
});
