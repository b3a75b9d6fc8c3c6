'use client';
import { useCallback } from 'react';
import type { RunId } from '../model/ids.ts';
import type { ChargeDimension, ChargeLine } from '../model/run.ts';
import { selectChargeLines } from '../store/selectors.ts';
import { type AllChargeDimension, areLinesEqual, selectAllChargeLines } from '../store/selectTotals.ts';
import type { MonitorState } from '../store/types.ts';
import { STAT_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/**
 * Tokens and money by agent, model or tool, dearest first. At most 4 times a second.
 * @param dimension - over all runs also `user` and `run`
 * @param runId - one run; without it all runs that are held
 */
export function useChargeLines(dimension: AllChargeDimension, runId?: undefined): readonly ChargeLine[];
export function useChargeLines(dimension: ChargeDimension, runId: RunId | undefined): readonly ChargeLine[];
export function useChargeLines(dimension: AllChargeDimension, runId?: RunId): readonly ChargeLine[] {
  const select = useCallback(
    (state: MonitorState) =>
      runId === undefined || dimension === 'user' || dimension === 'run'
        ? selectAllChargeLines(state, dimension)
        : selectChargeLines(state, runId, dimension),
    [dimension, runId],
  );
  return useMonitorSelector(select, { isEqual: areLinesEqual, ratePerSec: STAT_RATE_PER_SEC });
}
