import type { HistoryPosition, Page } from './RunHistory.ts';

/** A row's key in the order that was asked for: the value it is sorted by, and its unique number. */
export interface Keyed<Item> {
  readonly item: Item;
  readonly value: number;
  readonly seq: number;
}

/** Sorts and cuts out one page: what a database does with an index on (value, seq). O(rows log rows) */
export function keysetPage<Item>(
  rows: readonly Keyed<Item>[],
  { after, limit, isAscending }: { after: HistoryPosition | undefined; limit: number; isAscending: boolean },
): Page<Item> {
  const sign = isAscending ? 1 : -1;
  const compare = (left: Omit<Keyed<Item>, 'item'>, right: Omit<Keyed<Item>, 'item'>) =>
    sign * (left.value - right.value || left.seq - right.seq);
  const [value, seq] = after ?? [];
  const rest = value === undefined || seq === undefined ? rows : rows.filter((row) => compare(row, { value, seq }) > 0);
  const sorted = rest.toSorted(compare);
  const last = sorted.length > limit ? sorted[limit - 1] : undefined;
  return { items: sorted.slice(0, limit).map(({ item }) => item), next: last && [last.value, last.seq] };
}
