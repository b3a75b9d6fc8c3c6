export { adapters, type Detection, detectFormat } from './detectFormat.ts';
export { nativeAdapter } from './native/adapter.ts';
export { findNotATrace, type NotATrace } from './notTraces.ts';
export {
  type InProcessData,
  openaiAgentsAdapter,
  readSpanItem,
  readTraceItem,
  readUsage,
  type SpanFacts,
  type TraceFacts,
} from './openai-agents/index.ts';
export { type ParsedText, parseText } from './parseText.ts';
export { redisEventsAdapter } from './redis-events/adapter.ts';
export type { Adapter, ReadOptions, ReadResult } from './types.ts';
