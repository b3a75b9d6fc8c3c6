'use client';
import { areCountsEqual, type RunCounts, selectRunCounts } from '../store/selectRunIds.ts';
import { LIST_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** How many runs there are of each status: the numbers on the tabs. At most 10 times a second. */
export const useRunCounts = (): RunCounts =>
  useMonitorSelector(selectRunCounts, { isEqual: areCountsEqual, ratePerSec: LIST_RATE_PER_SEC });
