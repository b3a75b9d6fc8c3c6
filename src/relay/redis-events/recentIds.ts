/** Ids that were stored a while ago at most: what comes again over another way needs no look into the log. */
export interface RecentIds {
  has(id: string): boolean;
  add(id: string): void;
}

export function createRecentIds(most = 20_000): RecentIds {
  let newer = new Set<string>();
  let older = new Set<string>();
  return {
    has: (id) => newer.has(id) || older.has(id),
    add(id) {
      newer.add(id);
      if (newer.size < most / 2) return;
      older = newer;
      newer = new Set();
    },
  };
}
