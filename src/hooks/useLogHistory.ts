'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { logLineOf } from '../fold/logLine.ts';
import type { EventOf } from '../model/event.ts';
import type { HistoryLogRow, LogHistoryQuery } from '../model/history.ts';
import { type LogLine, logLevels } from '../model/log.ts';
import { createPages, type PagesSnapshot } from '../store/history/createPages.ts';
import { joinLines } from '../store/history/joinLines.ts';
import { useHistoryEra } from './internals/useHistoryEra.ts';
import { usePagesLife } from './internals/usePagesLife.ts';
import { type LogFilter, useLogLines } from './useLogLines.ts';
import { useMonitorStore } from './useMonitorStore.ts';
import { useTopic } from './useTopic.ts';

export interface LogHistoryControl {
  /** The live lines and, before them, those that pages of the history brought; oldest first, each once. */
  readonly lines: readonly LogLine[];
  /** `unavailable`: the store has no history source. */
  readonly state: 'idle' | 'loading' | 'error' | 'unavailable';
  /** There is nothing older. */
  readonly isEnd: boolean;
  readonly errorCode: string | undefined;
  /** Loads older lines; after an error those again. Nothing while some are loading. */
  readonly loadOlder: () => void;
}

/** Lines of one page. */
const PAGE = 500;
const noPages: PagesSnapshot<never> = { items: [], state: 'idle', isEnd: false, errorCode: undefined };
const readNoPages = () => noPages;

/**
 * The log, live and as far back as somebody asks. Asks the relay for lines while it is mounted. The text of a line is content:
 * read it with `useLogTexts`.
 */
export function useLogHistory({ runId, spanId, fromLevel }: LogFilter = {}): LogHistoryControl {
  const store = useMonitorStore();
  const era = useHistoryEra();
  useTopic('logs');
  const live = useLogLines({ runId, spanId, fromLevel });
  const pages = useMemo(() => {
    const query: LogHistoryQuery = {
      limit: PAGE,
      ...(runId !== undefined && { runIds: [runId] }),
      ...(spanId !== undefined && { spanIds: [spanId] }),
      ...(fromLevel !== undefined && { levels: logLevels.slice(logLevels.indexOf(fromLevel)) }),
    };
    let known = new Set<string>();
    return createPages<HistoryLogRow>({
      async load(cursor, signal) {
        const page = await store.historySource?.loadLogs(query, { cursor, signal });
        const lines = page?.lines ?? [];
        store.addLogTexts(
          new Map(lines.flatMap(({ event, message }) => (message === undefined ? [] : [[event.id, message]]))),
        );
        known = new Set(store.getView().logLines.map(({ id }) => id));
        return { items: lines, next: page?.next };
      },
      keyOf: ({ event }) => event.id,
      isKnown: ({ event }) => known.has(event.id),
    });
    // oxlint-disable-next-line react/exhaustive-deps
  }, [store, runId, spanId, fromLevel, era]);
  usePagesLife(pages);
  const snapshot = useSyncExternalStore(pages.subscribe, pages.read, readNoPages);

  const older = useMemo(() => snapshot.items.map(({ event }) => logLineOf(event as EventOf<'log'>)), [snapshot.items]);
  const lines = useMemo(() => joinLines(live, older), [live, older]);
  const hasSource = store.historySource !== undefined;
  const loadOlder = useCallback(() => {
    if (hasSource) pages.loadMore();
  }, [hasSource, pages]);
  const { isEnd, errorCode } = snapshot;
  const state = hasSource ? snapshot.state : 'unavailable';
  return useMemo(() => ({ lines, state, isEnd, errorCode, loadOlder }), [lines, state, isEnd, errorCode, loadOlder]);
}
