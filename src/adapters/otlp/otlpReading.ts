import type { InputIssue } from '../../model/errors.ts';
import { type MonitorEvent, SCHEMA_VERSION } from '../../model/event.ts';
import type { RunId, SpanId } from '../../model/ids.ts';
import { costSources } from '../../model/span.ts';
import { isTimeMs } from '../../model/units.ts';
import { parseEvent } from '../../model/validateEvent.ts';
import { parseContent } from '../content.ts';
import { eventIdOf } from '../eventId.ts';
import { asText, isRecord } from '../looseRecord.ts';
import type { ReadOptions } from '../types.ts';
import { slotOf } from './attributeTable.ts';
import { todaysNames } from './documents.ts';
import { spanEventId } from './eventIds.ts';
import { heardName, ownEventsName } from './ownResource.ts';
import type { Evaluation } from './readEvaluation.ts';
import { isReportOf } from './readFields.ts';
import { readLog } from './readLog.ts';
import { SpanReader } from './readSpan.ts';
import { recordOf } from './readSpanEvents.ts';
import { type Origin, RunBook } from './runBook.ts';
import { sourceOf } from './sources.ts';
import { type OtlpLogRecord, type OtlpSpan, UndecodedItem, type ValueReader } from './types.ts';

/** What the spans or records of one resource and scope have in common. Every member may be missing or of any type. */
export interface OtlpScope {
  /** `{attributes}` */
  readonly resource?: unknown;
  /** `{name, version}` */
  readonly scope?: unknown;
}

export interface OtlpReadingOptions extends ReadOptions {
  /** The plain value behind what the encoding wraps values in. */
  readonly valueOf: ValueReader;
}

const costSlot = slotOf('costNanoUsd');
const costSourceSlot = slotOf('costSource');
const priceVersionSlot = slotOf('priceVersion');

/**
 * A reader for each encoding, kept from one request to the next: its lists are made once, and engines keep the code that they
 * compiled for it. Readings that take turns may share it, because each span is read and used in one go.
 */
const readers = new WeakMap<ValueReader, SpanReader>();

function readerOf(valueOf: ValueReader): SpanReader {
  let reader = readers.get(valueOf);
  if (!reader) {
    reader = new SpanReader(valueOf);
    readers.set(valueOf, reader);
  }
  return reader;
}

/**
 * Reads one export request, group by group: `spans` and `logs` as often as there are groups, then `finish`.
 * JSON and protobuf go through here, each with its own `valueOf`.
 */
export class OtlpReading {
  events: MonitorEvent[] = [];
  issues: InputIssue[] = [];
  private readonly reader: SpanReader;
  /** Resources of our own whose events were taken: all spans of one may come in several groups or parts. */
  private readonly ownTaken = new WeakSet<object>();
  private readonly book = new RunBook();
  private readonly options: OtlpReadingOptions;
  private place = '';
  private index = 0;
  private readonly onFault = (field: string, code: string, reason: string): void =>
    this.refuse(`${this.place}[${this.index}]${field === '' ? '' : `.${field}`}`, code, reason);

  constructor(options: OtlpReadingOptions) {
    this.options = options;
    this.reader = readerOf(options.valueOf);
  }

  refuse(path: string, code: string, reason: string): void {
    this.issues.push({ path, code, reason });
  }

  /**
   * @param path - of the list in the input, e.g. `resourceSpans[0].scopeSpans[0].spans`
   * @param first - place in that list of the first span given, where a list is read in parts
   */
  spans(spans: readonly unknown[], group: OtlpScope, path: string, first = 0): void {
    const origin = this.originOf(group, path);
    this.place = path;
    for (let index = 0; index < spans.length; index += 1) {
      this.index = first + index;
      const raw = spans[index];
      if (raw instanceof UndecodedItem) this.onFault('', raw.code, raw.reason);
      else if (isRecord(raw)) this.span(todaysNames(raw) as OtlpSpan, origin);
      else this.onFault('', 'otlp.no-span', 'The entry is no span; left out.');
    }
  }

  /** As {@link spans}. */
  logs(records: readonly unknown[], group: OtlpScope, path: string, first = 0): void {
    const service = this.serviceOf(group);
    const { valueOf, hash } = this.options;
    for (const [index, raw] of records.entries()) {
      if (raw instanceof UndecodedItem) {
        this.refuse(`${path}[${first + index}]`, raw.code, raw.reason);
        continue;
      }
      if (!isRecord(raw)) {
        this.refuse(`${path}[${first + index}]`, 'otlp.no-record', 'The entry is no log record; left out.');
        continue;
      }
      const record = todaysNames(raw) as OtlpLogRecord;
      const fallbackMs = this.options.receivedAtMs ?? 0;
      const { line, evaluation } = readLog(record, { valueOf, service, hash, fallbackMs });
      this.events.push(line);
      if (evaluation && line.run !== undefined) this.score(line.run, line.span, line.ts, evaluation);
    }
  }

  /** Adds what the spans said of their runs. Call it once, after the last group. */
  finish(): void {
    this.book.look(this.events);
    for (const event of this.declared()) this.events.push(event);
    this.reader.forget();
  }

  /** In place of {@link finish}, for an input that comes in parts: what was read since the last call … */
  takeRead(): { readonly events: readonly MonitorEvent[]; readonly issues: readonly InputIssue[] } {
    const { events, issues } = this;
    this.book.look(events);
    this.events = [];
    this.issues = [];
    this.reader.forget();
    return { events, issues };
  }

  /** … and, once all is read, what the spans said of their runs. */
  declared(): Iterable<MonitorEvent> {
    return this.book.events(this.options.hash);
  }

  private span(raw: OtlpSpan, origin: Origin): void {
    const reading = this.reader.read(raw, this.onFault);
    if (!reading) return;
    const { run, span, parent, a, detail, isEnded } = reading;
    const ts = a.endedAtMs ?? a.startedAtMs ?? this.options.receivedAtMs ?? 0;
    if (!origin.isOwn) this.book.add(reading, origin, ts);
    const id = spanEventId(run, span, isEnded);
    // A start that says no time would have started at that of the event.
    const type = isEnded ? 'span.end' : a.startedAtMs === undefined ? 'span.update' : 'span.start';
    // One shape for all, because there are many.
    const event = { id, type, sv: SCHEMA_VERSION, ts, run, span, parent, a, detail } as const;
    this.events.push(origin.heardAtMs === undefined ? event : { ...event, rts: origin.heardAtMs });
    this.price(run, span, ts, origin.heardAtMs);
    if (!reading.evaluations) return;
    for (const evaluation of reading.evaluations) this.score(run, span, evaluation.atMs ?? ts, evaluation);
  }

  private score(run: RunId, span: SpanId | undefined, ts: number, { a, reason }: Evaluation): void {
    const detail = reason === undefined ? undefined : { reason };
    const id = eventIdOf(ts, ['score', run, span, ts], [a, detail], this.options.hash);
    this.events.push({ id, type: 'score', sv: SCHEMA_VERSION, ts, run, span, a, detail });
  }

  /** A price that our own export carried on: somebody had computed it, so it is no report of the source. */
  private price(run: RunId, span: SpanId, ts: number, rts: number | undefined): void {
    const { values } = this.reader.slots;
    const costNanoUsd = values[costSlot] as number | undefined;
    if (costNanoUsd === undefined || isReportOf(values)) return;
    const costSource = costSources.find((source) => source === values[costSourceSlot]);
    const priceVersion = values[priceVersionSlot] as string | undefined;
    const a = { costNanoUsd, ...(costSource && { costSource }), ...(priceVersion !== undefined && { priceVersion }) };
    const id = `${spanEventId(run, span, true)}#price`;
    this.events.push({
      id,
      type: 'span.price',
      sv: SCHEMA_VERSION,
      ts,
      ...(rts !== undefined && { rts }),
      run,
      span,
      a,
    });
  }

  private originOf(group: OtlpScope, path: string): Origin {
    const scopeName = isRecord(group.scope) ? group.scope['name'] : undefined;
    const attributes = isRecord(group.resource) ? group.resource['attributes'] : undefined;
    const { [ownEventsName]: own, [heardName]: heard, ...resource } = recordOf(attributes, this.options.valueOf);
    const isOwn = own !== undefined;
    const heardAtMs = isOwn && isTimeMs(heard) ? heard : undefined;
    if (isOwn && isRecord(group.resource) && !this.ownTaken.has(group.resource)) {
      this.ownTaken.add(group.resource);
      this.takeOwn(own, heardAtMs, path);
    }
    return {
      source: sourceOf(scopeName),
      resource: Object.keys(resource).length > 0 ? resource : undefined,
      isOwn,
      heardAtMs,
    };
  }

  /** What our own export kept of runs, approvals and scores. */
  private takeOwn(raw: unknown, heardAtMs: number | undefined, path: string): void {
    const list = parseContent(raw);
    for (const [index, item] of (Array.isArray(list) ? list : []).entries()) {
      const { event, issue } = parseEvent(item, { keepServerFields: true });
      if (issue) this.refuse(`${path}.${ownEventsName}[${index}].${issue.path}`, issue.code, issue.reason);
      if (!event) continue;
      this.events.push(heardAtMs === undefined || event.run === undefined ? event : { ...event, rts: heardAtMs });
    }
  }

  private serviceOf(group: OtlpScope): string | undefined {
    const attributes = isRecord(group.resource) ? group.resource['attributes'] : undefined;
    const scopeName = isRecord(group.scope) ? group.scope['name'] : undefined;
    return asText(recordOf(attributes, this.options.valueOf)['service.name']) ?? asText(scopeName);
  }
}
