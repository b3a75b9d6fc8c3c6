/** A run of entries of a row sequence, and what they add up to. */
export interface RowBlock {
  readonly number: number;
  strip: RowStrip;
  /** Place among the blocks of its strip. */
  index: number;
  entries: Int32Array;
  size: number;
  shown: number;
  depth: number;
  errors: number;
  readonly amounts: number[];
  /** Sums over all blocks before it, right up to `strip.summedTo`. */
  shownBefore: number;
  depthBefore: number;
  errorsBefore: number;
  readonly amountsBefore: number[];
}

/** A sequence: the main one, or a subtree that is on the way from one place to another. */
export interface RowStrip {
  blocks: RowBlock[];
  /** Blocks before this one know what stands before them. */
  summedTo: number;
}

export const createRowBlock = (number: number, strip: RowStrip, entries: Int32Array, size: number): RowBlock => ({
  number,
  strip,
  index: 0,
  entries,
  size,
  shown: 0,
  depth: 0,
  errors: 0,
  amounts: [0, 0, 0],
  shownBefore: 0,
  depthBefore: 0,
  errorsBefore: 0,
  amountsBefore: [0, 0, 0],
});
