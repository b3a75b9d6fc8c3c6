import { describe, expect, it } from 'vitest';
import { createProducerHoles } from '../../src/relay/ingest/producerHoles.ts';

const setUp = () => {
  let nowMs = 0;
  const holes = createProducerHoles(1000, () => nowMs);
  return {
    holes,
    hear: (id: string, ...numbers: readonly number[]) => {
      for (const n of numbers) holes.hear('p', { id, n });
    },
    overdue: () => {
      nowMs += 1000;
      return holes.takeOverdue();
    },
  };
};
const sum = (holes: readonly { readonly holeEvents: number }[]) =>
  holes.reduce((all, { holeEvents }) => all + holeEvents, 0);

describe('holes in the numbers of producers', () => {
  it('are few, however they are made, and their sum stays true', () => {
    const { hear, overdue } = setUp();
    hear('jumps', 0);
    for (let n = 2; n <= 20_000; n += 2) hear('jumps', n);
    const jumps = overdue();
    expect(jumps.length).toBeLessThanOrEqual(64);
    expect(sum(jumps)).toBe(10_000);
    hear('fills', 0, 20_000);
    for (let n = 2; n < 20_000; n += 2) hear('fills', n); // each falls into the middle of a hole
    const fills = overdue();
    expect(fills.length).toBeLessThanOrEqual(64);
    expect(sum(fills)).toBe(10_000);
  });

  it('close when what is missing comes late, at either end or in between', () => {
    const { hear, overdue } = setUp();
    hear('p', 1, 10, 2, 9, 5, 4, 6, 3, 7);
    expect(overdue()).toMatchObject([{ first: 8, last: 8, holeEvents: 1, missingEvents: 1 }]);
    expect(overdue()).toEqual([]);
  });

  it('stay numbers that everybody can count with', () => {
    const { hear, overdue } = setUp();
    hear('p', 0, Number.MAX_SAFE_INTEGER - 1);
    expect(overdue()[0]?.missingEvents).toBe(Number.MAX_SAFE_INTEGER - 2);
    hear('p', Number.MAX_SAFE_INTEGER);
    hear('q', 0, Number.MAX_SAFE_INTEGER);
    for (const { missingEvents } of overdue()) expect(Number.isSafeInteger(missingEvents)).toBe(true);
  });

  it('of one project are not forgotten for the many producers of another', () => {
    let nowMs = 0;
    const holes = createProducerHoles(1000, () => nowMs);
    holes.hear('quiet', { id: 'a', n: 1 });
    for (let index = 0; index < 25_000; index += 1) holes.hear('loud', { id: `p${index}`, n: 1 });
    holes.hear('quiet', { id: 'a', n: 3 });
    nowMs = 2000;
    expect(holes.takeOverdue()).toMatchObject([{ project: 'quiet', producerId: 'a', first: 2, last: 2 }]);
  });
});
