import type { Run } from '../model/run.ts';
import type { Span } from '../model/span.ts';
import { type Stats, selectStats } from './selectStats.ts';
import type { MonitorState } from './types.ts';

/** The figures that have a course. */
export type StatSample = Pick<
  Stats,
  | 'runningRuns'
  | 'waitingRuns'
  | 'failedRuns'
  | 'completedRuns'
  | 'activeAgents'
  | 'totalTokens'
  | 'costNanoUsd'
  | 'errorRate'
>;

/**
 * The figures as they stood at moments of the past, worked out from what is held now: what ended later had not ended then.
 * @param timesMs - rising, epoch ms
 * @returns one a moment; `undefined` inside a gap
 * @remarks O(runs, and the spans of those that were open then).
 */
export function selectPastStats(state: MonitorState, timesMs: readonly number[]): readonly (StatSample | undefined)[] {
  const [firstMs = 0] = timesMs;
  const now = selectStats(state);
  /** Of every moment: what was not yet so. */
  const later = timesMs.map(() => ({ tokens: 0, cost: 0, failed: 0, completed: 0, running: 0, waiting: 0 }));
  const agents = timesMs.map(() => new Set<string>());
  for (const runId of state.runIds) {
    const run = state.entities.getRun(runId);
    if (!run || (run.endedAtMs !== undefined && run.endedAtMs <= firstMs)) continue;
    const steps = chargeStepsOf(state, run);
    const pending = state.entities.approvalsOf(runId);
    timesMs.forEach((atMs, at) => {
      const sum = later[at];
      if (!sum) return;
      for (const step of steps) {
        if (step.atMs <= atMs) continue;
        sum.tokens += step.tokens;
        sum.cost += step.costNanoUsd;
      }
      const isEnded = run.endedAtMs !== undefined && run.endedAtMs <= atMs;
      if (!isEnded && run.status === 'failed') sum.failed += 1;
      if (!isEnded && run.status === 'completed') sum.completed += 1;
      if ((run.startedAtMs ?? run.lastEventAtMs) > atMs || isEnded) return;
      const isWaiting = pending.some(
        ({ requestedAtMs, decidedAtMs }) => (requestedAtMs ?? 0) <= atMs && (decidedAtMs ?? Infinity) > atMs,
      );
      if (isWaiting) sum.waiting += 1;
      if (!isWaiting || run.status === 'running') sum.running += 1;
      for (const name of agentsAt(state, run, atMs)) agents[at]?.add(name);
    });
  }
  return timesMs.map((atMs, at) => {
    const sum = later[at];
    if (!sum || state.gaps.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs)) return undefined;
    const failedRuns = now.failedRuns - sum.failed;
    const completedRuns = now.completedRuns - sum.completed;
    return {
      runningRuns: sum.running,
      waitingRuns: sum.waiting,
      failedRuns,
      completedRuns,
      activeAgents: agents[at]?.size ?? 0,
      totalTokens: now.totalTokens - sum.tokens,
      costNanoUsd: now.costNanoUsd - sum.cost,
      errorRate: failedRuns + completedRuns === 0 ? undefined : failedRuns / (failedRuns + completedRuns),
    };
  });
}

interface ChargeStep {
  readonly atMs: number;
  readonly tokens: number;
  readonly costNanoUsd: number;
}

/** When a run's charges came: with the ends of its calls; where those do not add up to its totals, all with its last sign of life. */
function chargeStepsOf({ entities }: MonitorState, run: Run): readonly ChargeStep[] {
  const steps: ChargeStep[] = [];
  let [tokens, cost] = [0, 0];
  for (const span of entities.spansOf(run.runId)) {
    const step = stepOf(span);
    if (!step) continue;
    tokens += step.tokens;
    cost += step.costNanoUsd;
    steps.push(step);
  }
  const { totalTokens, costNanoUsd } = run.totals;
  if (tokens === totalTokens && cost === costNanoUsd) return steps;
  return [{ atMs: run.endedAtMs ?? run.lastEventAtMs, tokens: totalTokens, costNanoUsd }];
}

function stepOf({ usage, costNanoUsd, endedAtMs }: Span): ChargeStep | undefined {
  if (endedAtMs === undefined) return undefined;
  const tokens =
    usage?.scope === 'leaf' ? (usage.totalTokens ?? (usage.inputTokens ?? 0) + (usage.outputTokens ?? 0)) : 0;
  return tokens === 0 && costNanoUsd === undefined
    ? undefined
    : { atMs: endedAtMs, tokens, costNanoUsd: costNanoUsd ?? 0 };
}

/** Agents with a span open then; where the spans are not held, all agents of the run. */
function agentsAt({ entities }: MonitorState, run: Run, atMs: number): Iterable<string> {
  if (run.totals.source !== 'held') return run.agentNames;
  const names = new Set<string>();
  for (const { agentName, startedAtMs, endedAtMs, status } of entities.spansOf(run.runId)) {
    const isOpen = (startedAtMs ?? Infinity) <= atMs && (endedAtMs ?? Infinity) > atMs && status !== 'waiting';
    if (isOpen && agentName !== undefined) names.add(agentName);
  }
  return names;
}
