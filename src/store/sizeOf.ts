import type { Detail } from '../model/detail.ts';

const known = new WeakMap<object, number>();
/** Deeper values are counted as flat: a bound on the work, not a measure. */
const MAX_DEPTH = 64;

/** Estimated bytes that content takes in memory. Each object is measured once. */
export function sizeOfDetail(detail: Detail | undefined): number {
  if (detail === undefined) return 0;
  let size = known.get(detail);
  if (size === undefined) {
    size = sizeOfValue(detail, 0);
    known.set(detail, size);
  }
  return size;
}

function sizeOfValue(value: unknown, depth: number): number {
  if (typeof value === 'string') return 24 + value.length * 2;
  if (typeof value !== 'object' || value === null) return 8;
  if (depth >= MAX_DEPTH) return 64;
  let size = 32;
  if (Array.isArray(value)) for (const item of value) size += 8 + sizeOfValue(item, depth + 1);
  else for (const [key, item] of Object.entries(value)) size += 16 + key.length + sizeOfValue(item, depth + 1);
  return size;
}
