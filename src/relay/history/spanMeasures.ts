import type { SpanCharge } from '../../fold/chargeLedger.ts';
import type { SpanId } from '../../model/ids.ts';
import { undatedModelName } from '../../model/modelName.ts';
import type { Span } from '../../model/span.ts';
import { modelOfSpan } from './runFacets.ts';

/** One thing to count: a charged call, a tool call, a failed span. A span can be all three. */
export interface SpanMeasure {
  readonly kind: 'call' | 'tool' | 'error';
  readonly spanId: SpanId;
  /** End, else start, else 0. */
  readonly atMs: number;
  readonly agentName?: string | undefined;
  /** Of a call the tool it was made in; of a tool its name. */
  readonly toolName?: string | undefined;
  /** Without its date. */
  readonly modelName?: string | undefined;
  /** Of ended calls and tools. */
  readonly latencyMs?: number | undefined;
  readonly isFailed: boolean;
  /** Of calls. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly totalTokens: number;
  /** `undefined`: unpriced. */
  readonly costNanoUsd?: number | undefined;
}

export const noTokens = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

export const isToolCall = ({ kind }: Span): boolean => kind === 'tool';
export const isFailedSpan = ({ status }: Span): boolean => status === 'error';

export const toolMeasureOf = (span: Span): SpanMeasure => ({ kind: 'tool', ...baseOf(span), ...noTokens });
export const errorMeasureOf = (span: Span): SpanMeasure => ({ kind: 'error', ...baseOf(span), ...noTokens });
export function callMeasureOf({ span, counts, agentName, modelName, toolName }: SpanCharge): SpanMeasure {
  const { inputTokens, outputTokens, totalTokens } = counts;
  const names = { agentName, toolName, modelName };
  const tokens = { inputTokens, outputTokens, totalTokens };
  return { ...baseOf(span), kind: 'call', ...names, ...tokens, costNanoUsd: span.costNanoUsd };
}

/** What the spans of a run add to metrics and errors. O(spans) */
export function* spanMeasuresOf(spans: Iterable<Span>, charges: Iterable<SpanCharge>): Iterable<SpanMeasure> {
  for (const charge of charges) yield callMeasureOf(charge);
  for (const span of spans) {
    if (isToolCall(span)) yield toolMeasureOf(span);
    if (isFailedSpan(span)) yield errorMeasureOf(span);
  }
}

function baseOf(span: Span) {
  const { spanId, startedAtMs, endedAtMs, agentName, kind, name, status } = span;
  const model = modelOfSpan(span);
  return {
    spanId,
    atMs: endedAtMs ?? startedAtMs ?? 0,
    agentName,
    toolName: kind === 'tool' && name !== '' ? name : undefined,
    modelName: model === undefined ? undefined : undatedModelName(model),
    latencyMs: startedAtMs !== undefined && endedAtMs !== undefined ? Math.max(0, endedAtMs - startedAtMs) : undefined,
    isFailed: status === 'error',
  };
}
