export { openaiAgentsAdapter } from './adapter.ts';

export { readSpanItem, type SpanFacts } from './readSpanItem.ts';
export { readTraceItem, type TraceFacts } from './readTraceItem.ts';
export type { InProcessData } from './spanTypes.ts';
