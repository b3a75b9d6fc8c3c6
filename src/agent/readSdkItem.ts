import { asText, isRecord } from '../adapters/looseRecord.ts';
import { readProperty as read } from './readProperty.ts';
import { type SnapshotLimits, snapshotValue } from './snapshotValue.ts';

/**
 * Far above what is sent of a part: what is cut here is never sent, so redaction still sees whole what is.
 * It only bounds the time that a callback can take.
 */
const READ_LIMITS: SnapshotLimits = { maxBytes: 2_000_000, maxDepth: 64, maxNodes: 100_000 };

/** A trace or span record as the SDK would export it, in plain JSON. */
export type SdkRecord = Readonly<Record<string, unknown>>;

export interface SdkSpanSnapshot {
  readonly item: SdkRecord;
  /** What the process can read and the export leaves out. */
  readonly inProcess: { readonly input?: unknown; readonly response?: unknown };
  readonly traceMetadata?: SdkRecord | undefined;
}

/** @returns the record of a trace; `undefined` for anything that is none, e.g. while tracing is off */
export function readSdkTrace(trace: unknown): SdkRecord | undefined {
  const exported = callToJSON(trace);
  const item: Record<string, unknown> = isRecord(exported) ? exported : {};
  item.object = 'trace';
  item.id = asText(item.id) ?? asText(read(trace, 'traceId'));
  item.workflow_name ??= asText(read(trace, 'name'));
  item.group_id ??= asText(read(trace, 'groupId'));
  item.metadata ??= snapshotValue(read(trace, 'metadata'), READ_LIMITS).value;
  return isUsable(item.id) ? item : undefined;
}

/** @returns the record of a span with its in-process fields; `undefined` for anything that is none */
export function readSdkSpan(span: unknown): SdkSpanSnapshot | undefined {
  const exported = callToJSON(span);
  const spanData = read(span, 'spanData');
  const item: Record<string, unknown> = isRecord(exported) ? exported : {};
  item.object = 'trace.span';
  item.id = asText(item.id) ?? asText(read(span, 'spanId'));
  item.trace_id = asText(item.trace_id) ?? asText(read(span, 'traceId'));
  item.parent_id ??= asText(read(span, 'parentId'));
  item.started_at ??= asText(read(span, 'startedAt'));
  item.ended_at ??= asText(read(span, 'endedAt'));
  if (!isRecord(item.span_data)) item.span_data = exportableData(spanData);
  if (!isUsable(item.id) || !isUsable(item.trace_id)) return undefined;
  const input = snapshotValue(read(spanData, '_input'), READ_LIMITS).value;
  const response = snapshotValue(read(spanData, '_response'), READ_LIMITS).value;
  const traceMetadata = snapshotValue(read(span, 'traceMetadata'), READ_LIMITS).value;
  return {
    item,
    inProcess: { ...(input === undefined ? {} : { input }), ...(response === undefined ? {} : { response }) },
    traceMetadata: isRecord(traceMetadata) ? traceMetadata : undefined,
  };
}

/** `no-op` is what the SDK calls the traces and spans of a process whose tracing is off. */
const isUsable = (id: unknown): id is string => typeof id === 'string' && id !== '' && id !== 'no-op';

/** @returns a copy of our own */
function callToJSON(item: unknown): unknown {
  const toJSON = read(item, 'toJSON');
  if (typeof toJSON !== 'function') return undefined;
  try {
    return snapshotValue((toJSON as () => unknown).call(item), READ_LIMITS).value;
  } catch {
    return undefined;
  }
}

/** For a span whose `toJSON` is missing or throws: its data without the private fields. */
function exportableData(spanData: unknown): SdkRecord {
  const copied = snapshotValue(spanData, READ_LIMITS).value;
  if (!isRecord(copied)) return { type: 'custom', name: '', data: {} };
  return Object.fromEntries(Object.entries(copied).filter(([key]) => !key.startsWith('_')));
}
