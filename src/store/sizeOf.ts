import type { Detail } from '../model/detail.ts';

/** Sizes of large contents. */
const known = new WeakMap<object, number>();
/** Values up to which content is measured each time: remembering it would cost more. */
const FEW_VALUES = 32;
const ALL_VALUES = 2 ** 30;
/** Deeper values are counted as flat: a bound on the work, not a measure. */
const MAX_DEPTH = 64;

/** How many more values may be looked at. */
interface Budget {
  left: number;
}

/** Estimated bytes that content takes in memory. What is large is measured once. */
export function sizeOfDetail(detail: Detail | undefined): number {
  if (detail === undefined) return 0;
  const budget: Budget = { left: FEW_VALUES };
  const small = sizeOf(detail, 0, budget);
  if (budget.left >= 0) return small;
  let size = known.get(detail);
  if (size === undefined) {
    size = sizeOf(detail, 0, { left: ALL_VALUES });
    known.set(detail, size);
  }
  return size;
}

/** Means nothing once the budget is spent. */
function sizeOf(value: unknown, depth: number, budget: Budget): number {
  budget.left -= 1;
  if (typeof value === 'string') return 24 + value.length * 2;
  if (typeof value !== 'object' || value === null || budget.left < 0) return 8;
  if (depth >= MAX_DEPTH) return 64;
  let size = 32;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && budget.left >= 0; index += 1) {
      size += 8 + sizeOf(value[index], depth + 1, budget);
    }
    return size;
  }
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) {
    if (budget.left < 0) return size;
    size += 16 + key.length + sizeOf(record[key], depth + 1, budget);
  }
  return size;
}
