/** What was made lately, bounded in bytes: the oldest goes first. */
export interface BatchCache<T> {
  get(key: string): T | undefined;
  set(key: string, value: T, sizeBytes: number): void;
  clear(): void;
}

/** Some batches ahead and behind: readers who stand at the same place come within moments of each other. */
const MAX_BYTES = 8 * 1024 * 1024;
const ENTRY_BYTES = 300;

export function createBatchCache<T>(maxBytes = MAX_BYTES): BatchCache<T> {
  const entries = new Map<string, { readonly value: T; readonly bytes: number }>();
  let bytes = 0;
  return {
    get: (key) => entries.get(key)?.value,
    set(key, value, sizeBytes) {
      bytes += sizeBytes + ENTRY_BYTES - (entries.get(key)?.bytes ?? 0);
      entries.set(key, { value, bytes: sizeBytes + ENTRY_BYTES });
      for (const [name, entry] of entries) {
        if (bytes <= maxBytes) break;
        entries.delete(name);
        bytes -= entry.bytes;
      }
    },
    clear() {
      entries.clear();
      bytes = 0;
    },
  };
}
