'use client';
import { useCallback } from 'react';
import type { MonitorState } from '../store/types.ts';
import { STAT_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

export interface CostSince {
  readonly costNanoUsd: number;
  /** Calls without a price: the cost is a lower bound while there are any. */
  readonly unpricedCalls: number;
  readonly runs: number;
}

const isSame = (a: CostSince, b: CostSince) =>
  a.costNanoUsd === b.costNanoUsd && a.unpricedCalls === b.unpricedCalls && a.runs === b.runs;

/** What the held runs that started since then cost. O(runs), at most 4 times a second. */
export function useCostSince(sinceMs: number): CostSince {
  const select = useCallback(
    (state: MonitorState): CostSince => {
      let costNanoUsd = 0;
      let unpricedCalls = 0;
      let runs = 0;
      for (const runId of state.runIds) {
        const run = state.entities.getRun(runId);
        if (!run || (run.startedAtMs ?? run.lastEventAtMs) < sinceMs) continue;
        runs += 1;
        costNanoUsd += run.totals.costNanoUsd;
        unpricedCalls += run.totals.unpricedCalls;
      }
      return { costNanoUsd, unpricedCalls, runs };
    },
    [sinceMs],
  );
  return useMonitorSelector(select, { isEqual: isSame, ratePerSec: STAT_RATE_PER_SEC });
}
