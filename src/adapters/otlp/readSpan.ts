import type { Detail, ErrorDetail } from '../../model/detail.ts';
import type { EventFields } from '../../model/event.ts';
import { asRunId, asSpanId, type RunId, type SpanId } from '../../model/ids.ts';
import { type SpanKind, type SpanStatus, spanStatuses } from '../../model/span.ts';
import { isTimeMs } from '../../model/units.ts';
import { parseContent, parseRecord } from '../content.ts';
import { nameOf } from '../names.ts';
import { readError } from '../readError.ts';
import { AttributeSlots } from './attributeSlots.ts';
import { slotOf } from './attributeTable.ts';
import { idOf } from './ids.ts';
import { readHandoff } from './readHandoff.ts';
import { readKind } from './readKind.ts';
import { readLinks } from './readLinks.ts';
import { readName } from './readName.ts';
import { readSpanEvents, type SpanEventReading } from './readSpanEvents.ts';
import { readStatus, type StatusReading } from './readStatus.ts';
import { readCost, readUsage } from './readUsage.ts';
import { msOfNanos } from './times.ts';
import type { OtlpSpan, ValueReader } from './types.ts';

type Fields = { -readonly [Name in keyof EventFields<'span.end'>]: EventFields<'span.end'>[Name] };
type DetailDraft = { -readonly [Part in keyof Detail]: Detail[Part] };

/** What a span says of the run it is part of. */
export interface RunHints {
  readonly userId: string | undefined;
  readonly sessionId: string | undefined;
  readonly groupId: string | undefined;
  readonly tags: readonly string[] | undefined;
  readonly name: string | undefined;
}

/** A span as the parts of an event: the caller gives it a type, a time and an id. */
export interface SpanReading {
  readonly run: RunId;
  readonly span: SpanId;
  readonly parent: SpanId | undefined;
  readonly isEnded: boolean;
  readonly a: EventFields<'span.end'>;
  readonly detail: Detail | undefined;
  /** `undefined` where it says nothing of the run, as most spans do. */
  readonly hints: RunHints | undefined;
}

/** Hears what could not be read: the field within the span, a code and a reason. */
export type SpanFaultListener = (field: string, code: string, reason: string) => void;

/** Fields that go into the event as the attribute gave them. */
const plainFields = [
  'provider',
  'model',
  'requestModel',
  'callId',
  'server',
  'attempt',
  'turn',
  'fromAgent',
  'toAgent',
  'triggered',
  'isExecuted',
  'toolNames',
  'handoffNames',
] as const satisfies readonly (keyof Fields)[];
const plainSlots = plainFields.map((name) => [name, slotOf(name)] as const);

const slot = {
  spanlightKind: slotOf('spanlightKind'),
  agentName: slotOf('agentName'),
  finishReason: slotOf('finishReason'),
  input: slotOf('input'),
  output: slotOf('output'),
  instructions: slotOf('instructions'),
  metadata: slotOf('metadata'),
  ownDetail: slotOf('ownDetail'),
  ownOperation: slotOf('ownOperation'),
  runId: slotOf('runId'),
  spanId: slotOf('spanId'),
  parentId: slotOf('parentId'),
  sourceType: slotOf('sourceType'),
  name: slotOf('name'),
  status: slotOf('status'),
  errorType: slotOf('errorType'),
  errorCode: slotOf('errorCode'),
  costNanoUsd: slotOf('costNanoUsd'),
  costSource: slotOf('costSource'),
  priceVersion: slotOf('priceVersion'),
  firstTokenAtMs: slotOf('firstTokenAtMs'),
  firstTokenAfterMs: slotOf('firstTokenAfterMs'),
  userId: slotOf('userId'),
  sessionId: slotOf('sessionId'),
  groupId: slotOf('groupId'),
  tags: slotOf('tags'),
  runName: slotOf('runName'),
} as const;

const noEvents: readonly unknown[] = [];

/** AI SDK providers carry the API they speak: `openai.responses`. */
const apiSuffix = /\.(?:responses|chat|completion|messages|generative-ai|embedding|image|speech|transcription)$/;

/**
 * Reads spans one after another, whatever encoding they came in.
 * @remarks One reader for many spans: it uses its attribute slots again, so it must not be entered twice at a time.
 */
export class SpanReader {
  /** What our own export says beside the span: its price. Read it before the next span. */
  readonly slots = new AttributeSlots();
  private readonly valueOf: ValueReader;

  constructor(valueOf: ValueReader) {
    this.valueOf = valueOf;
  }

  /** @returns `undefined` for what has no usable ids, which was told */
  read(span: OtlpSpan, onFault: SpanFaultListener): SpanReading | undefined {
    const { slots, valueOf } = this;
    slots.clear();
    readAttributes(span.attributes, slots, valueOf, onFault);
    const events = Array.isArray(span.events)
      ? readSpanEvents(span.events, valueOf, slots)
      : readSpanEvents(noEvents, valueOf, slots);
    const { values } = slots;
    const isOwn = values[slot.spanlightKind] !== undefined;
    const run = (values[slot.runId] as string | undefined) ?? idOf(span.traceId, 16);
    const id = (values[slot.spanId] as string | undefined) ?? idOf(span.spanId, 8);
    if (run === undefined || id === undefined) {
      const field = run === undefined ? 'traceId' : 'spanId';
      onFault(
        field,
        'otlp.bad-id',
        'A span needs a trace id and a span id: hex, base64, or 1 to 256 plain characters.',
      );
      return undefined;
    }
    const parent = (values[slot.parentId] as string | undefined) ?? parentOf(span.parentSpanId, onFault);
    const startedAtMs = timeOf(span.startTimeUnixNano, 'startTimeUnixNano', onFault);
    const endedAtMs = timeOf(span.endTimeUnixNano, 'endTimeUnixNano', onFault);
    const isEnded = endedAtMs !== undefined;
    const spanName = nameOf(span.name);
    const reading = readKind(values, span.kind);
    const handoff = reading.kind === 'tool' ? readHandoff(values, spanName) : undefined;
    const kind = handoff ? 'handoff' : reading.kind;
    const a: Fields = { kind };
    const name = isOwn ? ((values[slot.name] as string | undefined) ?? spanName) : readName(values, kind, spanName);
    if (name !== undefined) a.name = name;
    if (startedAtMs !== undefined) a.startedAtMs = startedAtMs;
    if (isEnded) a.endedAtMs = endedAtMs;
    const status = statusOf(span.status, isEnded, onFault);
    const own = ownStatus(values[slot.status]);
    if (own !== undefined) a.status = own;
    else if (isEnded && status.status !== undefined) a.status = status.status;
    for (let index = 0; index < plainSlots.length; index += 1) {
      const [field, at] = plainSlots[index] as (typeof plainSlots)[number];
      const value = values[at];
      if (value !== undefined) (a as Record<string, unknown>)[field] = value;
    }
    const agentName = values[slot.agentName] as string | undefined;
    if (agentName !== undefined && (isOwn || kind !== 'agent')) a.agentName = agentName;
    if (!isOwn && a.provider !== undefined) a.provider = a.provider.replace(apiSuffix, '');
    if (handoff) {
      a.fromAgent ??= handoff.fromAgent;
      a.toAgent ??= handoff.toAgent;
    }
    const usage = readUsage(values, kind);
    if (usage !== undefined) a.usage = usage;
    const cost = isOwn ? ownCostOf(values) : readCost(values);
    if (cost !== undefined) a.reportedCostNanoUsd = cost;
    const finish = values[slot.finishReason] as readonly string[] | undefined;
    if (finish !== undefined) a.finishReason = finish[0];
    const operation = (values[slot.ownOperation] ?? (reading.isEmbedding ? 'embedding' : undefined)) as
      | string
      | undefined;
    if (operation !== undefined) a.operation = operation;
    const sourceType = isOwn ? (values[slot.sourceType] as string | undefined) : reading.sourceType;
    if (sourceType !== undefined) a.sourceType = sourceType;
    const firstTokenAtMs = firstTokenOf(values, startedAtMs, events);
    if (firstTokenAtMs !== undefined) a.firstTokenAtMs = firstTokenAtMs;
    const links = readLinks(span.links, valueOf);
    if (links !== undefined) a.links = links;
    const error = isOwn ? ownErrorOf(values, a) : errorOf(slots, kind, status, events, a);
    return {
      run: asRunId(run),
      span: asSpanId(id),
      parent: parent === undefined ? undefined : asSpanId(parent),
      isEnded,
      a,
      detail: detailOf(slots, kind, events, error),
      hints: hintsOf(values),
    };
  }
}

function readAttributes(raw: unknown, slots: AttributeSlots, valueOf: ValueReader, onFault: SpanFaultListener): void {
  if (raw === undefined || raw === null) return;
  if (!Array.isArray(raw))
    return onFault('attributes', 'otlp.bad-attributes', 'Attributes are a list of {key, value}; left out.');
  const strangers = slots.read(raw, valueOf, (key) =>
    onFault(
      `attributes[${key}]`,
      'otlp.bad-value',
      'The value is of another type than the attribute has; kept as it is.',
    ),
  );
  if (strangers > 0)
    onFault('attributes', 'otlp.bad-attributes', `${strangers} of the attributes have no key; left out.`);
}

function parentOf(raw: unknown, onFault: SpanFaultListener): string | undefined {
  if (raw === undefined || raw === null || raw === '') return undefined;
  const parent = idOf(raw, 8);
  if (parent === undefined && !isZero(raw)) onFault('parentSpanId', 'otlp.bad-id', 'The parent is no id; left out.');
  return parent;
}

const isZero = (raw: unknown): boolean =>
  raw instanceof Uint8Array ? raw.every((byte) => byte === 0) : typeof raw === 'string' && /^(?:0+|A+=*)$/.test(raw);

function timeOf(raw: unknown, field: string, onFault: SpanFaultListener): number | undefined {
  const timeMs = msOfNanos(raw);
  if (timeMs === undefined)
    onFault(field, 'otlp.bad-time', 'The time is no number of nanoseconds between 1970 and 9999; left out.');
  return timeMs === 0 ? undefined : timeMs;
}

const unread: StatusReading = { isError: false, status: undefined, message: undefined };

function statusOf(raw: unknown, isEnded: boolean, onFault: SpanFaultListener): StatusReading {
  const status = readStatus(raw);
  if (status === undefined || (status.status === undefined && isEnded)) {
    onFault('status', 'otlp.bad-status', 'The status is none of unset, ok and error; left out.');
  }
  return status ?? unread;
}

/** A cost that the source reported carries no version of a price table. */
export const isReportOf = (values: readonly unknown[]): boolean =>
  values[slot.costSource] === 'reported' && values[slot.priceVersion] === undefined;

/** A price is told apart from what the source reported. */
const ownCostOf = (values: readonly unknown[]): number | undefined =>
  isReportOf(values) ? (values[slot.costNanoUsd] as number | undefined) : undefined;

const ownStatus = (value: unknown): SpanStatus | undefined => spanStatuses.find((status) => status === value);

function firstTokenOf(
  values: readonly unknown[],
  startedAtMs: number | undefined,
  events: SpanEventReading,
): number | undefined {
  const atMs = values[slot.firstTokenAtMs] as number | undefined;
  if (atMs !== undefined) return isTimeMs(atMs) ? atMs : undefined;
  if (events.firstTokenAtMs !== undefined) return events.firstTokenAtMs;
  const afterMs = values[slot.firstTokenAfterMs] as number | undefined;
  const sum = afterMs === undefined || startedAtMs === undefined ? undefined : startedAtMs + afterMs;
  return isTimeMs(sum) ? sum : undefined;
}

const bareStatus = /^[45]\d{2}$/;

/** What our own export wrote; the text stands in its detail. */
function ownErrorOf(values: readonly unknown[], a: Fields): undefined {
  if (values[slot.errorType] !== undefined) a.errorType = values[slot.errorType] as string;
  if (values[slot.errorCode] !== undefined) a.errorCode = values[slot.errorCode] as string;
}

/** Writes type and code of a failure into `a`. @returns its text, for `detail.error` */
function errorOf(
  slots: AttributeSlots,
  kind: SpanKind,
  { isError, message }: StatusReading,
  { exception }: SpanEventReading,
  a: Fields,
): ErrorDetail | undefined {
  const typeName = slots.values[slot.errorType] as string | undefined;
  if (!isError) {
    slots.giveBack(slot.errorType); // a type without the status: a failure that the source got over
    return exception;
  }
  const text = message ?? exception?.message;
  const fault = readError(text ?? true, kind);
  const errorType = typeName ?? nameOf(exception?.type) ?? fault?.errorType;
  if (errorType !== undefined) a.errorType = errorType;
  const byType = kind === 'llm' && typeName !== undefined && bareStatus.test(typeName) ? `http.${typeName}` : undefined;
  a.errorCode = byType ?? fault?.errorCode ?? 'span.failed';
  const detail: { -readonly [Part in keyof ErrorDetail]: ErrorDetail[Part] } = {};
  if (text !== undefined) detail.message = text;
  if (errorType !== undefined) detail.type = errorType;
  if (exception?.stack !== undefined) detail.stack = exception.stack;
  return detail;
}

function detailOf(
  slots: AttributeSlots,
  kind: SpanKind,
  events: SpanEventReading,
  error: ErrorDetail | undefined,
): Detail | undefined {
  const { values } = slots;
  const detail: DetailDraft = {};
  const input = contentOf(slots, 'input', kind, events.input);
  if (input !== undefined) detail.input = input;
  const output = contentOf(slots, 'output', kind, events.output);
  if (output !== undefined) detail.output = output;
  const instructions = values[slot.instructions];
  if (instructions !== undefined) detail.instructions = parseContent(instructions);
  if (values[slot.metadata] !== undefined) detail.metadata = parseContent(values[slot.metadata]);
  if (error !== undefined) detail.error = error;
  const documents = slots.listOf('documents');
  if (documents !== undefined || events.others !== undefined) {
    slots.rest ??= {};
    if (documents !== undefined) slots.rest['retrieval.documents'] = documents;
    if (events.others !== undefined) slots.rest['otlp.events'] = events.others;
  }
  if (slots.rest !== undefined) detail.attributes = slots.rest;
  const own = values[slot.ownDetail];
  if (own !== undefined) addOwn(detail, parseRecord(own));
  for (const _part in detail) return detail;
  return undefined;
}

/** Messages that were taken apart say more than the one text beside them, which is kept among the other attributes. */
function contentOf(
  slots: AttributeSlots,
  side: 'input' | 'output',
  kind: SpanKind,
  messages: readonly unknown[] | undefined,
): unknown {
  const at = slot[side];
  const list = kind === 'llm' ? slots.listOf(side) : undefined;
  if (list !== undefined) {
    slots.giveBack(at);
    return list;
  }
  return parseContent(slots.values[at]) ?? messages ?? slots.listOf(side);
}

/** Parts that our own export kept whole; they are right where the conventions can only say it nearly. */
function addOwn(detail: DetailDraft, own: Detail | undefined): void {
  const attributes = parseRecord(own?.attributes);
  const read = parseRecord(detail.attributes);
  Object.assign(detail, own);
  if (attributes && read) detail.attributes = { ...read, ...attributes };
}

function hintsOf(values: readonly unknown[]): RunHints | undefined {
  const userId = values[slot.userId] as string | undefined;
  const sessionId = values[slot.sessionId] as string | undefined;
  const groupId = values[slot.groupId] as string | undefined;
  const tags = values[slot.tags] as readonly string[] | undefined;
  const name = values[slot.runName] as string | undefined;
  if (
    userId === undefined &&
    sessionId === undefined &&
    groupId === undefined &&
    tags === undefined &&
    name === undefined
  ) {
    return undefined;
  }
  return { userId, sessionId, groupId, tags, name };
}
