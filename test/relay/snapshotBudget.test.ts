import { describe, expect, it } from 'vitest';
import { createBatchCache } from '../../src/relay/wire/batchCache.ts';
import { createReadyFrame } from '../../src/relay/wire/readyFrame.ts';
import { createSnapshotBudget } from '../../src/relay/wire/snapshotBudget.ts';

const half = (bytes: number) => createReadyFrame('x'.repeat(bytes / 2));
const snapshot = (bytes: number) => ({ at: 1, frames: [half(bytes), half(bytes)] });

describe('the budget of snapshots', () => {
  it('lets go of who has held the longest when too much is held', () => {
    const budget = createSnapshotBudget({ maxBytes: 100, stalledMs: 1000 });
    const letGo: string[] = [];
    const hold = (name: string, held = snapshot(40)) => budget.hold(held, () => letGo.push(name));
    hold('a');
    const release = hold('b');
    expect([budget.heldBytes, letGo]).toEqual([80, []]);
    hold('c');
    expect([budget.heldBytes, letGo]).toEqual([80, ['a']]);
    release();
    release();
    expect(budget.heldBytes).toBe(40);
    hold('d', snapshot(400)); // larger than all there is: it alone
    expect([budget.heldBytes, letGo]).toEqual([400, ['a', 'c']]);
  });

  it('counts once what several hold', () => {
    const budget = createSnapshotBudget({ maxBytes: 100, stalledMs: 1000 });
    const shared = snapshot(60);
    const releases = Array.from({ length: 50 }, () => budget.hold(shared, () => expect.fail('nobody is too many')));
    expect(budget.heldBytes).toBe(60);
    for (const release of releases) release();
    expect(budget.heldBytes).toBe(0);
  });

  it('has less patience with who takes nothing the more is held, and no end of it while that is little', () => {
    const budget = createSnapshotBudget({ easyBytes: 100, stalledMs: 4000 });
    budget.hold(snapshot(100), () => undefined);
    expect(budget.patienceMs).toBe(Number.POSITIVE_INFINITY);
    const release = budget.hold(snapshot(100), () => undefined);
    expect(budget.patienceMs).toBe(2000);
    budget.hold(snapshot(200), () => undefined);
    expect(budget.patienceMs).toBe(1000);
    release();
    expect(budget.patienceMs).toBeCloseTo(1333, 0);
  });

  it('builds two at once, the others in their turn, also after one that failed', async () => {
    const budget = createSnapshotBudget({ stalledMs: 1000 });
    let running = 0;
    let most = 0;
    const builds = Array.from({ length: 9 }, (_, index) =>
      budget.build(async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise(setImmediate);
        running -= 1;
        if (index % 3 === 0) throw new Error('no');
        return snapshot(2);
      }),
    );
    const ends = await Promise.allSettled(builds);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    expect(most).toBe(2);
  });
});

describe('the cache of batches', () => {
  it('is bounded in bytes, whoever asks from wherever', () => {
    const cache = createBatchCache<number>(10_000);
    const set = (from: number, value: number) =>
      cache.set({ lensKey: 'shape', filterKey: '*', from, maxEvents: 128 }, value, 700);
    const get = (from: number) => cache.get('shape', '*', from, 128);
    for (let from = 0; from < 10_000; from += 1) set(from, from);
    const held = Array.from({ length: 10_000 }, (_, from) => get(from)).filter((one) => one !== undefined);
    expect(held).toEqual([9990, 9991, 9992, 9993, 9994, 9995, 9996, 9997, 9998, 9999]);
    set(9999, 1);
    set(9999, 2);
    expect(get(9990)).toBe(9990);
  });

  it('gives a batch to nobody who stands elsewhere or sees something else', () => {
    const cache = createBatchCache<string>();
    const place = { lensKey: 'shape', filterKey: '*', from: 7, maxEvents: 128 };
    cache.set(place, 'mine', 1);
    const get = (changed: Partial<typeof place>) => {
      const { lensKey, filterKey, from, maxEvents } = { ...place, ...changed };
      return cache.get(lensKey, filterKey, from, maxEvents);
    };
    for (const other of [{ lensKey: 'names' }, { filterKey: 'run' }, { from: 8 }, { maxEvents: 5 }]) {
      expect(get({})).toBe('mine');
      expect(get(other)).toBeUndefined();
    }
    expect(get({})).toBe('mine');
    cache.clear();
    expect(get({})).toBeUndefined();
  });
});
