import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createRelayHealth } from '../../../src/relay/health/relayHealth.ts';
import { watchLog } from '../../../src/relay/health/watchLog.ts';
import type { RunLog } from '../../../src/relay/run-log/RunLog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A log that answers until it is told to be silent, and the health that hears of it. */
function startWatch({ pollMs = 2000, answerMs = 0 } = {}) {
  const silent = { isHead: false, isCheck: false };
  const unanswered: (() => void)[] = [];
  const answer = (isSilent: boolean, value?: unknown) =>
    new Promise((resolve) => {
      if (isSilent) unanswered.push(() => resolve(value));
      else setTimeout(resolve, answerMs, value);
    });
  const log = {
    head: () => answer(silent.isHead, { epoch: 'a', head: 0, oldest: 1 }),
    check: () => answer(silent.isCheck),
  } as unknown as RunLog;
  const health = createRelayHealth(Date.now);
  const stop = watchLog({ log, health, project: 'default', pollMs });
  return {
    health,
    silent,
    stop,
    /** Answers what it was asked meanwhile, too. */
    goOn() {
      silent.isHead = false;
      for (const say of unanswered.splice(0)) say();
    },
  };
}

/** @returns ms until readers are told */
async function untilDegraded({ health }: ReturnType<typeof startWatch>): Promise<number> {
  const startMs = Date.now();
  while (!health.degraded) await vi.advanceTimersByTimeAsync(10);
  return Date.now() - startMs;
}

it.each([
  ['says nothing', 'isHead'],
  ['tells where it stands and takes nothing', 'isCheck'],
] as const)('a log that %s is noticed within 3 s, whenever it begins', async (_what, part) => {
  for (const answerMs of [0, 400]) {
    for (let sinceMs = 0; sinceMs < 2000; sinceMs += 50) {
      const watch = startWatch({ answerMs });
      await vi.advanceTimersByTimeAsync(10_000 + sinceMs);
      expect(watch.health.degraded).toBeUndefined();
      watch.silent[part] = true;
      expect(await untilDegraded(watch)).toBeLessThanOrEqual(3000);
      watch.stop();
    }
  }
});

it('a log that answers late is well', async () => {
  const watch = startWatch({ answerMs: 950 }); // both questions together 1.9 s
  for (let passedMs = 0; passedMs < 30_000; passedMs += 100) {
    await vi.advanceTimersByTimeAsync(100);
    expect(watch.health.degraded).toBeUndefined();
  }
  watch.stop();
});

it('a log that answers again is well again, and nobody asks once it is stopped', async () => {
  const watch = startWatch({ pollMs: 20 });
  await vi.advanceTimersByTimeAsync(1000);
  watch.silent.isHead = true;
  await untilDegraded(watch);
  expect(watch.health.degraded).toEqual({ causes: ['log'], sinceMs: Date.now() });
  watch.goOn();
  await vi.advanceTimersByTimeAsync(100);
  expect(watch.health.degraded).toBeUndefined();
  watch.stop();
  await vi.advanceTimersByTimeAsync(100);
  expect(vi.getTimerCount()).toBe(0);
});
