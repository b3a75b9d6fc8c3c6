import { describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../src/simulator/seededRandom.ts';

const draw = (seed: number, salt?: number) => {
  const random = createSeededRandom(seed, salt);
  return Array.from({ length: 4 }, () => random.next());
};

describe('createSeededRandom', () => {
  it('gives the same numbers today and tomorrow', () => {
    expect(draw(1)).toMatchInlineSnapshot(`
      [
        0.7213824954815209,
        0.9982774262316525,
        0.4712726064026356,
        0.37447000085376203,
      ]
    `);
  });

  it('tells seeds and salts apart, those that differ in one bit or beyond 32 bits too', () => {
    const starts = [0, 1, 2, 2 ** 21, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52];
    const seen = [...starts.map((seed) => draw(seed)), ...starts.slice(1).map((salt) => draw(0, salt))];
    expect(new Set(seen.map((numbers) => numbers.join())).size).toBe(seen.length);
  });

  it('is even, and keeps to its bounds', () => {
    const random = createSeededRandom(7);
    const counts = Array.from({ length: 10 }, () => 0);
    let gapsMs = 0;
    for (let index = 0; index < 20_000; index += 1) {
      const drawn = random.whole(0, 9);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
      gapsMs += random.gapMs(50);
    }
    expect(Math.min(...counts)).toBeGreaterThan(1800);
    expect(Math.max(...counts)).toBeLessThan(2200);
    expect(gapsMs / 20_000).toBeCloseTo(50, -1);
    expect(random.hex(17)).toMatch(/^[0-9a-f]{17}$/);
    expect([random.whole(3, 3), random.chance(0), random.chance(1)]).toEqual([3, false, true]);
  });
});
