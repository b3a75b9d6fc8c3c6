import { codeOfFault } from './codeOfFault.ts';

/** One page as the source gives it. */
export interface LoadedPage<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

/** What was loaded so far. Another object after each change. */
export interface PagesSnapshot<Item> {
  /** Of all pages so far, in the order they came, each key once. */
  readonly items: readonly Item[];
  readonly state: 'idle' | 'loading' | 'error';
  /** Everything is here. */
  readonly isEnd: boolean;
  /** Code of the error, e.g. `history.unreachable`. */
  readonly errorCode: string | undefined;
}

/** Pages that are loaded one after the other, each once. */
export interface Pages<Item> {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => PagesSnapshot<Item>;
  /** Loads the next page. Nothing while one is loading, and at the end. After an error: tries that page again. */
  readonly loadMore: () => void;
  /** Lets go of what was loaded, and of what is being loaded. */
  readonly reset: () => void;
}

/** Where pages come from, and what tells their items apart. */
export interface PagesOptions<Item> {
  readonly load: (cursor: string | undefined, signal: AbortSignal) => Promise<LoadedPage<Item>>;
  readonly keyOf: (item: Item) => string;
  /** Whether a page brought nothing that was not here already: then the next one is asked for at once. */
  readonly isKnown?: ((item: Item) => boolean) | undefined;
  /** Hears of items that came and of those that were let go. */
  readonly onItems?: ((added: readonly Item[], removed: readonly Item[]) => void) | undefined;
}

/** Pages without anything new that are gone through in one go: a short wait, not an endless one. */
const MAX_SKIPPED = 20;

/** Goes through a list that comes in pages; nothing is loaded before {@link Pages.loadMore}. */
export function createPages<Item>({ load, keyOf, isKnown, onItems }: PagesOptions<Item>): Pages<Item> {
  const listeners = new Set<() => void>();
  let snapshot: PagesSnapshot<Item> = empty();
  let keys = new Set<string>();
  let cursor: string | undefined;
  let abort: AbortController | undefined;

  const show = (next: Partial<PagesSnapshot<Item>>) => {
    snapshot = { ...snapshot, ...next };
    for (const listener of listeners) listener();
  };

  const take = ({ items, next }: LoadedPage<Item>): boolean => {
    const added = items.filter((item) => !keys.has(keyOf(item)));
    for (const item of added) keys.add(keyOf(item));
    cursor = next;
    onItems?.(added, []);
    const all = added.length === 0 ? snapshot.items : [...snapshot.items, ...added];
    snapshot = { ...snapshot, items: all, isEnd: next === undefined };
    return next !== undefined && added.every((item) => isKnown?.(item) ?? false);
  };

  const run = async (own: AbortController) => {
    try {
      for (let skipped = 0; ; skipped += 1) {
        const page = await load(cursor, own.signal);
        if (own !== abort) return;
        if (!take(page) || skipped >= MAX_SKIPPED) break;
      }
      abort = undefined;
      show({ state: 'idle' });
    } catch (cause) {
      if (own !== abort) return;
      abort = undefined;
      show({ state: 'error', errorCode: codeOfFault(cause) });
    }
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    read: () => snapshot,
    loadMore() {
      if (abort || snapshot.isEnd) return;
      abort = new AbortController();
      show({ state: 'loading', errorCode: undefined });
      void run(abort);
    },
    reset() {
      abort?.abort();
      abort = undefined;
      const removed = snapshot.items;
      keys = new Set();
      cursor = undefined;
      onItems?.([], removed);
      show(empty());
    },
  };
}

const empty = (): PagesSnapshot<never> => ({ items: [], state: 'idle', isEnd: false, errorCode: undefined });
