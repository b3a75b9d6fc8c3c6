import type { EntityReader } from '../fold/types.ts';

/** Holds nothing. Made anew for each initial state, so that no two stores share a map. */
export const createEmptyReader = (): EntityReader => ({
  runIds: [],
  spanCount: 0,
  getRun: () => undefined,
  getSpan: () => undefined,
  rootSpanIds: () => [],
  childSpanIds: () => [],
  spansOf: () => [],
  chargeLines: () => [],
  approvalsOf: () => [],
  scoresOf: () => [],
  producers: new Map(),
  alerts: new Map(),
});
