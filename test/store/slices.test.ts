import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortInSlices } from '../../src/store/slices.ts';

describe('a list sorted in slices', () => {
  it('is as the platform sorts it, equal ones in their order, and no slice is longer than the stride', () => {
    const items = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 });
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 50 }), (keys, stride) => {
        const list = keys.map((key, place) => ({ key, place }));
        let compared = 0;
        const compare = (a: { key: number }, b: { key: number }) => {
          compared += 1;
          return a.key - b.key;
        };
        const slices = sortInSlices(list, compare, stride);
        let most = 0;
        let step = slices.next();
        for (; !step.done; step = slices.next()) {
          most = Math.max(most, compared);
          compared = 0;
        }
        expect(step.value).toEqual([...list].sort((a, b) => a.key - b.key));
        expect(list.map(({ place }) => place)).toEqual(keys.map((_key, place) => place));
        expect(most).toBeLessThanOrEqual(stride * (1 + Math.ceil(Math.log2(stride + 1))));
      }),
    );
  });
});
