import type { Detail } from '../../model/detail.ts';
import type { EventFields } from '../../model/event.ts';
import { asRunId, asSpanId, type RunId, type SpanId } from '../../model/ids.ts';
import type { SpanKind } from '../../model/span.ts';
import type { Usage } from '../../model/usage.ts';
import { parseContent, parseRecord } from '../content.ts';
import { parseIsoTime } from '../isoTime.ts';
import { asRecord, asText, type LooseRecord, restOf } from '../looseRecord.ts';
import { isUsableId, nameOf } from '../names.ts';
import { embeddingNames, langfuseTypes } from '../otlp/kinds.ts';
import { readError } from '../readError.ts';
import { nanoUsdOf, readCostDetails, readUsageDetails } from './readUsageDetails.ts';

type Fields = { -readonly [Name in keyof EventFields<'span.end'>]: EventFields<'span.end'>[Name] };

/** What an observation says, as the parts of an event: the caller gives it a type, a time and an id. */
export interface ObservationReading {
  readonly run: RunId;
  readonly span: SpanId;
  readonly parent: SpanId | undefined;
  readonly isEnded: boolean;
  readonly a: EventFields<'span.end'>;
  readonly detail: Detail | undefined;
}

/** Hears what could not be read: the field within the observation, a code and a reason. */
export type FaultListener = (field: string, code: string, reason: string) => void;

/** Fields that are read, or that only repeat others: ids, sums and times that are computed here. */
const taken: ReadonlySet<string> = new Set([
  'id',
  'traceId',
  'projectId',
  'parentObservationId',
  'type',
  'name',
  'startTime',
  'endTime',
  'completionStartTime',
  'level',
  'statusMessage',
  'model',
  'providedModelName',
  'modelId',
  'usage',
  'usageDetails',
  'costDetails',
  'input',
  'output',
  'metadata',
  'latency',
  'timeToFirstToken',
  'createdAt',
  'updatedAt',
  'inputCost',
  'outputCost',
  'totalCost',
  'inputUsage',
  'outputUsage',
  'totalUsage',
  'promptTokens',
  'completionTokens',
  'totalTokens',
  'calculatedInputCost',
  'calculatedOutputCost',
  'calculatedTotalCost',
  'internalModel',
  'internalModelId',
  'unit',
  // of the trace around it
  'traceName',
  'userId',
  'sessionId',
  'tags',
]);

function readTime(record: LooseRecord, field: string, onFault: FaultListener): number | undefined {
  const value = record[field];
  if (value === undefined || value === null) return undefined;
  const timeMs = parseIsoTime(value);
  if (timeMs === undefined)
    onFault(field, 'langfuse.bad-time', 'The time is not ISO-8601 between 1970 and 9999; left out.');
  return timeMs;
}

const errorLevel = 'ERROR';

/** @param traceId - of the trace around it, for an observation that names none */
export function readObservation(
  record: LooseRecord,
  traceId: unknown,
  onFault: FaultListener,
): ObservationReading | undefined {
  const id = record['id'];
  const run = record['traceId'] ?? traceId;
  if (!isUsableId(id) || !isUsableId(run)) {
    const field = isUsableId(id) ? 'traceId' : 'id';
    onFault(field, 'langfuse.bad-id', 'An observation needs an id and a trace id of 1 to 256 plain characters.');
    return undefined;
  }
  const type = asText(record['type']);
  const kind =
    type === undefined ? 'custom' : (langfuseTypes.get(type) ?? langfuseTypes.get(type.toUpperCase()) ?? 'custom');
  const startedAtMs = readTime(record, 'startTime', onFault);
  const isMoment = type === 'EVENT';
  const endedAtMs = readTime(record, 'endTime', onFault) ?? (isMoment ? startedAtMs : undefined);
  const isEnded = endedAtMs !== undefined;
  const isError = record['level'] === errorLevel;
  const a: Fields = { kind };
  const name = nameOf(record['name']);
  if (name !== undefined) a.name = name;
  if (startedAtMs !== undefined) a.startedAtMs = startedAtMs;
  if (isEnded) a.endedAtMs = endedAtMs;
  if (isEnded || isError) a.status = isError ? 'error' : 'ok';
  if (type !== undefined) a.sourceType = nameOf(type);
  if (type !== undefined && embeddingNames.has(type)) a.operation = 'embedding';
  const model = nameOf(record['model'] ?? record['providedModelName']);
  if (model !== undefined) a.model = model;
  const firstTokenAtMs = readTime(record, 'completionStartTime', onFault);
  if (firstTokenAtMs !== undefined) a.firstTokenAtMs = firstTokenAtMs;
  const usage = usageOf(record, kind);
  if (usage !== undefined) a.usage = usage;
  const cost = costOf(record);
  if (cost !== undefined) a.reportedCostNanoUsd = cost;
  const metadata = parseContent(record['metadata']);
  addAttributes(a, kind, parseRecord(parseRecord(metadata)?.['attributes']), parseRecord(record['modelParameters']));
  const message = asText(record['statusMessage']);
  const error = isError ? readError(message ?? true, kind) : undefined;
  if (error?.errorType !== undefined) a.errorType = error.errorType;
  if (error) a.errorCode = error.errorCode;
  const parent = record['parentObservationId'];
  if (parent !== undefined && parent !== null && parent !== '' && !isUsableId(parent)) {
    onFault('parentObservationId', 'langfuse.bad-id', 'The parent is no id; left out.');
  }
  return {
    run: asRunId(run),
    span: asSpanId(id),
    parent: isUsableId(parent) ? asSpanId(parent) : undefined,
    isEnded,
    a,
    detail: detailOf(record, metadata, error?.detail ?? (message === undefined ? undefined : { message })),
  };
}

const tokens = 'TOKENS';

function usageOf(record: LooseRecord, kind: SpanKind): Usage | undefined {
  const usage = parseRecord(record['usage']);
  // older exports also counted characters, images, seconds
  if ((usage?.['unit'] ?? record['unit'] ?? tokens) !== tokens) return undefined;
  const counts =
    readUsageDetails(parseRecord(record['usageDetails'])) ??
    nonZero(readUsageDetails(usage)) ??
    nonZero(readUsageDetails({ ...pickCounts(record) }));
  return counts && { scope: kind === 'llm' ? 'leaf' : 'aggregate', ...counts };
}

/** Older exports write 0 for what was never counted; only `usageDetails` is empty then. */
const nonZero = <T extends object>(counts: T | undefined): T | undefined =>
  counts && Object.values(counts).some((count) => count !== 0) ? counts : undefined;

const pickCounts = ({
  promptTokens,
  completionTokens,
  totalTokens,
  inputUsage,
  outputUsage,
  totalUsage,
}: LooseRecord) => ({
  input: promptTokens ?? inputUsage,
  output: completionTokens ?? outputUsage,
  total: totalTokens ?? totalUsage,
});

function costOf(record: LooseRecord): number | undefined {
  const reported = readCostDetails(parseRecord(record['costDetails']));
  if (reported !== undefined) return reported;
  const total = nanoUsdOf(record['calculatedTotalCost']) ?? nanoUsdOf(record['totalCost']);
  return total === 0 ? undefined : total; // 0 stands for unknown here
}

/** What came over OpenTelemetry keeps its attributes in the metadata. */
function addAttributes(
  a: Fields,
  kind: SpanKind,
  attributes: LooseRecord | undefined,
  parameters: LooseRecord | undefined,
): void {
  const from = asRecord(attributes);
  if (kind === 'llm') {
    const provider = nameOf(from['gen_ai.system'] ?? from['llm.provider'] ?? from['llm.system']);
    if (provider !== undefined) a.provider = provider;
    const requestModel = nameOf(from['gen_ai.request.model'] ?? from['ai.model.id']);
    if (requestModel !== undefined) a.requestModel = requestModel;
    const finishReason = nameOf(from['ai.response.finishReason'] ?? parameters?.['finishReason']);
    if (finishReason !== undefined) a.finishReason = finishReason;
  }
  if (kind !== 'tool') return;
  const callId = nameOf(from['gen_ai.tool.call.id'] ?? from['ai.toolCall.id']);
  if (callId !== undefined) a.callId = callId;
}

function detailOf(record: LooseRecord, metadata: unknown, error: Detail['error']): Detail | undefined {
  const detail: { -readonly [Part in keyof Detail]: Detail[Part] } = {};
  const input = parseContent(record['input']);
  if (input !== undefined) detail.input = input;
  const output = parseContent(record['output']);
  if (output !== undefined) detail.output = output;
  if (metadata !== undefined) detail.metadata = metadata;
  if (error !== undefined) detail.error = error;
  const attributes = restOf(record, taken);
  if (attributes !== undefined) detail.attributes = attributes;
  for (const _part in detail) return detail;
  return undefined;
}
