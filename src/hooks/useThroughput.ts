'use client';
import type { MonitorState, Throughput } from '../store/types.ts';
import { STAT_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

const selectThroughput = (state: MonitorState) => state.throughput;

/** Events a second and how old the newest event was when it came. At most 4 times a second. */
export const useThroughput = (): Throughput => useMonitorSelector(selectThroughput, { ratePerSec: STAT_RATE_PER_SEC });
