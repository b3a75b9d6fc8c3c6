import { simulateRun } from 'spanlight/simulator';
import { createMonitorStore, type MonitorEvent, selectPastStats, selectStats } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { BASE_MS, endedRun, runStart, spanEnd, spanStart } from './support/buildEvents.ts';
import { createFakePlatform } from './support/fakePlatform.ts';

const stateOf = (events: readonly MonitorEvent[]) => {
  const store = createMonitorStore(createFakePlatform().options);
  store.ingest(events);
  store.flush();
  return store.getState();
};

describe('selectPastStats', () => {
  it('says what the figures were when only what had happened by then was held', () => {
    const events = simulateRun({ scenario: 'dashboard', seed: 7, untilMs: 41_200 });
    const endMs = Math.max(...events.map(({ ts }) => ts));
    const timesMs = Array.from({ length: 20 }, (_, at) => endMs - (20 - at) * 5_000 + 0.5);
    const past = selectPastStats(stateOf(events), timesMs);
    for (const [at, timeMs] of timesMs.entries()) {
      const then = selectStats(stateOf(events.filter(({ ts }) => ts <= timeMs)));
      const { runningRuns, waitingRuns, failedRuns, completedRuns, totalTokens, activeAgents } = then;
      expect(past[at]).toMatchObject({
        runningRuns,
        waitingRuns,
        failedRuns,
        completedRuns,
        totalTokens,
        activeAgents,
      });
    }
  });

  it('puts charges that the calls do not explain where the run gave its last sign of life', () => {
    const turn = { scope: 'aggregate', inputTokens: 30, outputTokens: 10, totalTokens: 40 } as const;
    const state = stateOf([
      runStart('r'),
      spanStart('r', 'a'),
      spanEnd('r', 'a', { usage: turn }, { atMs: BASE_MS + 8_000 }),
    ]);
    const tokens = selectStats(state).totalTokens;
    const past = selectPastStats(state, [BASE_MS + 1_000, BASE_MS + 9_000]);
    expect(past.map((sample) => sample?.totalTokens)).toEqual([0, tokens]);
    expect(past.map((sample) => sample?.errorRate)).toEqual([undefined, 0]);
  });

  it('knows nothing of moments inside a gap', () => {
    const state = stateOf(endedRun('r'));
    const gap = { id: 'g', why: 'retention' as const, fromMs: BASE_MS - 10_000, toMs: BASE_MS - 5_000 };
    const past = selectPastStats({ ...state, gaps: [gap] }, [BASE_MS - 12_000, BASE_MS - 7_000, BASE_MS - 1_000]);
    expect(past.map((sample) => sample?.completedRuns)).toEqual([0, undefined, 0]);
  });
});
