import { describe, expect, it } from 'vitest';
import { createReturnLine, type ReturnLineTerms } from '../../src/relay/wire/returnLine.ts';

const timings = { restartMs: [5000, 30_000], returnStepMs: 100 } as const;

function lineOf(terms: Partial<ReturnLineTerms>) {
  const clock = { nowMs: 1000 };
  const line = createReturnLine({
    readers: 200,
    hasOthers: true,
    serveMs: 30_000,
    timings,
    now: () => clock.nowMs,
    ...terms,
  });
  return { line, clock };
}
const takeAll = (count: number, terms: Partial<ReturnLineTerms>) => {
  const { line } = lineOf({ readers: count, ...terms });
  return Array.from({ length: count }, () => line.take());
};
const steps = (places: readonly number[]) => places.slice(1).map((at, index) => at - (places[index] ?? 0));

describe('places in the line of a relay that stops', () => {
  it('are ten a second, the first one now, where there are other relays', () => {
    const places = takeAll(200, {});
    expect(places[0]).toBe(0);
    expect(places.at(-1)).toBe(19_900);
    expect(new Set(steps(places))).toEqual(new Set([100]));
  });

  it('begin when the relay can be there again, where it is alone', () => {
    const places = takeAll(200, { hasOthers: false, serveMs: 0 });
    expect(places[0]).toBe(5000);
    expect(places.at(-1)).toBe(24_900);
  });

  it('are nearer to each other only where the line would be too long', () => {
    expect(Math.max(...takeAll(2000, {}))).toBeLessThan(60_000);
    expect(Math.max(...takeAll(2000, { hasOthers: false, serveMs: 0 }))).toBeLessThan(30_000);
    expect(takeAll(600, {}).at(-1)).toBe(59_900);
  });

  it('are never in the past and never two at once, whenever they are taken', () => {
    const { line, clock } = lineOf({ readers: 3 });
    const atMs: number[] = [];
    for (const passedMs of [0, 0, 450, 30, 30, 0, 5000]) {
      clock.nowMs += passedMs;
      const waitMs = line.take();
      expect(waitMs).toBeGreaterThanOrEqual(0);
      atMs.push(clock.nowMs + waitMs);
    }
    expect(Math.min(...steps(atMs))).toBe(100);
  });

  it('come again past the end of the line and past a restart', () => {
    expect(lineOf({}).line.againMs).toBe(25_000);
    expect(lineOf({ readers: 1, hasOthers: false }).line.againMs).toBe(5100);
  });
});
