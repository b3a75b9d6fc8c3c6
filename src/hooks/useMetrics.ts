'use client';
import type { MetricsAnswer, MetricsHistoryQuery } from '../model/history.ts';
import type { HistorySource } from '../store/types.ts';
import { type HistoryAnswer, useQuestion } from './internals/useQuestion.ts';

/** How often the buckets are asked for again, ms. */
const REFRESH_MS = 60_000;

/**
 * Runs, calls, tokens, errors, money and latency in buckets of time, from the relay's log, also of runs that are not held here.
 * Asked for while the component is mounted, and again every minute.
 * @param query - a range that moves with every render asks with every render: round its ends
 */
export const useMetrics = (query: MetricsHistoryQuery): HistoryAnswer<MetricsAnswer> =>
  useQuestion(query, ask, REFRESH_MS);

const ask = (source: HistorySource, query: MetricsHistoryQuery, signal: AbortSignal): Promise<MetricsAnswer> =>
  source.loadMetrics(query, { signal });
