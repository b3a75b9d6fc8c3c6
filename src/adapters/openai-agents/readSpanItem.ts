import type { Detail } from '../../model/detail.ts';
import { asRunId, asSpanId, type RunId, type SpanId } from '../../model/ids.ts';
import { parseIsoTime } from '../isoTime.ts';
import { addDefined, asRecord, asText, isRecord, type LooseRecord, restOf, saysAnything } from '../looseRecord.ts';
import { isUsableId, nameOf } from '../names.ts';
import { readError } from '../readError.ts';
import { type InProcessData, type SpanFields, type SpanType, spanTypes } from './spanTypes.ts';

/** What a span record says, as the parts of an event: the caller gives it a type, a time and an id. */
export interface SpanFacts {
  readonly run: RunId;
  readonly span: SpanId;
  readonly parent?: SpanId | undefined;
  readonly isEnded: boolean;
  readonly a: SpanFields;
  readonly detail?: Detail | undefined;
}

const unknownType: SpanType = {
  kind: 'custom',
  takes: new Set(['type', 'name']),
  read: ({ name, type }) => ({ fields: { name: nameOf(name) ?? nameOf(type) } }),
};

function typeOf(data: LooseRecord): { readonly name: string | undefined; readonly type: SpanType } {
  const name = asText(asRecord(data['data'])['sdk_span_type']) ?? asText(data['type']);
  const type = name !== undefined && Object.hasOwn(spanTypes, name) ? spanTypes[name] : undefined;
  return { name: nameOf(name), type: type ?? unknownType };
}

/**
 * Reads a `trace.span` record of the OpenAI Agents SDK (JS or Python, live or exported), with what the process knows of it.
 * @param inProcess - `_input` and `_response` of the JS SDK's span data, `input` and `response` of the Python SDK's
 * @returns `undefined` for what has no usable ids
 */
export function readSpanItem(item: unknown, inProcess: InProcessData = {}): SpanFacts | undefined {
  const record = asRecord(item);
  const { id, trace_id: traceId, parent_id: parentId } = record;
  if (!isUsableId(id) || !isUsableId(traceId)) return undefined;
  const data = asRecord(record['span_data']);
  const { name, type } = typeOf(data);
  const { fields, detail } = type.read(data, inProcess);
  const endedAtMs = parseIsoTime(record['ended_at']);
  const isEnded = endedAtMs !== undefined;
  const fault = readError(record['error'], type.kind);
  const startedAtMs = parseIsoTime(record['started_at']);
  const a: { -readonly [Name in keyof SpanFields]: SpanFields[Name] } = { kind: type.kind };
  if (name !== undefined) a.sourceType = name;
  if (startedAtMs !== undefined) a.startedAtMs = startedAtMs;
  if (isEnded) {
    a.endedAtMs = endedAtMs;
    a.status = fault ? 'error' : 'ok';
  }
  addDefined(a, fields);
  if (fault) {
    if (fault.errorType !== undefined) a.errorType = fault.errorType;
    a.errorCode = fault.errorCode;
    if (fault.isRejection) a.isExecuted = false;
    if (fault.isRejection && fault.callId !== undefined) a.callId = fault.callId;
  }
  return {
    run: asRunId(traceId),
    span: asSpanId(id),
    parent: isUsableId(parentId) ? asSpanId(parentId) : undefined,
    isEnded,
    a,
    detail: detailOf(record, data, type, detail, fault?.detail),
  };
}

function detailOf(
  record: LooseRecord,
  data: LooseRecord,
  type: SpanType,
  read: Detail | undefined,
  error: Detail['error'],
): Detail | undefined {
  const left = restOf(data, type.takes);
  const own = read?.attributes;
  const detail: { -readonly [Part in keyof Detail]: Detail[Part] } = {};
  if (read?.input !== undefined) detail.input = read.input;
  if (read?.output !== undefined) detail.output = read.output;
  if (read?.instructions !== undefined) detail.instructions = read.instructions;
  const attributes = isRecord(own) && left ? { ...own, ...left } : (own ?? left);
  if (attributes !== undefined) detail.attributes = attributes;
  if (error !== undefined) detail.error = error;
  if (isRecord(record['metadata'])) detail.metadata = record['metadata'];
  return saysAnything(detail) ? detail : undefined;
}
