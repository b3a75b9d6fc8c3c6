import type { EntityReader } from '../../fold/types.ts';
import { type SpanKey, spanKeyOf } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import type { GraphRef } from './graphRefs.ts';
import type { SpanPlaces } from './spanPlaces.ts';

/** Remembers for each span which place it or the nearest span above it has, so that a parent that comes late costs what it changes. */
export interface OwnerBook {
  /** Place of the nearest span above. */
  ownerOf(span: Span): GraphRef | undefined;
  /** The span changed. @returns spans below whose owner changed with it, each to be looked at again */
  note(span: Span): readonly Span[];
  forget(key: SpanKey): void;
  clear(): void;
}

export function createOwnerBook(read: () => EntityReader, places: SpanPlaces): OwnerBook {
  /** Place of the span itself, else of the nearest above it; `null` where nothing above has one. */
  const placeByKey = new Map<SpanKey, GraphRef | null>();

  const parentKeyOf = (span: Span): SpanKey | undefined =>
    span.parentId === undefined || span.isCycleCut ? undefined : spanKeyOf(span.runId, span.parentId);

  /** Walks up to the first span that is known or has a place, and remembers the answer on the way. */
  const placeOf = (key: SpanKey | undefined): GraphRef | null => {
    const path: SpanKey[] = [];
    let place: GraphRef | null = null;
    for (let at = key; at !== undefined; ) {
      const known = placeByKey.get(at);
      if (known !== undefined) {
        place = known;
        break;
      }
      path.push(at);
      const span = read().getSpan(at);
      const own = span && places.ofSpan(span);
      if (own) {
        place = own;
        break;
      }
      at = span && parentKeyOf(span);
    }
    for (const passed of path) placeByKey.set(passed, place);
    return place;
  };

  return {
    ownerOf: (span) => placeOf(parentKeyOf(span)) ?? undefined,
    note(span) {
      const known = placeByKey.get(span.key);
      const place = places.ofSpan(span) ?? placeOf(parentKeyOf(span));
      placeByKey.set(span.key, place);
      if (known === undefined || known === place) return [];
      const changed: Span[] = [];
      const open = [span];
      for (let above = open.pop(); above; above = open.pop()) {
        for (const childId of read().childSpanIds(above.key)) {
          const key = spanKeyOf(above.runId, childId);
          const child = read().getSpan(key);
          if (!child) continue;
          changed.push(child);
          if (places.ofSpan(child) || placeByKey.get(key) === place) continue;
          placeByKey.set(key, place);
          open.push(child);
        }
      }
      return changed;
    },
    forget: (key) => void placeByKey.delete(key),
    clear: () => placeByKey.clear(),
  };
}
