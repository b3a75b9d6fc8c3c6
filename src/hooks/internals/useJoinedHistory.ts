'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { createJoinedHistory, type JoinedSnapshot } from '../../store/history/createJoinedHistory.ts';
import type { LoadedPage } from '../../store/history/createPages.ts';
import type { EntityKind } from '../../store/history/entityKinds.ts';
import type { HistorySource } from '../../store/types.ts';
import type { PageOptions } from '../../transport/types.ts';
import { useMonitorStore } from '../useMonitorStore.ts';
import { LIST_RATE_PER_SEC } from './rates.ts';
import { subscribeCapped } from './subscribeCapped.ts';
import { useHistoryEra } from './useHistoryEra.ts';
import { usePagesLife } from './usePagesLife.ts';

export interface HistoryListControl<Item> {
  /** Newest first, each once: what is live, and what pages of the history brought. */
  readonly items: readonly Item[];
  /** `unavailable`: the store has no history source; what is live is there all the same. */
  readonly state: 'idle' | 'loading' | 'error' | 'unavailable';
  /** There is nothing older. */
  readonly isEnd: boolean;
  /** Code of the error, e.g. `history.unreachable`. */
  readonly errorCode: string | undefined;
  /** Loads older ones; after an error those again. Nothing while some are loading. */
  readonly loadMore: () => void;
}

/** How a list is asked for and what belongs to it. A module constant: another one begins anew. */
export interface HistoryListSource<Query, Item> {
  readonly kind: EntityKind<Item>;
  readonly load: (source: HistorySource, query: Query, options: PageOptions) => Promise<LoadedPage<Item>>;
  readonly isWanted: (query: Query, item: Item) => boolean;
}

const nothing: JoinedSnapshot<never> = { items: [], state: 'idle', isEnd: false, errorCode: undefined };
const readNothing = () => nothing;

export function useJoinedHistory<Query, Item>(
  query: Query,
  { kind, load, isWanted }: HistoryListSource<Query, Item>,
): HistoryListControl<Item> {
  const store = useMonitorStore();
  const era = useHistoryEra();
  const queryText = JSON.stringify(query);
  const history = useMemo(() => {
    const asked = JSON.parse(queryText) as Query;
    return createJoinedHistory<Item>({
      store,
      kind,
      async load(cursor, signal) {
        const { historySource } = store;
        return historySource ? load(historySource, asked, { cursor, signal }) : { items: [] };
      },
      isWanted: (item) => isWanted(asked, item),
    });
    // oxlint-disable-next-line react/exhaustive-deps -- another role or identity begins a new list, though nothing in it is read
  }, [store, queryText, kind, load, isWanted, era]);
  usePagesLife(history);
  const subscribe = useCallback(
    (listener: () => void) => subscribeCapped(history.subscribe, LIST_RATE_PER_SEC, listener),
    [history],
  );
  const snapshot = useSyncExternalStore(subscribe, history.read, readNothing);
  const hasSource = store.historySource !== undefined;
  const loadMore = useCallback(() => {
    if (hasSource) history.loadMore();
  }, [hasSource, history]);
  return useMemo(
    () => ({ ...snapshot, state: hasSource ? snapshot.state : 'unavailable', loadMore }),
    [snapshot, hasSource, loadMore],
  );
}

/** Whether an alternative is among those that are asked for; without any, everything is. */
export const isOneOf = <T>(wanted: readonly T[] | undefined, value: T | undefined): boolean =>
  wanted === undefined || (value !== undefined && wanted.includes(value));

/** `[fromMs, toMs)`, as the relay takes it. */
export const isWithin = (
  { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY }: { fromMs?: number; toMs?: number },
  atMs: number | undefined,
): boolean => atMs === undefined || (atMs >= fromMs && atMs < toMs);
