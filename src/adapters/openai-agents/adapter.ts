import type { InputIssue } from '../../model/errors.ts';
import { type MonitorEvent, SCHEMA_VERSION } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { eventIdOf } from '../eventId.ts';
import { parseIsoTime } from '../isoTime.ts';
import { asRecord, asText, isRecord } from '../looseRecord.ts';
import { pathOf } from '../place.ts';
import { readWhole } from '../readWhole.ts';
import type { Adapter, PartReading, ReadOptions, ReadResult } from '../types.ts';
import { hostReaders } from './readHostLine.ts';
import { readSpanItem } from './readSpanItem.ts';
import { liftMetadata, readTraceItem } from './readTraceItem.ts';
import { type FoundRecord, findRecords } from './records.ts';
import type { InProcessData } from './spanTypes.ts';

/** How many records `canRead` looks at. */
const LOOKED_AT = 20;

/** Reads what the OpenAI Agents SDKs (JS and Python) write: callbacks of a processor, batches of the exporter. */
export const openaiAgentsAdapter: Adapter = {
  id: 'openai-agents',
  canRead(raw) {
    let known = 0;
    let seen = 0;
    for (const { kind } of findRecords(raw, LOOKED_AT)) {
      if (kind !== 'unknown') known += 1;
      seen += 1;
    }
    return seen === 0 ? 0 : known / seen;
  },
  read: (raw, options = {}) => readWhole(new Reading(options), raw),
  begin: (options = {}) => new Reading(options),
};

/** An event but for what may not be known yet: its time, where only that of the earliest record will do. */
type Draft = {
  type: MonitorEvent['type'];
  ts: number | undefined;
  /** The time that the record itself names. */
  ownMs?: number | undefined;
  run: RunId;
  a: object;
} & Partial<Pick<MonitorEvent, 'span' | 'parent' | 'ref' | 'detail'>>;

const asInProcess = (raw: unknown): InProcessData => {
  const data = asRecord(raw);
  return { input: data['_input'] ?? data['input'], response: data['_response'] ?? data['response'] };
};

class Reading implements PartReading {
  private events: MonitorEvent[] = [];
  private issues: InputIssue[] = [];
  private readonly receivedAtMs: number | undefined;
  private readonly hash: ReadOptions['hash'];
  /** Told by the first record that tells it. */
  private source: string | undefined;
  private earliestMs: number | undefined;
  private readonly namedRuns = new Set<RunId>();
  /** Metadata of runs whose trace record did not come: it also stands on ended spans. */
  private readonly metadata = new Map<RunId, readonly [ts: number | undefined, metadata: object]>();
  /** Wait for what is not known before the last part. */
  private readonly waiting: (readonly [draft: Draft, content: readonly unknown[]])[] = [];
  private lastRun: RunId | undefined;
  private hasCallbacks = false;

  constructor(options: ReadOptions) {
    this.hash = options.hash;
    this.receivedAtMs = options.receivedAtMs;
  }

  read(raw: unknown): ReadResult {
    this.events = [];
    this.issues = [];
    const records = findRecords(raw);
    this.source ??= sourceOf(records);
    if (this.receivedAtMs === undefined) this.earliestMs = earliestTime(records, this.earliestMs);
    for (const found of records) this.take(found);
    const format = this.hasCallbacks ? 'openai-agents-callbacks' : 'openai-agents-ingest';
    return { format, events: this.events, issues: this.issues };
  }

  *end(): Iterable<MonitorEvent> {
    for (const [draft, content] of this.waiting) yield this.eventOf(draft, content);
    for (const [run, [ts, metadata]] of this.metadata) {
      if (this.namedRuns.has(run)) continue;
      const draft: Draft = { type: 'run.start', ts, run, a: liftMetadata(metadata), detail: { metadata } };
      yield this.eventOf(draft, [undefined, metadata]);
    }
  }

  private take(found: FoundRecord): void {
    const { kind, record } = found;
    if (kind === 'unknown') {
      this.refuse(found, 'openai-agents.unknown-record', 'The record is neither a trace nor a span nor a callback.');
    } else if (kind === 'host') {
      this.hasCallbacks = true;
      this.takeHostLine(found);
    } else if (kind === 'callback') {
      this.hasCallbacks = true;
      const { event, item, private_span_data: inProcess, trace_metadata: metadata } = record;
      const moment = String(event).endsWith('_end') ? 'end' : 'start';
      if (asRecord(item)['object'] === 'trace') this.takeTrace(found, item, moment, record['at']);
      else this.takeSpan(found, item, asInProcess(inProcess), metadata);
    } else if (record['object'] === 'trace') this.takeTrace(found, record, 'start', undefined);
    else this.takeSpan(found, record, {}, undefined);
  }

  /** @param occasion - tells a trace that was opened again from a retry; batches carry nothing that does */
  private takeTrace(found: FoundRecord, item: unknown, moment: 'start' | 'end', occasion: unknown): void {
    const facts = readTraceItem(item);
    if (!facts) return this.refuse(found, 'openai-agents.bad-id', 'A trace needs an id of 1 to 256 plain characters.');
    this.lastRun = facts.run;
    this.namedRuns.add(facts.run);
    const { run, a, detail } = facts;
    const type = moment === 'start' ? 'run.start' : 'run.end';
    this.add({ type, ts: this.timeOf(found), ownMs: parseIsoTime(occasion), run, a, detail }, [a, detail, occasion]);
  }

  private takeSpan(found: FoundRecord, item: unknown, inProcess: InProcessData, metadata: unknown): void {
    const facts = readSpanItem(item, inProcess);
    if (!facts) return this.refuse(found, 'openai-agents.bad-id', 'A span needs an id and a trace id.');
    const { run, span, parent, a, detail, isEnded } = facts;
    this.lastRun = run;
    this.checkTime(found, asRecord(item), 'started_at', a.startedAtMs);
    this.checkTime(found, asRecord(item), 'ended_at', a.endedAtMs);
    const ownMs = a.endedAtMs ?? a.startedAtMs;
    const ts = ownMs ?? this.timeOf(found);
    if (isRecord(metadata) && !this.metadata.has(run)) this.metadata.set(run, [ts, metadata]);
    const type = isEnded ? 'span.end' : 'span.start';
    this.add({ type, ts, ownMs, run, span, parent, a, detail }, [parent, a, detail]);
  }

  /** Host lines name no trace: they belong to the one that was last heard of. */
  private takeHostLine(found: FoundRecord): void {
    const { record } = found;
    const run = readTraceItem({ id: record['trace_id'] })?.run ?? this.lastRun;
    const reason = 'The line names no trace and none came before it.';
    if (!run) return this.refuse(found, 'openai-agents.no-trace', reason);
    const atMs = parseIsoTime(found.at);
    for (const facts of hostReaders[String(record['event'])]?.(record, atMs) ?? []) {
      if (facts) this.add({ ...facts, ts: this.timeOf(found), ownMs: atMs, run }, [record]);
      else this.refuse(found, 'openai-agents.bad-host-line', 'The line lacks a call id or a known decision.');
    }
  }

  private checkTime(found: FoundRecord, item: Readonly<Record<string, unknown>>, name: string, timeMs: unknown): void {
    if (timeMs !== undefined || item[name] === null || item[name] === undefined) return;
    const reason = 'The time is not ISO-8601 between 1970 and 9999; left out.';
    this.issues.push({ path: `${pathOf(found.place)}.${name}`, code: 'openai-agents.bad-time', reason });
  }

  private timeOf(found: FoundRecord): number | undefined {
    return parseIsoTime(found.at) ?? this.receivedAtMs;
  }

  private add(draft: Draft, content: readonly unknown[]): void {
    const isKnown = draft.ts !== undefined && (this.source !== undefined || !hasSource(draft.type));
    if (isKnown) this.events.push(this.eventOf(draft, content));
    else this.waiting.push([draft, content]);
  }

  private eventOf(draft: Draft, content: readonly unknown[]): MonitorEvent {
    const { type, ts = this.earliestMs ?? 0, ownMs, run, span, parent, ref, detail } = draft;
    const a = hasSource(type) ? { ...draft.a, source: this.source ?? 'openai-agents' } : draft.a;
    const id = eventIdOf(ownMs, [type, run, span, ref], content, this.hash);
    // One shape for all spans, because there are many.
    const event = { id, type, sv: SCHEMA_VERSION, ts, run, span, parent, a, detail };
    return (ref === undefined ? event : { ...event, ref }) as MonitorEvent;
  }

  private refuse({ place }: FoundRecord, code: string, reason: string): void {
    this.issues.push({ path: pathOf(place), code, reason });
  }
}

const hasSource = (type: MonitorEvent['type']): boolean => type === 'run.start' || type === 'run.end';

/** Times end in `Z` in the JS SDK and in `+00:00` in the Python SDK; POSTs also name their client. */
function sourceOf(records: readonly FoundRecord[]): string | undefined {
  for (const { record, userAgent } of records) {
    const client = /^Agents\/(JavaScript|Python)/.exec(asText(userAgent) ?? '')?.[1];
    if (client) return client === 'Python' ? 'openai-agents-python' : 'openai-agents-js';
    const time = asText(asRecord(record['item'])['started_at']) ?? asText(record['started_at']) ?? asText(record['at']);
    if (time) return time.endsWith('Z') ? 'openai-agents-js' : 'openai-agents-python';
  }
  return undefined;
}

function earliestTime(records: readonly FoundRecord[], before: number | undefined): number | undefined {
  let earliest = before;
  for (const { record } of records) {
    const time = parseIsoTime(asRecord(record['item'])['started_at'] ?? record['started_at']);
    if (time !== undefined && (earliest === undefined || time < earliest)) earliest = time;
  }
  return earliest;
}
