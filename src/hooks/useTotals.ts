'use client';
import { type AllTotals, selectTotals } from '../store/selectTotals.ts';
import { STAT_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

const areTotalsEqual = (a: AllTotals, b: AllTotals) =>
  (Object.keys(a) as (keyof AllTotals)[]).every((name) => a[name] === b[name]);

/** Tokens and money over all runs that are held. At most 4 times a second. */
export const useTotals = (): AllTotals =>
  useMonitorSelector(selectTotals, { isEqual: areTotalsEqual, ratePerSec: STAT_RATE_PER_SEC });
