import * as fc from 'fast-check';
import { createFormat } from 'spanlight';
import { describe, expect, it } from 'vitest';
import { axisLabel } from '../../../src/components/span-tree/axisLabel.ts';
import { createTimeMap, tickStepMs, ticksOf } from '../../../src/components/span-tree/timeScale.ts';
import { createTimeView } from '../../../src/components/span-tree/timeView.ts';

const format = createFormat({ locale: 'en-US', timeZone: 'UTC' });
const labels = (lengthMs: number) =>
  ticksOf(createTimeMap(0, lengthMs, []), 0, lengthMs, 6).map(({ atMs }) => axisLabel(atMs, format));

describe('ticks of the time axis', () => {
  it('step by 1, 2 or 5 of the largest unit that fits', () => {
    expect(labels(44_000)).toEqual(['0 s', '10 s', '20 s', '30 s', '40 s']);
    expect(labels(850)).toEqual(['0 s', '200 ms', '400 ms', '600 ms', '800 ms']);
    expect(labels(600_000)).toEqual(['0 s', '2m', '4m', '6m', '8m', '10m']);
    expect(labels(4 * 3_600_000)).toEqual(['0 s', '1h', '2h', '3h', '4h']);
    expect(labels(2 * 3_600_000)).toEqual(['0 s', '20m', '40m', '1h', '1h 20m', '1h 40m', '2h']);
  });

  it('are at most as many as asked for, of any length from a fraction of a millisecond to weeks', () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 10, noNaN: true }), fc.integer({ min: 2, max: 10 }), (power, most) => {
        const lengthMs = 10 ** power;
        const stepMs = tickStepMs(lengthMs, most);
        expect(lengthMs / stepMs).toBeLessThanOrEqual(most * 1.001);
        expect(lengthMs / stepMs).toBeGreaterThan(most / 40);
      }),
      { seed: 5 },
    );
  });
});

describe('time that is cut short', () => {
  const stretch = fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 60, max: 100 }));

  it('keeps the order of all moments and is read back to the same moment', () => {
    fc.assert(
      fc.property(
        fc.array(stretch, { maxLength: 4 }),
        fc.array(fc.integer({ min: 0, max: 5_000 })),
        (parts, moments) => {
          let at = 100;
          const idle = parts.map(([wait, length]) => {
            const fromMs = at + wait;
            at = fromMs + length * 10;
            return { fromMs: 1_000_000 + fromMs, toMs: 1_000_000 + at };
          });
          const map = createTimeMap(1_000_000, 1_000_000 + at + 500, idle);
          const sorted = [...moments].sort((a, b) => a - b);
          const drawn = sorted.map((moment) => map.draw(1_000_000 + moment));
          for (let index = 1; index < drawn.length; index += 1) {
            expect(drawn[index]).toBeGreaterThanOrEqual((drawn[index - 1] as number) - 1e-9);
          }
          sorted.forEach((moment, index) => expect(map.read(drawn[index] as number)).toBeCloseTo(moment, 4));
          expect(map.draw(1_000_000 + at + 500)).toBeLessThanOrEqual(at + 500);
        },
      ),
      { seed: 5 },
    );
  });

  it('has no tick inside of a cut', () => {
    const map = createTimeMap(0, 3_600_000, [{ fromMs: 10_000, toMs: 3_590_000 }]);
    const ticks = ticksOf(map, 0, map.draw(3_600_000), 6);
    const [cut] = map.cuts;
    for (const { drawnMs } of ticks) {
      expect(drawnMs <= (cut?.drawnFromMs ?? 0) + 1e-6 || drawnMs >= (cut?.drawnToMs ?? 0) - 1e-6).toBe(true);
    }
    expect(ticks.length).toBeGreaterThan(2);
    expect(ticks.length).toBeLessThan(30);
  });
});

describe('the stretch that is drawn', () => {
  const live = (endMs: number) => ({ startMs: 0, endMs, isLive: true, idle: [] });

  it('grows in steps while a run goes on, so that bars do not creep', () => {
    const view = createTimeView();
    view.update(live(41_200));
    expect(view.get().toMs).toBe(44_000);
    view.update(live(42_000));
    expect(view.get().toMs).toBe(44_000);
    view.update(live(43_900));
    expect(view.get().toMs).toBeGreaterThan(44_000);
  });

  it('ends right after the last span of a run that is over', () => {
    const view = createTimeView();
    view.update({ startMs: 0, endMs: 10_000, isLive: false, idle: [] });
    expect(view.get()).toMatchObject({ fromMs: 0, isLive: false });
    expect(view.get().toMs).toBeCloseTo(10_150);
  });

  it('stays where somebody zoomed while the run goes on, and goes no further than the run', () => {
    const view = createTimeView();
    view.update(live(41_200));
    view.zoom(4, 0.5);
    const { fromMs, toMs } = view.get();
    view.update(live(90_000));
    expect(view.get()).toMatchObject({ fromMs, toMs, isFit: false });
    view.pan(-100);
    expect(view.get().fromMs).toBe(0);
    view.zoom(1e-9);
    expect(view.get().isFit).toBe(true);
    view.zoom(1e12);
    expect(view.get().toMs - view.get().fromMs).toBeGreaterThan(0);
    view.fit();
    expect(view.get()).toMatchObject({ fromMs: 0, isFit: true });
  });

  it('says which side of a bar lies outside', () => {
    const view = createTimeView();
    view.update({ startMs: 0, endMs: 1_000, isLive: false, idle: [] });
    expect(view.clipOf(0, 1_000)).toBeUndefined();
    view.zoom(2, 0.5);
    expect(view.clipOf(0, 500)).toBe('start');
    expect(view.clipOf(500, 1_000)).toBe('end');
    expect(view.clipOf(0, 1_000)).toBe('both');
    expect(view.clipOf(0, 10)).toBe('out');
    expect(view.clipOf(400, 500)).toBeUndefined();
  });
});
