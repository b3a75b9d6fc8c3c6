import type { EntityReader } from '../fold/types.ts';
import type { Run } from '../model/run.ts';
import { selectRecentAgents } from './selectMetricMinutes.ts';
import { selectRunCounts } from './selectRunIds.ts';
import { selectTotals } from './selectTotals.ts';
import type { MonitorState } from './types.ts';

/** The figures of the stat cards, over all runs that are held. */
export interface Stats {
  readonly runningRuns: number;
  readonly waitingRuns: number;
  readonly failedRuns: number;
  readonly completedRuns: number;
  readonly activeAgents: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  /** Some runs say nothing about tokens: the sums are lower bounds. */
  readonly isUsagePartial: boolean;
  readonly costNanoUsd: number;
  /** Calls without a price: the cost is a lower bound while there are any. */
  readonly unpricedCalls: number;
  readonly llmCalls: number;
  readonly failedLlmCalls: number;
  readonly toolCalls: number;
  /** Failed of all ended runs, a fraction; `undefined` before the first one ended. */
  readonly errorRate: number | undefined;
  /** Runs were let go or events are missing. */
  readonly isPartial: boolean;
}

const statsByState = new WeakMap<MonitorState, Stats>();

/** O(runs), once a state; the spans of running runs are looked through when one of them changed. */
export function selectStats(state: MonitorState): Stats {
  const known = statsByState.get(state);
  if (known) return known;
  const counts = selectRunCounts(state);
  const totals = selectTotals(state);
  const endedRuns = counts.completed + counts.failed;
  const stats: Stats = {
    runningRuns: counts.running,
    waitingRuns: counts.waiting,
    failedRuns: counts.failed,
    completedRuns: counts.completed,
    activeAgents: countActiveAgents(state),
    inputTokens: totals.inputTokens,
    outputTokens: totals.outputTokens,
    totalTokens: totals.totalTokens,
    isUsagePartial: totals.runsWithoutUsage > 0,
    costNanoUsd: totals.costNanoUsd,
    unpricedCalls: totals.unpricedCalls,
    llmCalls: totals.llmCalls,
    failedLlmCalls: totals.failedLlmCalls,
    toolCalls: totals.toolCalls,
    errorRate: endedRuns === 0 ? undefined : counts.failed / endedRuns,
    isPartial: totals.isPartial,
  };
  statsByState.set(state, stats);
  return stats;
}

/** For subscribers of {@link selectStats}. */
export const areStatsEqual = (a: Stats, b: Stats): boolean =>
  (Object.keys(a) as (keyof Stats)[]).every((key) => Object.is(a[key], b[key]));

function countActiveAgents(state: MonitorState): number {
  const names = new Set<string>();
  const recent = selectRecentAgents(state);
  for (const runId of state.runIds) {
    const run = state.entities.getRun(runId);
    if (run?.status !== 'running') continue;
    const candidates = activeAgentsOf(run, state.entities);
    const isTold = run.totals.source === 'relay' && candidates.some((name) => recent.has(name));
    for (const name of candidates) if (!isTold || recent.has(name)) names.add(name);
  }
  return names.size;
}

const activeByRun = new WeakMap<Run, readonly string[]>();

/** Agents with open spans; where the spans are not held, all agents of the run, of which the metrics tell who did something lately. */
function activeAgentsOf(run: Run, entities: EntityReader): readonly string[] {
  let names = activeByRun.get(run);
  if (names) return names;
  const open = new Set<string>();
  if (run.totals.source === 'held') {
    for (const span of entities.spansOf(run.runId)) {
      if (span.status === 'running' && span.agentName !== undefined) open.add(span.agentName);
    }
  }
  names = open.size > 0 ? [...open] : run.agentNames;
  activeByRun.set(run, names);
  return names;
}
