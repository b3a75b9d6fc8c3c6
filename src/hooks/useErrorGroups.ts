'use client';
import type { ErrorHistoryQuery, ErrorsAnswer } from '../model/history.ts';
import type { HistorySource } from '../store/types.ts';
import { type HistoryAnswer, useQuestion } from './internals/useQuestion.ts';

/** How often the groups are asked for again, ms. */
const REFRESH_MS = 30_000;

/**
 * Failed spans that failed alike, from the relay's log. Asked for while the component is mounted, and again every 30 s.
 * @param query - a range that moves with every render asks with every render: round its ends
 */
export const useErrorGroups = (query: ErrorHistoryQuery = {}): HistoryAnswer<ErrorsAnswer> =>
  useQuestion(query, ask, REFRESH_MS);

const ask = (source: HistorySource, query: ErrorHistoryQuery, signal: AbortSignal): Promise<ErrorsAnswer> =>
  source.loadErrors(query, { signal });
