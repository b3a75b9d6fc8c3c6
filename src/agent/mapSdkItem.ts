import type { EventDraft } from './eventEmitter.ts';
import { asText, isRecord } from './looseRecord.ts';
import type { SdkRecord, SdkSpanSnapshot } from './readSdkItem.ts';

type Moment = 'start' | 'end';

export function mapSdkTrace(item: SdkRecord, moment: Moment, nowMs: number): EventDraft[] {
  return [{ type: `run.${moment}`, ts: nowMs, run: String(item.id), a: { name: asText(item.workflow_name) } }];
}

export function mapSdkSpan({ item }: SdkSpanSnapshot, moment: Moment, nowMs: number): EventDraft[] {
  return [{ type: `span.${moment}`, ts: nowMs, run: String(item.trace_id), span: String(item.id), a: {} }];
}

/** Ids of the calls that a model call asked for: an interruption names its call and not its run. */
export function callIdsOf({ inProcess, item }: SdkSpanSnapshot): string[] {
  const output = isRecord(inProcess.response) ? inProcess.response.output : undefined;
  const spanData = isRecord(item.span_data) ? item.span_data : {};
  const responses = listOf(output).map(({ call_id: callId, callId: inner }) => asText(callId) ?? asText(inner));
  const completions = listOf(spanData.output)
    .flatMap(({ choices }) => listOf(choices))
    .flatMap(({ message }) => (isRecord(message) ? listOf(message.tool_calls) : []))
    .map(({ id }) => asText(id));
  return [...responses, ...completions].filter((id) => id !== undefined);
}

/** A model call that ended well and shows neither input nor output: the SDK was told to withhold the content. */
export function isContentWithheldIn({ item, inProcess }: SdkSpanSnapshot): boolean {
  const spanData = isRecord(item.span_data) ? item.span_data : {};
  if (item.error) return false;
  if (spanData.type === 'response') return inProcess.input === undefined && inProcess.response === undefined;
  return spanData.type === 'generation' && spanData.input === undefined && spanData.output === undefined;
}

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);
