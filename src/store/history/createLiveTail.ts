import type { MonitorState, MonitorStore } from '../types.ts';
import type { EntityKind } from './entityKinds.ts';

/** What the live side held since somebody looked, also after the store let its run go. */
export interface LiveTail<Item> {
  /** Grows with every change. */
  readonly version: number;
  readonly items: Iterable<Item>;
  has(key: string): boolean;
  /** @returns stop */
  start(onChange: () => void): () => void;
}

export interface LiveTailOptions<Item> {
  readonly store: MonitorStore;
  readonly kind: EntityKind<Item>;
  /** Beyond it the oldest go. */
  readonly limit: number;
  /** Some went. */
  readonly onLost: () => void;
}

/** Makes some room beyond the bound, so that it is rare. */
const SLACK = 0.1;

export function createLiveTail<Item>({ store, kind, limit, onLost }: LiveTailOptions<Item>): LiveTail<Item> {
  const { keyOf, atMsOf, list } = kind;
  let known = new Map<string, Item>();
  let version = 0;

  const drop = () => {
    const byTime = [...known].sort(([, left], [, right]) => (atMsOf(right) ?? 0) - (atMsOf(left) ?? 0));
    known = new Map(byTime.slice(0, Math.floor(limit * (1 - SLACK))));
    onLost();
  };
  const take = (state: MonitorState, touched?: Parameters<typeof list>[1]): boolean => {
    const before = version;
    for (const item of list(state, touched)) {
      const key = keyOf(item);
      if (known.get(key) === item) continue;
      known.set(key, item);
      version += 1;
    }
    if (known.size > limit) drop();
    return version !== before;
  };
  take(store.getView());

  return {
    get version() {
      return version;
    },
    get items() {
      return known.values();
    },
    has: (key) => known.has(key),
    start(onChange) {
      if (take(store.getView())) onChange();
      return store.subscribeTouched((touched) => {
        if (take(store.getView(), touched)) onChange();
      });
    },
  };
}
