/** What decides which of two contents of the same part is kept. */
export interface PartRank {
  readonly rank: number;
  readonly ts: number;
  readonly id: string;
}

/** Higher rank, then later, then the greater event id: the same whatever came first. */
export function beats(left: PartRank, right: PartRank): boolean {
  if (left.rank !== right.rank) return left.rank > right.rank;
  if (left.ts !== right.ts) return left.ts > right.ts;
  return left.id > right.id;
}
