'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { logLineOf } from '../fold/logLine.ts';
import type { EventOf } from '../model/event.ts';
import type { HistoryLogRow, LogHistoryQuery } from '../model/history.ts';
import { type LogLine, logLevels } from '../model/log.ts';
import { createPages, type PagesSnapshot } from '../store/history/createPages.ts';
import { joinLines } from '../store/history/joinLines.ts';
import type { MonitorState } from '../store/types.ts';
import { filterLines } from './internals/filterLines.ts';
import { LIST_RATE_PER_SEC } from './internals/rates.ts';
import { useHistoryEra } from './internals/useHistoryEra.ts';
import { usePagesLife } from './internals/usePagesLife.ts';
import { type LogFilter, useLogLines } from './useLogLines.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useMonitorStore } from './useMonitorStore.ts';
import { useTopic } from './useTopic.ts';

/** Lines that are neither in the pages nor among the live ones: they came and went while somebody read on. */
export interface MissedLogLines {
  /** Of all levels, runs and spans. */
  readonly count: number;
  /** They would stand before the line with this index. */
  readonly beforeIndex: number;
}

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
  /** Where lines are left out; only while older pages are shown, and only after as many lines again as the store holds. */
  readonly missed: MissedLogLines | undefined;
  /** Lets go of the older pages and loads the newest one again: what was left out is among them. */
  readonly startAnew: () => void;
}

const selectLeft = ({ leftLogLines }: MonitorState) => leftLogLines;
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
    let release: (() => void) | undefined;
    const pages = createPages<HistoryLogRow>({
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
    return {
      ...pages,
      loadMore() {
        release ??= store.holdLogLines(); // what leaves the live lines from now on is in no page
        pages.loadMore();
      },
      reset() {
        release?.();
        release = undefined;
        pages.reset();
      },
    };
    // oxlint-disable-next-line react/exhaustive-deps -- another role or identity begins new pages, though nothing in it is read
  }, [store, runId, spanId, fromLevel, era]);
  usePagesLife(pages);
  const snapshot = useSyncExternalStore(pages.subscribe, pages.read, readNoPages);

  const left = useMonitorSelector(selectLeft, { ratePerSec: LIST_RATE_PER_SEC });
  const older = useMemo(() => snapshot.items.map(({ event }) => logLineOf(event as EventOf<'log'>)), [snapshot.items]);
  const isPaged = older.length > 0;
  const olderIds = useMemo(() => new Set(older.map(({ id }) => id)), [older]);
  const lines = useMemo(() => {
    if (!isPaged) return live;
    const between = filterLines(left.lines, { runId, spanId, fromLevel }).filter(({ id }) => !olderIds.has(id));
    return joinLines(live, [...older, ...between]);
  }, [live, older, olderIds, isPaged, left.lines, runId, spanId, fromLevel]);
  const missedCount = isPaged ? left.missedCount : 0;
  const missed = useMemo((): MissedLogLines | undefined => {
    if (missedCount === 0) return undefined;
    const firstLive = live[0];
    return { count: missedCount, beforeIndex: firstLive ? lines.indexOf(firstLive) : lines.length };
  }, [missedCount, lines, live]);
  const hasSource = store.historySource !== undefined;
  const loadOlder = useCallback(() => {
    if (hasSource) pages.loadMore();
  }, [hasSource, pages]);
  const startAnew = useCallback(() => {
    pages.reset();
    loadOlder();
  }, [pages, loadOlder]);
  const { isEnd, errorCode } = snapshot;
  const state = hasSource ? snapshot.state : 'unavailable';
  return useMemo(
    () => ({ lines, state, isEnd, errorCode, loadOlder, missed, startAnew }),
    [lines, state, isEnd, errorCode, loadOlder, missed, startAnew],
  );
}
