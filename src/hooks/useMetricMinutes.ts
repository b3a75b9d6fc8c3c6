'use client';
import { type MetricMinute, selectMetricMinutes } from '../store/selectMetricMinutes.ts';
import { STAT_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/**
 * What all agents did, minute by minute over the last hour, as far as the relay sends it (topic `metrics`); empty where it
 * sends every event. Of any stretch of time: `useMetrics`.
 */
export const useMetricMinutes = (): readonly MetricMinute[] =>
  useMonitorSelector(selectMetricMinutes, { ratePerSec: STAT_RATE_PER_SEC });
