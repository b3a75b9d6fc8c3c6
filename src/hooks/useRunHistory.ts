'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { HistoryRunRow, RunHistoryQuery } from '../model/history.ts';
import { createPages, type PagesSnapshot } from '../store/history/createPages.ts';
import { useHistoryEra } from './internals/useHistoryEra.ts';
import { usePagesLife } from './internals/usePagesLife.ts';
import { useMonitorStore } from './useMonitorStore.ts';

export interface RunHistoryControl {
  /** What the pages brought so far, in their order, each run once. The live side may know newer of a run: read it with `useRun`. */
  readonly rows: readonly HistoryRunRow[];
  /** `unavailable`: the store has no history source. */
  readonly state: 'idle' | 'loading' | 'error' | 'unavailable';
  readonly isEnd: boolean;
  /** Code of the error, e.g. `history.unreachable`. */
  readonly errorCode: string | undefined;
  /** Loads the next page; after an error that page again. Nothing while one is loading. */
  readonly loadMore: () => void;
}

export interface RunHistoryOptions {
  /** Pages of nothing but runs that are held already are gone through in one go. Default `true`. */
  readonly isHeldSkipped?: boolean | undefined;
}

const noPages: PagesSnapshot<never> = { items: [], state: 'idle', isEnd: false, errorCode: undefined };
const readNoPages = () => noPages;

/**
 * Runs from the relay's log, page by page; nothing is loaded before {@link RunHistoryControl.loadMore}. Another query begins anew.
 * What was loaded is let go when the component unmounts.
 */
export function useRunHistory(
  query: RunHistoryQuery = {},
  { isHeldSkipped = true }: RunHistoryOptions = {},
): RunHistoryControl {
  const store = useMonitorStore();
  const era = useHistoryEra();
  const queryText = JSON.stringify(query);
  const pages = useMemo(() => {
    const asked = JSON.parse(queryText) as RunHistoryQuery;
    const releases: (() => void)[] = [];
    const release = () => {
      for (const each of releases.splice(0)) each();
    };
    return createPages<HistoryRunRow>({
      async load(cursor, signal) {
        const page = await store.historySource?.loadRuns(asked, { cursor, signal });
        return { items: page?.runs ?? [], next: page?.next };
      },
      keyOf: ({ run }) => run.runId,
      isKnown: ({ run }) => isHeldSkipped && store.getView().entities.getRun(run.runId) !== undefined,
      onItems(added, removed) {
        if (added.length > 0) releases.push(store.keepHistoryRuns(added));
        if (removed.length > 0) release();
      },
    });
    // oxlint-disable-next-line react/exhaustive-deps -- another role or identity begins new pages, though nothing in it is read
  }, [store, queryText, isHeldSkipped, era]);
  usePagesLife(pages);

  const snapshot = useSyncExternalStore(pages.subscribe, pages.read, readNoPages);
  const hasSource = store.historySource !== undefined;
  const loadMore = useCallback(() => {
    if (hasSource) pages.loadMore();
  }, [hasSource, pages]);
  return useMemo(
    () => ({
      rows: snapshot.items,
      state: hasSource ? snapshot.state : 'unavailable',
      isEnd: snapshot.isEnd,
      errorCode: snapshot.errorCode,
      loadMore,
    }),
    [snapshot, hasSource, loadMore],
  );
}
