import { asRecord } from '../adapters/looseRecord.ts';
import { readSpanItem, readTraceItem } from '../adapters/openai-agents/index.ts';
import type { EventDraft } from './eventEmitter.ts';
import type { SdkRecord, SdkSpanSnapshot } from './readSdkItem.ts';

/** Which callback of the SDK brought it. */
export type Moment = 'start' | 'end';

/** What the runs of this processor are marked with; the same mark that files of the JavaScript SDK get. */
const SOURCE = 'openai-agents-js';

/**
 * A trace callback as a fact. A trace carries no times, and none are made up: a trace can be opened again, and its spans
 * say when it began and ended.
 */
export function mapSdkTrace(item: SdkRecord, moment: Moment, nowMs: number): EventDraft[] {
  const facts = readTraceItem(item);
  if (!facts) return [];
  return [
    { type: `run.${moment}`, ts: nowMs, run: facts.run, a: { ...facts.a, source: SOURCE }, detail: facts.detail },
  ];
}

/** The start of a run whose trace record was not seen, because it began before the processor was added. */
export function mapUnseenTrace({ item, traceMetadata }: SdkSpanSnapshot, nowMs: number): EventDraft[] {
  return mapSdkTrace({ id: item.trace_id, metadata: traceMetadata }, 'start', nowMs);
}

/**
 * A span callback as a fact: the same that the adapter reads out of the exporter's batches, with what only the process sees.
 * @param callId - of the call that a tool span carried out, where it is known
 */
export function mapSdkSpan(
  { item, inProcess }: SdkSpanSnapshot,
  moment: Moment,
  nowMs: number,
  callId: string | undefined,
): EventDraft[] {
  const isEnd = moment === 'end';
  // The callback is the truth: a span whose time cannot be read has ended all the same.
  const hasEnd = typeof item.ended_at === 'string' && Number.isFinite(Date.parse(item.ended_at));
  const endedAt = isEnd ? (hasEnd ? item.ended_at : new Date(nowMs).toISOString()) : null;
  const facts = readSpanItem(item.ended_at === endedAt ? item : { ...item, ended_at: endedAt }, inProcess);
  if (!facts) return [];
  const { run, span, parent, a, detail } = facts;
  const ts = a.endedAtMs ?? a.startedAtMs ?? nowMs;
  return [
    {
      type: isEnd ? 'span.end' : 'span.start',
      ts,
      run,
      span,
      parent,
      a: callId === undefined ? a : { ...a, callId },
      detail,
    },
  ];
}

/** A model call that ended well and shows neither input nor output: the SDK was told to withhold the content. */
export function isContentWithheldIn({ item, inProcess }: SdkSpanSnapshot): boolean {
  const spanData = asRecord(item.span_data);
  if (item.error) return false;
  if (spanData.type === 'response') return inProcess.input === undefined && inProcess.response === undefined;
  return spanData.type === 'generation' && spanData.input === undefined && spanData.output === undefined;
}
