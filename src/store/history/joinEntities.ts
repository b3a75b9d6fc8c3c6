import type { MonitorState } from '../types.ts';
import type { LiveTail } from './createLiveTail.ts';
import type { EntityKind } from './entityKinds.ts';

type Join<Item> = (
  loaded: readonly Item[],
  tail: Pick<LiveTail<Item>, 'version' | 'items'>,
  state: MonitorState,
) => readonly Item[];

interface Placed<Item> {
  item: Item;
  atMs: number;
}

/**
 * Joins what pages brought, newest first, with the live ones: newest first, each once, as who knows more tells it. The same list while
 * nothing changed.
 */
export function joinEntities<Item>(
  { keyOf, atMsOf, isOlder, isUnheard }: EntityKind<Item>,
  isWanted: (item: Item) => boolean,
): Join<Item> {
  let of: { readonly loaded: readonly Item[]; readonly version: number; readonly state: MonitorState } | undefined;
  let joined: readonly Item[] = [];

  return (loaded, { version, items }, state) => {
    if (of?.loaded === loaded && of.version === version && of.state === state) return joined;
    of = { loaded, version, state };
    const placed = new Map<string, Placed<Item>>();
    let pageAtMs = Number.MAX_VALUE;
    for (const item of loaded) {
      pageAtMs = atMsOf(item) ?? pageAtMs; // where the time is not known, the page tells the place
      placed.set(keyOf(item), { item, atMs: pageAtMs });
    }
    for (const item of items) {
      if (isUnheard(state, item)) continue;
      const key = keyOf(item);
      const known = placed.get(key);
      if (!known) placed.set(key, { item, atMs: atMsOf(item) ?? Number.MAX_VALUE });
      else if (!isOlder(item, known.item)) Object.assign(known, { item, atMs: atMsOf(item) ?? known.atMs });
    }
    const next = [...placed.values()]
      .filter(({ item }) => isWanted(item))
      .sort((left, right) => right.atMs - left.atMs)
      .map(({ item }) => item);
    if (next.length !== joined.length || next.some((item, at) => item !== joined[at])) joined = next;
    return joined;
  };
}
