import type { Detail } from '../../model/detail.ts';
import type { EventFields } from '../../model/event.ts';
import { asRunId, asSpanId, type RunId, type SpanId } from '../../model/ids.ts';
import { asText } from '../looseRecord.ts';
import { nameOf } from '../names.ts';
import { AttributeSlots } from './attributeSlots.ts';
import { slotOf } from './attributeTable.ts';
import { idOf } from './ids.ts';
import { readDetail } from './readDetail.ts';
import { errorOf, ownErrorOf } from './readFailure.ts';
import { createBasis, readFields } from './readFields.ts';
import { readHandoff } from './readHandoff.ts';
import { readKind } from './readKind.ts';
import { readLinks } from './readLinks.ts';
import { noEventReading, readSpanEvents, type SpanEventReading } from './readSpanEvents.ts';
import { readStatus, type StatusReading } from './readStatus.ts';
import { msOfNanos } from './times.ts';
import type { OtlpSpan, ValueReader } from './types.ts';

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
  readonly evaluations: SpanEventReading['evaluations'];
}

/** Hears what could not be read: the field within the span, a code and a reason. */
export type SpanFaultListener = (field: string, code: string, reason: string) => void;

const slot = {
  spanlightKind: slotOf('spanlightKind'),
  runId: slotOf('runId'),
  spanId: slotOf('spanId'),
  parentId: slotOf('parentId'),
  level: slotOf('level'),
  statusMessage: slotOf('statusMessage'),
  userId: slotOf('userId'),
  sessionId: slotOf('sessionId'),
  groupId: slotOf('groupId'),
  tags: slotOf('tags'),
  runName: slotOf('runName'),
} as const;

/**
 * Reads spans one after another, whatever encoding they came in.
 * @remarks One reader for many spans: it uses its attribute slots again, so it must not be entered twice at a time.
 */
export class SpanReader {
  /** What our own export says beside the span: its price. Read it before the next span. */
  readonly slots = new AttributeSlots();
  private readonly valueOf: ValueReader;
  private readonly basis = createBasis();
  private onFault: SpanFaultListener = () => undefined;
  /** Of the span before: most have the same, and it is read once. */
  private lastTrace: unknown;
  private lastRun: string | undefined;
  private lastTitle: unknown;
  private lastName: string | undefined;

  constructor(valueOf: ValueReader) {
    this.valueOf = valueOf;
  }

  /** Holds on to nothing of what was read. */
  forget(): void {
    this.slots.forget();
    this.onFault = () => undefined;
    this.basis.events = noEventReading;
    this.basis.handoff = undefined;
    this.lastTrace = undefined;
    this.lastRun = undefined;
    this.lastTitle = undefined;
    this.lastName = undefined;
  }

  /** @returns `undefined` for what has no usable ids, which was told */
  read(span: OtlpSpan, onFault: SpanFaultListener): SpanReading | undefined {
    const { slots, valueOf } = this;
    slots.clear();
    this.onFault = onFault;
    this.readAttributes(span.attributes);
    const events = Array.isArray(span.events) ? readSpanEvents(span.events, valueOf, slots) : noEventReading;
    const { values } = slots;
    const isOwn = values[slot.spanlightKind] !== undefined;
    const run = (values[slot.runId] as string | undefined) ?? this.runOf(span.traceId);
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
    const spanName = this.nameOf(span.name);
    const status = withLevel(statusOf(span.status, isEnded, onFault), values);
    const { basis } = this;
    readKind(values, span.kind, basis);
    basis.handoff = basis.kind === 'tool' ? readHandoff(values, spanName) : undefined;
    if (basis.handoff) basis.kind = 'handoff';
    basis.isOwn = isOwn;
    basis.spanName = spanName;
    basis.startedAtMs = startedAtMs;
    basis.endedAtMs = endedAtMs;
    basis.status = isEnded ? status.status : undefined;
    basis.events = events;
    const { kind } = basis;
    const a = readFields(slots, basis);
    const links = readLinks(span.links, valueOf);
    if (links !== undefined) a.links = links;
    const error = isOwn ? ownErrorOf(values, a) : errorOf(slots, kind, status, events, a);
    return {
      run: asRunId(run),
      span: asSpanId(id),
      parent: parent === undefined ? undefined : asSpanId(parent),
      isEnded,
      a,
      detail: readDetail(slots, kind, events, error),
      hints: hintsOf(values),
      evaluations: events.evaluations,
    };
  }

  private readonly onBadValue = (key: string): void =>
    this.onFault(
      `attributes[${key}]`,
      'otlp.bad-value',
      'The value is of another type than the attribute has; kept as it is.',
    );

  private readAttributes(raw: unknown): void {
    if (raw === undefined || raw === null) return;
    if (!Array.isArray(raw)) {
      return this.onFault('attributes', 'otlp.bad-attributes', 'Attributes are a list of {key, value}; left out.');
    }
    const strangers = this.slots.read(raw, this.valueOf, this.onBadValue);
    if (strangers === 0) return;
    this.onFault('attributes', 'otlp.bad-attributes', `${strangers} of the attributes have no key; left out.`);
  }

  private runOf(traceId: unknown): string | undefined {
    if (typeof traceId !== 'string') return idOf(traceId, 16);
    if (traceId !== this.lastTrace) {
      this.lastTrace = traceId;
      this.lastRun = idOf(traceId, 16);
    }
    return this.lastRun;
  }

  private nameOf(title: unknown): string | undefined {
    if (title !== this.lastTitle) {
      this.lastTitle = title;
      this.lastName = nameOf(title);
    }
    return this.lastName;
  }
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

/** Langfuse's SDKs report a failure by the level of the observation, and leave the span's status alone. */
function withLevel(reading: StatusReading, values: readonly unknown[]): StatusReading {
  if (values[slot.level] !== 'ERROR') return reading;
  return { isError: true, status: 'error', message: reading.message ?? asText(values[slot.statusMessage]) };
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
