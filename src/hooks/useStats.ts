'use client';
import { areStatsEqual, type Stats, selectStats } from '../store/selectStats.ts';
import { STAT_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** The figures of the stat cards over all runs. At most 4 times a second. */
export const useStats = (): Stats =>
  useMonitorSelector(selectStats, { isEqual: areStatsEqual, ratePerSec: STAT_RATE_PER_SEC });
