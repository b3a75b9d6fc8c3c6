import { type SpanId, type SpanKey, spanKeyOf } from '../model/ids.ts';
import type { MetricCounts } from '../model/metricBucket.ts';
import type { Span } from '../model/span.ts';

/** What is read around a span; what the fold and the store hand out will do. */
export interface SpanReader {
  getSpan(key: SpanKey): Span | undefined;
  childSpanIds(key: SpanKey): readonly SpanId[];
}

/** What one span adds to a bucket; `undefined` for one that is no call or has not ended. */
export function spanCounts(span: Span, reader: SpanReader): MetricCounts | undefined {
  if (span.endedAtMs === undefined || span.isPlaceholder) return undefined;
  const isFailed = span.status === 'error';
  if (span.kind === 'tool') {
    const costNanoUsd = span.costNanoUsd ?? 0;
    return { ...none, toolCalls: 1, failedToolCalls: isFailed ? 1 : 0, costNanoUsd };
  }
  if (span.kind !== 'llm' || isWrapper(span, reader)) return undefined;
  const usage = span.usage?.scope === 'leaf' ? span.usage : undefined;
  return {
    ...none,
    llmCalls: 1,
    failedLlmCalls: isFailed ? 1 : 0,
    inputTokens: usage?.inputTokens ?? 0,
    outputTokens: usage?.outputTokens ?? 0,
    costNanoUsd: span.costNanoUsd ?? 0,
    unpricedCalls: usage !== undefined && span.costNanoUsd === undefined ? 1 : 0,
  };
}

/** A call around another one repeats its tokens. */
const isWrapper = (span: Span, reader: SpanReader): boolean =>
  reader.childSpanIds(span.key).some((id) => reader.getSpan(spanKeyOf(span.runId, id))?.kind === 'llm');

export const none: MetricCounts = {
  llmCalls: 0,
  failedLlmCalls: 0,
  toolCalls: 0,
  failedToolCalls: 0,
  inputTokens: 0,
  outputTokens: 0,
  costNanoUsd: 0,
  unpricedCalls: 0,
};
