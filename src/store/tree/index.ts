export { createSpanTreeIndex, type SpanTreeIndexOptions, type SpanTreeParts } from './createSpanTreeIndex.ts';
export type { CriticalPart, CriticalPath } from './criticalPath.ts';
export type { IdleStretch, IdleTime } from './idleTime.ts';
export type { SpanTreeCost, SpanTreeIndex, SpanTreeLayout, SpanTreeRow, SpanTreeSummary } from './types.ts';
