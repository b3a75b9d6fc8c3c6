export { createFold } from './createFold.ts';
export { isRunStale } from './isRunStale.ts';
export type { EntityReader, Fold, FoldCounters, Touched } from './types.ts';
