import {
  asRunId,
  createMonitorStore,
  selectAllChargeLines,
  selectCan,
  selectRunCounts,
  selectRunIds,
  selectStats,
  selectTotals,
} from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { approvalRequested, BASE_MS, endedRun, runStart, spanEnd, spanStart } from './support/buildEvents.ts';
import { createFakePlatform } from './support/fakePlatform.ts';

const call = (run: string, span: string, agentName: string, tokens: number, cost?: number) => [
  spanStart(run, span, { kind: 'llm', name: 'call', agentName, model: 'm' }),
  spanEnd(run, span, {
    agentName,
    model: 'm',
    usage: { scope: 'leaf', inputTokens: tokens, outputTokens: 0 },
    ...(cost === undefined ? {} : { reportedCostNanoUsd: cost }),
  }),
];

function fill() {
  const store = createMonitorStore(createFakePlatform().options);
  store.ingest([
    runStart('done', { name: 'Refund desk', userId: 'u1' }, { atMs: BASE_MS }),
    ...call('done', 'c', 'Billing', 100, 5000),
    runStart('failed', { name: 'Search', userId: 'u2' }, { atMs: BASE_MS + 1 }),
    spanStart('failed', 'root', { name: 'Searcher' }),
    spanEnd('failed', 'root', { status: 'error', errorCode: 'model.timeout' }),
    runStart('works', { name: 'Search', userId: 'u1' }, { atMs: BASE_MS + 2 }),
    spanStart('works', 'root', { name: 'Planner' }),
    ...call('works', 'c', 'Planner', 40),
    approvalRequested('works', 'ask'),
    runStart('waits', {}, { atMs: BASE_MS + 3 }),
    ...endedRun('waits'),
    approvalRequested('waits', 'ask'),
  ]);
  store.flush();
  return store.getState();
}

describe('selectRunIds', () => {
  it.each([
    [{}, ['waits', 'works', 'failed', 'done']],
    [{ status: 'running' }, ['works']],
    [{ status: 'waiting' }, ['waits', 'works']],
    [{ status: 'failed' }, ['failed']],
    [{ status: 'completed' }, ['done']],
    [{ text: ' SEARCH ' }, ['works', 'failed']],
    [{ text: 'timeout' }, ['failed']],
    [{ text: 'search', userId: 'u1' }, ['works']],
    [{ agentName: 'Searcher' }, ['failed']],
    [{ text: 'nothing like it' }, []],
    [{ text: '   ' }, ['waits', 'works', 'failed', 'done']],
  ] as const)('%j', (filter, expected) => {
    expect(selectRunIds(fill(), filter)).toEqual(expected);
  });

  it('without a filter is the list itself', () => {
    const state = fill();
    expect(selectRunIds(state)).toBe(state.runIds);
  });
});

it('counts runs for the tabs; one that works and waits stands in both', () => {
  expect(selectRunCounts(fill())).toEqual({ all: 4, running: 1, waiting: 2, completed: 1, failed: 1, cancelled: 0 });
});

it('adds up over all runs and says what has no price', () => {
  const state = fill();
  expect(selectTotals(state)).toMatchObject({
    runs: 4,
    calls: 2,
    inputTokens: 140,
    costNanoUsd: 5000,
    unpricedCalls: 1,
    unpricedTokens: 40,
    runsWithoutUsage: 2,
    isPartial: false,
  });
  expect(selectTotals(state)).toBe(selectTotals(state));
});

it.each(['agent', 'model', 'user', 'run'] as const)('breaks down by %s to the same sum, dearest first', (dimension) => {
  const state = fill();
  const lines = selectAllChargeLines(state, dimension);
  const sum = (name: 'inputTokens' | 'costNanoUsd' | 'calls') => lines.reduce((total, line) => total + line[name], 0);
  const totals = selectTotals(state);
  expect([sum('inputTokens'), sum('costNanoUsd'), sum('calls')]).toEqual([140, 5000, 2]);
  expect(sum('inputTokens')).toBe(totals.inputTokens);
  expect(lines[0]?.costNanoUsd).toBe(5000);
});

it('says what the stat cards show', () => {
  expect(selectStats(fill())).toMatchObject({
    runningRuns: 1,
    waitingRuns: 2,
    failedRuns: 1,
    completedRuns: 1,
    activeAgents: 1,
    totalTokens: 140,
    costNanoUsd: 5000,
    unpricedCalls: 1,
    errorRate: 0.5,
    isUsagePartial: true,
  });
});

it('has no error rate before a run ended', () => {
  const store = createMonitorStore(createFakePlatform().options);
  store.ingest([spanStart('r', 's')]);
  store.flush();
  expect(selectStats(store.getState()).errorRate).toBeUndefined();
});

it('asks the session for capabilities', () => {
  const state = fill();
  expect(selectCan(state, 'read.payload')).toBe(true);
  expect(selectCan(state, 'approvals.decide')).toBe(false);
  expect(selectCan({ ...state, session: undefined }, 'read.shape')).toBe(false);
  expect(state.entities.getRun(asRunId('done'))?.userId).toBe('u1');
});
