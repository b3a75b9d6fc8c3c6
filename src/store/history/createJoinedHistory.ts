import type { MonitorStore } from '../types.ts';
import { createLiveTail } from './createLiveTail.ts';
import { createPages, type LoadedPage, type Pages } from './createPages.ts';
import type { EntityKind } from './entityKinds.ts';
import { joinEntities } from './joinEntities.ts';

export interface JoinedSnapshot<Item> {
  /** Newest first, each once: the live ones, and those that pages of the history brought. */
  readonly items: readonly Item[];
  readonly state: 'idle' | 'loading' | 'error';
  /** There is nothing older. */
  readonly isEnd: boolean;
  readonly errorCode: string | undefined;
}

/** Pages of the history, newest first, and the live tail before them, as one list without a seam. */
export interface JoinedHistory<Item> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => JoinedSnapshot<Item>;
  readonly loadMore: () => void;
  readonly reset: () => void;
}

export interface JoinedHistoryOptions<Item> {
  readonly store: MonitorStore;
  readonly kind: EntityKind<Item>;
  readonly load: (cursor: string | undefined, signal: AbortSignal) => Promise<LoadedPage<Item>>;
  /** What the question asks for. */
  readonly isWanted: (item: Item) => boolean;
  /** What the pages say of something that nothing live will tell of is asked for again so often, ms. Default 30,000. */
  readonly refreshEveryMs?: number | undefined;
  /** Live ones that are remembered. Default 5,000. */
  readonly tailLimit?: number | undefined;
}

export function createJoinedHistory<Item>(options: JoinedHistoryOptions<Item>): JoinedHistory<Item> {
  const { store, kind, load, isWanted, tailLimit = 5000, refreshEveryMs = 30_000 } = options;
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const tail = createLiveTail({ store, kind, limit: tailLimit, onLost: () => reload() });
  const newPages = (onChange: (own: Pages<Item>) => void): Pages<Item> => {
    const own = createPages({ load, keyOf: kind.keyOf, isKnown: (item) => tail.has(kind.keyOf(item)) });
    own.subscribe(() => onChange(own));
    return own;
  };
  let pages = newPages(tell);
  /** The same pages again, which take the place of the others when they are whole. */
  let fresh: Pages<Item> | undefined;
  let lastGapId = gapIdOf(store);

  const goOn = (own: Pages<Item>, wanted: number) => {
    if (own !== fresh && own !== pages) return;
    const { items, state, isEnd } = own.read();
    if (own === fresh && state === 'idle') {
      if (!isEnd && items.length < wanted) {
        own.loadMore();
        return;
      }
      pages.reset();
      pages = own;
      fresh = undefined;
    }
    tell();
  };
  /** Something passed us by, between the pages and the live ones. */
  const reload = () => {
    const { items, isEnd, state } = pages.read();
    if (items.length === 0 && !isEnd && state !== 'loading') return;
    fresh?.reset();
    fresh = newPages((own) => goOn(own, items.length));
    fresh.loadMore();
  };
  const noticeGap = () => {
    const gapId = gapIdOf(store);
    if (gapId === lastGapId) return;
    lastGapId = gapId;
    if (gapId !== undefined) reload();
  };

  const refresh = () => {
    const state = store.getView();
    if (!fresh && pages.read().items.some((item) => kind.isUnheard(state, item))) reload();
  };

  const readJoined = joinEntities(kind, isWanted);
  const start = () => {
    const stops = [tail.start(tell), store.subscribe(noticeGap)];
    const timer = setInterval(refresh, refreshEveryMs);
    noticeGap();
    return () => {
      clearInterval(timer);
      for (const stop of stops) stop();
    };
  };
  let stop: (() => void) | undefined;
  let snapshot: JoinedSnapshot<Item> | undefined;

  return {
    subscribe(listener) {
      listeners.add(listener);
      stop ??= start();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    read() {
      const { items: loaded, isEnd } = pages.read();
      const { state, errorCode } = (fresh ?? pages).read();
      const items = readJoined(loaded, tail, store.getView());
      const isSame =
        snapshot?.items === items &&
        snapshot.state === state &&
        snapshot.isEnd === isEnd &&
        snapshot.errorCode === errorCode;
      if (!isSame || !snapshot) snapshot = { items, state, isEnd, errorCode };
      return snapshot;
    },
    loadMore() {
      if (fresh?.read().state === 'error') reload();
      else if (!fresh) pages.loadMore();
    },
    reset() {
      fresh?.reset();
      fresh = undefined;
      pages.reset();
      tell();
    },
  };
}

/** The last stretch that the relay did not bring; what a process never sent is in no page either. */
const gapIdOf = (store: MonitorStore): string | undefined =>
  store.getView().gaps.findLast(({ producerId }) => producerId === undefined)?.id;
