import { describe, expect, it } from 'vitest';
import { createProjections } from '../../src/relay/projection/projections.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import type { RunLog } from '../../src/relay/run-log/RunLog.ts';
import { createEventFilter } from '../../src/relay/wire/eventFilter.ts';
import { createSnapshotBudget } from '../../src/relay/wire/snapshotBudget.ts';
import { createSnapshotCache } from '../../src/relay/wire/snapshotCache.ts';
import { logEvent } from './describeRunLog.ts';

const KEEP_FOR_MS = 1000;

/** A log whose reads take as long as the test says. */
function setUp() {
  const inner = createMemoryRunLog({
    events: 200,
    eventBytes: 10_000_000,
    detailBytes: 0,
    bounds: { runs: 1000, spans: 100_000, endedForMs: 1e12 },
    now: Date.now,
  });
  const waiting: (() => void)[] = [];
  let reads = 0;
  let nowMs = 0;
  const log: RunLog = {
    ...inner,
    async snapshot(project, runId) {
      reads += 1;
      const found = await inner.snapshot(project, runId);
      await new Promise<void>((resolve) => waiting.push(resolve));
      return found;
    },
  };
  const lens = createProjections({ log, labelKey: 'k'.repeat(32), now: Date.now })
    .of('p')
    .lensOf({ can: ['read.shape'] });
  if (!lens) throw new Error('no lens');
  const all = createEventFilter([{ sub: 'overview' }], lens);
  const cache = createSnapshotCache({
    project: 'p',
    log,
    budget: createSnapshotBudget({ stalledMs: 1000 }),
    keepForMs: KEEP_FOR_MS,
    now: () => nowMs,
  });
  return {
    get: (leastAt = 0) => cache.get(lens, all, undefined, leastAt),
    append: (count: number) =>
      log.append(
        'p',
        Array.from({ length: count }, () => logEvent()),
      ),
    /** The next read of the log comes to its end. */
    async answer() {
      await expect.poll(() => waiting.length).toBeGreaterThan(0);
      waiting.shift()?.();
    },
    pass(ms: number) {
      nowMs += ms;
    },
    get reads() {
      return reads;
    },
  };
}

describe('the snapshots of a project', () => {
  it('that take long are not begun again for readers who lose patience and come back', async () => {
    const snapshots = setUp();
    await snapshots.append(3);
    const first = snapshots.get();
    snapshots.pass(20 * KEEP_FOR_MS);
    const second = snapshots.get();
    snapshots.pass(20 * KEEP_FOR_MS);
    const third = snapshots.get();
    await snapshots.answer();
    const ready = await first;
    expect(await second).toBe(ready);
    expect(await third).toBe(ready);
    expect(snapshots.reads).toBe(1);
  });

  it('serve others for a time after they were built, then are read anew', async () => {
    const snapshots = setUp();
    const first = snapshots.get();
    snapshots.pass(5 * KEEP_FOR_MS);
    await snapshots.answer();
    const ready = await first;
    snapshots.pass(KEEP_FOR_MS - 1);
    expect(await snapshots.get()).toBe(ready);
    snapshots.pass(2);
    const next = snapshots.get();
    await snapshots.answer();
    expect(await next).not.toBe(ready);
    expect(snapshots.reads).toBe(2);
  });

  it('that are too old for several readers are read once more for all of them', async () => {
    const snapshots = setUp();
    const early = snapshots.get();
    await expect.poll(() => snapshots.reads).toBe(1);
    await snapshots.append(4);
    const late = [snapshots.get(4), snapshots.get(4), snapshots.get(4)];
    await snapshots.answer();
    expect((await early).at).toBe(0);
    await snapshots.answer();
    expect((await Promise.all(late)).map(({ at }) => at)).toEqual([4, 4, 4]);
    expect(snapshots.reads).toBe(2);
  });
});
