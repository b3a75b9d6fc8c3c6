'use client';
import type { MonitorState, StoreCounters } from '../store/types.ts';
import { STAT_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

const selectCounters = (state: MonitorState) => state.counters;

/** What the store took in, refused and let go. At most 4 times a second. */
export const useCounters = (): StoreCounters => useMonitorSelector(selectCounters, { ratePerSec: STAT_RATE_PER_SEC });
