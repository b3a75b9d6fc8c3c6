import type { EntityReader, Touched } from '../fold/types.ts';

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

export const untouched: Touched = {
  runs: [],
  spans: [],
  restructuredRunIds: new Set(),
  logLines: [],
  hasNewRuns: false,
  areApprovalsTouched: false,
  areProducersTouched: false,
  areAlertsTouched: false,
};
