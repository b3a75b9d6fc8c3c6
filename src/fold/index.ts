export { createFold } from './createFold.ts';
export { isRunStale } from './isRunStale.ts';
