/** Where a reader stands and what it sees: readers for whom all of it is equal get the same batch. */
export interface BatchPlace {
  readonly lensKey: string;
  readonly filterKey: string;
  readonly from: number;
  readonly maxEvents: number;
}

/** What was made lately, bounded in bytes: the oldest goes first. */
export interface BatchCache<T> {
  get(lensKey: string, filterKey: string, from: number, maxEvents: number): T | undefined;
  set(place: BatchPlace, value: T, sizeBytes: number): void;
  clear(): void;
}

/** Some batches ahead and behind: readers who stand at the same place come within moments of each other. */
const MAX_BYTES = 8 * 1024 * 1024;
const ENTRY_BYTES = 300;

interface Entry<T> extends BatchPlace {
  readonly value: T;
  readonly bytes: number;
}

export function createBatchCache<T>(maxBytes = MAX_BYTES): BatchCache<T> {
  const entries = new Map<string, Entry<T>>();
  /** What was given last. Nearly always the next reader stands there, too: to make a key for each would cost as much as to send. */
  let last: Entry<T> | undefined;
  let bytes = 0;
  return {
    get(lensKey, filterKey, from, maxEvents) {
      const isSame =
        last?.from === from && last.maxEvents === maxEvents && last.lensKey === lensKey && last.filterKey === filterKey;
      if (!isSame) last = entries.get(keyOf(lensKey, filterKey, from, maxEvents));
      return last?.value;
    },
    set(place, value, sizeBytes) {
      const key = keyOf(place.lensKey, place.filterKey, place.from, place.maxEvents);
      const entry = { ...place, value, bytes: sizeBytes + ENTRY_BYTES };
      bytes += entry.bytes - (entries.get(key)?.bytes ?? 0);
      entries.set(key, entry);
      last = entry;
      for (const [name, { bytes: freed }] of entries) {
        if (bytes <= maxBytes) break;
        entries.delete(name);
        bytes -= freed;
      }
    },
    clear() {
      entries.clear();
      last = undefined;
      bytes = 0;
    },
  };
}

const keyOf = (lensKey: string, filterKey: string, from: number, maxEvents: number): string =>
  `${lensKey} ${from} ${maxEvents} ${filterKey}`;
