import type { Detail } from '../model/detail.ts';

/** Sizes of large contents. */
const known = new WeakMap<object, number>();
/** Values up to which content is measured each time: remembering it would cost more. */
const FEW_VALUES = 32;
/** Deeper values are counted as flat: a bound on the work, not a measure. */
const MAX_DEPTH = 64;

/** Estimated bytes that content takes in memory. What is large is measured once. */
export function sizeOfDetail(detail: Detail | undefined): number {
  if (detail === undefined) return 0;
  const walk = new SizeWalk();
  const small = walk.sizeWithin(detail, FEW_VALUES);
  if (small !== undefined) return small;
  let size = known.get(detail);
  if (size === undefined) {
    size = walk.sizeWithin(detail, Number.POSITIVE_INFINITY) as number;
    known.set(detail, size);
  }
  return size;
}

class SizeWalk {
  private left = 0;

  /** @returns `undefined` when there are more values than `most` */
  sizeWithin(value: unknown, most: number): number | undefined {
    this.left = most;
    const size = this.sizeOf(value, 0);
    return this.left >= 0 ? size : undefined;
  }

  private sizeOf(value: unknown, depth: number): number {
    this.left -= 1;
    if (typeof value === 'string') return 24 + value.length * 2;
    if (typeof value !== 'object' || value === null || this.left < 0) return 8;
    if (depth >= MAX_DEPTH) return 64;
    let size = 32;
    if (Array.isArray(value)) {
      for (const item of value as readonly unknown[]) {
        if (this.left < 0) return size;
        size += 8 + this.sizeOf(item, depth + 1);
      }
      return size;
    }
    const record = value as Readonly<Record<string, unknown>>;
    for (const key in record) {
      if (this.left < 0) return size;
      size += 16 + key.length + this.sizeOf(record[key], depth + 1);
    }
    return size;
  }
}
