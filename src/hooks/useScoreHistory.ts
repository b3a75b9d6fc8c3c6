'use client';
import type { ScoreHistoryQuery } from '../model/history.ts';
import type { Score } from '../model/score.ts';
import { scoreKind } from '../store/history/entityKinds.ts';
import {
  type HistoryListControl,
  type HistoryListSource,
  isOneOf,
  isWithin,
  useJoinedHistory,
} from './internals/useJoinedHistory.ts';

/** What {@link useScoreHistory} lists; newest judgement first. */
export type ScoreHistoryFilter = Omit<ScoreHistoryQuery, 'order'>;

/**
 * Judgements of all runs and their spans, live where the spans of a run come, and as far back as somebody asks. A later judgement of
 * the same thing takes the place of the one before. `useScores` has those of one run that is held.
 */
export const useScoreHistory = (filter: ScoreHistoryFilter = {}): HistoryListControl<Score> =>
  useJoinedHistory(filter, scores);

const scores: HistoryListSource<ScoreHistoryFilter, Score> = {
  kind: scoreKind,
  async load(source, query, options) {
    const page = await source.loadScores(query, options);
    return { items: page.scores, next: page.next };
  },
  isWanted: ({ names, runIds, ...range }, { name, runId, atMs }) =>
    isOneOf(names, name) && isOneOf(runIds, runId) && isWithin(range, atMs),
};
