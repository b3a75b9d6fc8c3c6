import type { Format } from '../../hooks/format/createFormat.ts';
import type { Messages } from '../../hooks/messages/index.ts';
import type { Span } from '../../model/span.ts';
import type { SpanTreeRow } from '../../store/tree/index.ts';

export const isOpenSpan = (span: Span | undefined): boolean =>
  span !== undefined && !span.isPlaceholder && (span.status === 'running' || span.status === 'waiting');

/** What a span is called in its row. */
export function nameOf(span: Span | undefined, messages: Messages): string {
  if (span === undefined) return messages.common.loading;
  if (span.isPlaceholder) return messages.common.parentNotReceived;
  if (span.kind === 'handoff' && span.toAgent) return messages.spanTree.handoffTo(span.toAgent);
  if (span.kind === 'turn' && span.turn !== undefined) return messages.spanTree.turn(String(span.turn));
  return span.name || span.model || span.agentName || messages.common.kind[span.kind];
}

/** Which try of how many it is; empty where there was one only. */
export const attemptOf = ({ attempt, attempts }: SpanTreeRow, { spanTree }: Messages): string =>
  attempt === undefined || attempts === undefined ? '' : spanTree.attempt(String(attempt), String(attempts));

/** The short fact beside the name. */
export function metaOf(span: Span | undefined, row: SpanTreeRow, messages: Messages, format: Format): string {
  if (span === undefined) return '';
  const { spanTree } = messages;
  const facts: (string | undefined)[] = [];
  if (span.isPlaceholder) facts.push(spanTree.spans(row.childCount, format.count(row.childCount)));
  if (span.kind === 'llm') facts.push(modelOf(span, nameOf(span, messages)));
  if (isCached(span)) facts.push(spanTree.cached);
  if (span.kind === 'guardrail' && span.triggered) facts.push(spanTree.tripped);
  if (span.kind === 'mcp' || (span.kind === 'tool' && span.server)) facts.push(span.server);
  if (span.kind === 'custom' && !span.isPlaceholder) facts.push(span.operation);
  if (span.isExecuted === false) facts.push(spanTree.notExecuted);
  if (span.status === 'error' || span.status === 'cancelled') facts.push(span.errorType ?? span.errorCode);
  return facts.filter(Boolean).join(' · ');
}

/** The model as it was asked for: without the date that the provider adds. Nothing where the name says it already. */
function modelOf({ model, requestModel }: Span, name: string): string | undefined {
  const shown = requestModel !== undefined && model?.startsWith(requestModel) ? requestModel : model;
  return shown === name ? undefined : shown;
}

/** Kinds that only contain others. */
export const isContainer = ({ kind }: Span): boolean => kind === 'agent' || kind === 'task' || kind === 'turn';

/** The whole prompt came from a cache. */
export function isCached({ kind, usage }: Span): boolean {
  const { inputTokens, cachedInputTokens } = usage ?? {};
  return kind === 'llm' && inputTokens !== undefined && inputTokens > 0 && (cachedInputTokens ?? 0) >= inputTokens;
}

/** How long it took, ms; `undefined` while it runs, for an instant without an end, and for what was not received. */
export const durationOf = (span: Span | undefined): number | undefined =>
  span?.startedAtMs === undefined || span.endedAtMs === undefined || span.isPlaceholder || span.kind === 'handoff'
    ? undefined
    : Math.max(0, span.endedAtMs - span.startedAtMs);
