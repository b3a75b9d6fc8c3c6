'use client';
import { useMemo } from 'react';
import type { RunId } from '../model/ids.ts';
import type { ChargeLine, Charges } from '../model/run.ts';
import type { AllChargeDimension } from '../store/selectTotals.ts';
import { useChargeLines } from './useChargeLines.ts';
import { useRun } from './useRun.ts';
import { useTotals } from './useTotals.ts';

export type CostDimension = AllChargeDimension;

export interface CostLine {
  readonly key: string;
  /** `named`: an agent, model, tool, user or run. `none`: charges that belong to none. `others`: the rest of a long list.
   * `unsplit`: what the totals have and the lines do not, because the parts are not held here. */
  readonly kind: 'named' | 'none' | 'others' | 'unsplit';
  readonly name: string | undefined;
  readonly costNanoUsd: number;
  /** All its calls lack a price: its cost is not known, not 0. */
  readonly isUnpriced: boolean;
  readonly unpricedCalls: number;
  readonly calls: number;
  /** Part of the total, a fraction; `undefined` while the total is 0. */
  readonly share: number | undefined;
  /** Part of the dearest line, a fraction: the length of its bar. */
  readonly ofLargest: number;
  /** How many lines it stands for. */
  readonly lineCount: number;
}

export interface CostBreakdown {
  /** Dearest first; they add up to the total. */
  readonly lines: readonly CostLine[];
  readonly totalNanoUsd: number;
  readonly calls: number;
  /** The total is a lower bound while there are any. */
  readonly unpricedCalls: number;
  /** Runs were let go or events are missing. */
  readonly isPartial: boolean;
}

/**
 * Money by agent, model, tool, user or run, in lines that add up to the total.
 * @param limit - lines shown by name; the rest becomes one line. Default 5
 */
export function useCostBreakdown(dimension: CostDimension, runId?: RunId, limit = 5): CostBreakdown {
  const all = useTotals();
  const run = useRun(runId);
  const cut = runId !== undefined && (dimension === 'user' || dimension === 'run') ? 'agent' : dimension;
  const lines = useChargeLines(cut as 'agent', runId);
  const totals: Charges | undefined = runId === undefined ? all : run?.totals;
  const isPartial = runId === undefined && all.isPartial;
  return useMemo(() => breakDown(lines, totals, isPartial, limit), [lines, totals, isPartial, limit]);
}

function breakDown(
  lines: readonly ChargeLine[],
  totals: Charges | undefined,
  isPartial: boolean,
  limit: number,
): CostBreakdown {
  const totalNanoUsd = totals?.costNanoUsd ?? 0;
  const charged = lines.filter((line) => line.calls > 0 || line.costNanoUsd > 0);
  const shown = charged.length > limit + 1 ? charged.slice(0, limit) : charged;
  const rest = charged.slice(shown.length);
  const rows = shown.map((line) => lineOf(line, line.name === undefined ? 'none' : 'named', 1));
  if (rest.length > 0) rows.push(lineOf(sumOf(rest), 'others', rest.length));
  const sum = sumOf(charged);
  const unsplit = totalNanoUsd - sum.costNanoUsd;
  const unsplitCalls = (totals?.calls ?? 0) - sum.calls;
  if (unsplit > 0 || unsplitCalls > 0) {
    const unpricedCalls = Math.max(0, (totals?.unpricedCalls ?? 0) - sum.unpricedCalls);
    rows.push(
      lineOf({ costNanoUsd: Math.max(0, unsplit), calls: Math.max(0, unsplitCalls), unpricedCalls }, 'unsplit', 1),
    );
  }
  const largest = Math.max(1, ...rows.map((row) => row.costNanoUsd));
  return {
    lines: rows.map((row) => ({
      ...row,
      share: totalNanoUsd > 0 ? row.costNanoUsd / totalNanoUsd : undefined,
      ofLargest: row.costNanoUsd / largest,
    })),
    totalNanoUsd,
    calls: totals?.calls ?? 0,
    unpricedCalls: totals?.unpricedCalls ?? 0,
    isPartial,
  };
}

type Summed = Pick<Charges, 'costNanoUsd' | 'calls' | 'unpricedCalls'> & { readonly name?: string | undefined };

function sumOf(lines: readonly ChargeLine[]): Summed {
  const sum = { costNanoUsd: 0, calls: 0, unpricedCalls: 0 };
  for (const line of lines) {
    sum.costNanoUsd += line.costNanoUsd;
    sum.calls += line.calls;
    sum.unpricedCalls += line.unpricedCalls;
  }
  return sum;
}

const lineOf = (line: Summed, kind: CostLine['kind'], lineCount: number): CostLine => ({
  key: kind === 'named' ? `name ${line.name}` : kind,
  kind,
  name: line.name,
  costNanoUsd: line.costNanoUsd,
  calls: line.calls,
  unpricedCalls: line.unpricedCalls,
  isUnpriced: line.calls > 0 && line.unpricedCalls >= line.calls,
  share: undefined,
  ofLargest: 0,
  lineCount,
});
