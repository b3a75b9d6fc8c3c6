import {
  type ChargeDimension,
  type ChargeLine,
  type ChargeSum,
  type Charges,
  chargeNames,
  noCharges,
  type Run,
} from '../model/run.ts';
import type { MonitorState } from './types.ts';

/** Sums over all runs that are held. Money is a lower bound while `unpricedCalls` > 0. */
export interface AllTotals extends Charges {
  readonly runs: number;
  readonly llmCalls: number;
  readonly failedLlmCalls: number;
  readonly toolCalls: number;
  /** Runs whose source says nothing about tokens. */
  readonly runsWithoutUsage: number;
  /** Runs were let go: the sums cover what is held. */
  readonly isPartial: boolean;
}

function add(sum: ChargeSum, charges: Charges): void {
  for (const name of chargeNames) sum[name] += charges[name];
}

const totalsByState = new WeakMap<MonitorState, AllTotals>();

/** O(runs), once a state. */
export function selectTotals(state: MonitorState): AllTotals {
  const known = totalsByState.get(state);
  if (known) return known;
  const sum = noCharges();
  let [runs, llmCalls, failedLlmCalls, toolCalls, runsWithoutUsage] = [0, 0, 0, 0, 0];
  for (const run of runsOf(state)) {
    runs += 1;
    llmCalls += run.totals.llmCalls;
    failedLlmCalls += run.totals.failedLlmCalls;
    toolCalls += run.totals.toolCalls;
    if (!run.totals.isUsageKnown) runsWithoutUsage += 1;
    add(sum, run.totals);
  }
  const isPartial = state.counters.evictedRuns > 0 || state.gaps.length > 0;
  const totals: AllTotals = { ...sum, runs, llmCalls, failedLlmCalls, toolCalls, runsWithoutUsage, isPartial };
  totalsByState.set(state, totals);
  return totals;
}

/** How a breakdown over all runs is cut. */
export type AllChargeDimension = ChargeDimension | 'user' | 'run';

/** Totals over all runs by agent, model, tool, user or run, dearest first. O(lines). */
export function selectAllChargeLines(state: MonitorState, dimension: AllChargeDimension): readonly ChargeLine[] {
  const sums = new Map<string | undefined, ChargeSum>();
  const addTo = (name: string | undefined, charges: Charges) => {
    let sum = sums.get(name);
    if (!sum) {
      sum = noCharges();
      sums.set(name, sum);
    }
    add(sum, charges);
  };
  for (const run of runsOf(state)) {
    if (dimension === 'run') addTo(run.runId, run.totals);
    else if (dimension === 'user') addTo(run.userId, run.totals);
    else for (const line of state.entities.chargeLines(run.runId, dimension)) addTo(line.name, line);
  }
  const lines: ChargeLine[] = [];
  for (const [name, sum] of sums) lines.push({ ...sum, name });
  return lines.sort((a, b) => b.costNanoUsd - a.costNanoUsd || b.totalTokens - a.totalTokens || compareNames(a, b));
}

const compareNames = (a: ChargeLine, b: ChargeLine) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);

/** Lines with the same figures, so that a list that was made anew wakes nobody. */
export const areLinesEqual = (a: readonly ChargeLine[], b: readonly ChargeLine[]): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((line, at) => {
      const other = b[at];
      return other !== undefined && line.name === other.name && chargeNames.every((name) => line[name] === other[name]);
    }));

function* runsOf(state: MonitorState): Iterable<Run> {
  for (const runId of state.runIds) {
    const run = state.entities.getRun(runId);
    if (run) yield run;
  }
}
