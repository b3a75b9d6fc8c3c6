import type { RunId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { MonitorState } from './types.ts';

/** What a list of runs shows. Fields add up; without any it is all runs. */
export interface RunFilter {
  /** `waiting`: with a pending approval, also while other spans work. */
  readonly status?: 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | undefined;
  /** Searched in id, name, agents, group, user and error code; case does not matter. */
  readonly text?: string | undefined;
  readonly agentName?: string | undefined;
  /** Without its date. */
  readonly modelName?: string | undefined;
  readonly groupId?: string | undefined;
  readonly userId?: string | undefined;
}

/**
 * Ids of the runs that match, newest start first.
 * @remarks O(runs) with a filter; a new list each time, so compare with `areIdsEqual` when you subscribe to it.
 */
export function selectRunIds(state: MonitorState, filter?: RunFilter): readonly RunId[] {
  if (filter === undefined || isEmpty(filter)) return state.runIds;
  const text = filter.text?.trim().toLowerCase();
  return state.runIds.filter((runId) => {
    const run = state.entities.getRun(runId);
    return run !== undefined && isMatch(state, run, filter, text);
  });
}

/** Whether two lists hold the same ids in the same order. */
export const areIdsEqual = (a: readonly string[], b: readonly string[]): boolean =>
  a === b || (a.length === b.length && a.every((id, at) => id === b[at]));

const isEmpty = (filter: RunFilter) =>
  Object.values(filter).every(
    (value: unknown) => value === undefined || (typeof value === 'string' && value.trim() === ''),
  );

function isMatch(state: MonitorState, run: Run, filter: RunFilter, text: string | undefined): boolean {
  if (filter.status !== undefined && !hasStatus(run, filter.status)) return false;
  if (filter.agentName !== undefined && !run.agentNames.includes(filter.agentName)) return false;
  const { modelName } = filter;
  if (modelName !== undefined && !state.entities.chargeLines(run.runId, 'model').some(({ name }) => name === modelName))
    return false;
  if (filter.groupId !== undefined && run.groupId !== filter.groupId) return false;
  if (filter.userId !== undefined && run.userId !== filter.userId) return false;
  if (!text) return true;
  const searched = [run.runId, run.name, run.groupId, run.userId, run.errorCode, run.errorType, ...run.agentNames];
  return searched.some((part) => part?.toLowerCase().includes(text));
}

/** The tabs of a run list: a run that works while something in it waits stands in both. */
const hasStatus = (run: Run, status: NonNullable<RunFilter['status']>): boolean =>
  status === 'waiting' ? run.pendingApprovalCount > 0 || run.status === 'waiting' : run.status === status;

/** How many runs are in each state; one that works while something in it waits counts as running and as waiting. */
export interface RunCounts {
  readonly all: number;
  readonly running: number;
  readonly waiting: number;
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
}

const countsByState = new WeakMap<MonitorState, RunCounts>();

/** How many runs each tab has. O(runs), once a state. */
export function selectRunCounts(state: MonitorState): RunCounts {
  let counts = countsByState.get(state);
  if (counts) return counts;
  const sum = { all: 0, running: 0, waiting: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const runId of state.runIds) {
    const run = state.entities.getRun(runId);
    if (!run) continue;
    sum.all += 1;
    if (hasStatus(run, 'waiting')) sum.waiting += 1;
    if (run.status !== 'waiting') sum[run.status] += 1;
  }
  counts = sum;
  countsByState.set(state, counts);
  return counts;
}

/** For subscribers of {@link selectRunCounts}. */
export const areCountsEqual = (a: RunCounts, b: RunCounts): boolean =>
  (Object.keys(a) as (keyof RunCounts)[]).every((key) => a[key] === b[key]);
