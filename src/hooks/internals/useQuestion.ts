'use client';
import { useMemo, useSyncExternalStore } from 'react';
import { createQuestion, type QuestionSnapshot } from '../../store/history/createQuestion.ts';
import type { HistorySource } from '../../store/types.ts';
import { useMonitorStore } from '../useMonitorStore.ts';
import { useHistoryEra } from './useHistoryEra.ts';

export interface HistoryAnswer<Answer> {
  /** `unavailable`: the store has no history source. */
  readonly state: 'idle' | 'loading' | 'ready' | 'error' | 'unavailable';
  /** The last good answer; it stays while the question is asked again, and after an error. */
  readonly answer: Answer | undefined;
  /** Code of the error, e.g. `history.unreachable`. */
  readonly errorCode: string | undefined;
  /** Asks again now. */
  readonly reload: () => void;
}

const idle: QuestionSnapshot<never> = { state: 'idle', answer: undefined, errorCode: undefined };
const readIdle = () => idle;
const unavailable: HistoryAnswer<never> = {
  state: 'unavailable',
  answer: undefined,
  errorCode: undefined,
  reload: () => undefined,
};

/** @param ask - a module constant: another function asks anew with each render */
export function useQuestion<Query, Answer>(
  query: Query,
  ask: (source: HistorySource, query: Query, signal: AbortSignal) => Promise<Answer>,
  refreshEveryMs: number | undefined,
): HistoryAnswer<Answer> {
  const store = useMonitorStore();
  const era = useHistoryEra();
  const queryText = JSON.stringify(query);
  const { historySource } = store;
  const question = useMemo(
    () =>
      historySource &&
      createQuestion<Answer>({
        ask: (signal) => ask(historySource, JSON.parse(queryText) as Query, signal),
        refreshEveryMs,
      }),
    // oxlint-disable-next-line react/exhaustive-deps -- another role or identity is asked anew, though nothing in it is read
    [historySource, queryText, ask, refreshEveryMs, era],
  );
  const snapshot = useSyncExternalStore(
    question?.subscribe ?? subscribeToNothing,
    question?.read ?? readIdle,
    readIdle,
  );
  return useMemo(() => (question ? { ...snapshot, reload: question.reload } : unavailable), [question, snapshot]);
}

const subscribeToNothing = () => () => undefined;
