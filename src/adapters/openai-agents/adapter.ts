import type { InputIssue } from '../../model/errors.ts';
import { type MonitorEvent, SCHEMA_VERSION } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { eventIdOf } from '../eventId.ts';
import { parseIsoTime } from '../isoTime.ts';
import { asRecord, asText, isRecord } from '../looseRecord.ts';
import { pathOf } from '../place.ts';
import type { Adapter, ReadOptions, ReadResult } from '../types.ts';
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
  read(raw, options = {}) {
    return new Reading(raw, options).result();
  },
};

type Draft = { type: MonitorEvent['type']; ts: number; run: RunId; a: object } & Partial<
  Pick<MonitorEvent, 'span' | 'parent' | 'ref' | 'detail'>
>;

const asInProcess = (raw: unknown): InProcessData => {
  const data = asRecord(raw);
  return { input: data['_input'] ?? data['input'], response: data['_response'] ?? data['response'] };
};

class Reading {
  private readonly events: MonitorEvent[] = [];
  private readonly issues: InputIssue[] = [];
  private readonly records: readonly FoundRecord[];
  private readonly source: string;
  private readonly receivedAtMs: number | undefined;
  private earliestMs: number | undefined;
  private readonly hash: ReadOptions['hash'];
  private readonly namedRuns = new Set<RunId>();
  private lastRun: RunId | undefined;
  private hasCallbacks = false;

  constructor(raw: unknown, options: ReadOptions) {
    this.records = findRecords(raw);
    this.source = sourceOf(this.records);
    this.hash = options.hash;
    this.receivedAtMs = options.receivedAtMs;
    for (const { kind, record } of this.records) {
      const item = kind === 'callback' ? asRecord(record['item']) : record;
      const facts = item['object'] === 'trace' ? readTraceItem(item) : undefined;
      if (facts) this.namedRuns.add(facts.run);
    }
    for (const found of this.records) this.take(found);
  }

  result(): ReadResult {
    const format = this.hasCallbacks ? 'openai-agents-callbacks' : 'openai-agents-ingest';
    return { format, events: this.events, issues: this.issues };
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
    const { run, a, detail } = facts;
    const type = moment === 'start' ? 'run.start' : 'run.end';
    const draft: Draft = { type, ts: this.timeOf(found), run, a: { ...a, source: this.source }, detail };
    this.add(draft, [a, detail, occasion]);
  }

  private takeSpan(found: FoundRecord, item: unknown, inProcess: InProcessData, metadata: unknown): void {
    const facts = readSpanItem(item, inProcess);
    if (!facts) return this.refuse(found, 'openai-agents.bad-id', 'A span needs an id and a trace id.');
    const { run, span, parent, a, detail, isEnded } = facts;
    this.lastRun = run;
    this.checkTime(found, asRecord(item), 'started_at', a.startedAtMs);
    this.checkTime(found, asRecord(item), 'ended_at', a.endedAtMs);
    const ts = a.endedAtMs ?? a.startedAtMs ?? this.timeOf(found);
    this.nameRun(run, metadata, ts);
    const type = isEnded ? 'span.end' : 'span.start';
    this.add({ type, ts, run, span, parent, a, detail }, [parent, a, detail]);
  }

  /** The trace record can be missing, e.g. in a file that begins in the middle: its metadata also stands on ended spans. */
  private nameRun(run: RunId, metadata: unknown, ts: number): void {
    if (this.namedRuns.has(run) || !isRecord(metadata)) return;
    this.namedRuns.add(run);
    const a = { ...liftMetadata(metadata), source: this.source };
    this.add({ type: 'run.start', ts, run, a, detail: { metadata } }, [undefined, metadata]);
  }

  /** Host lines name no trace: they belong to the one that was last heard of. */
  private takeHostLine(found: FoundRecord): void {
    const { record } = found;
    const run = readTraceItem({ id: record['trace_id'] })?.run ?? this.lastRun;
    const reason = 'The line names no trace and none came before it.';
    if (!run) return this.refuse(found, 'openai-agents.no-trace', reason);
    const atMs = parseIsoTime(found.at);
    for (const facts of hostReaders[String(record['event'])]?.(record, atMs) ?? []) {
      if (facts) this.add({ ...facts, ts: this.timeOf(found), run }, [record]);
      else this.refuse(found, 'openai-agents.bad-host-line', 'The line lacks a call id or a known decision.');
    }
  }

  private checkTime(found: FoundRecord, item: Readonly<Record<string, unknown>>, name: string, timeMs: unknown): void {
    if (timeMs !== undefined || item[name] === null || item[name] === undefined) return;
    const reason = 'The time is not ISO-8601 between 1970 and 9999; left out.';
    this.issues.push({ path: `${pathOf(found.place)}.${name}`, code: 'openai-agents.bad-time', reason });
  }

  private timeOf(found: FoundRecord): number {
    return parseIsoTime(found.at) ?? this.receivedAtMs ?? this.earliest();
  }

  private earliest(): number {
    this.earliestMs ??= earliestTime(this.records) ?? 0;
    return this.earliestMs;
  }

  private add(draft: Draft, content: readonly unknown[]): void {
    const { type, ts, run, span, parent, ref, a, detail } = draft;
    const id = eventIdOf([type, run, span, ref], content, this.hash);
    // One shape for all spans, because there are many.
    const event = { id, type, sv: SCHEMA_VERSION, ts, run, span, parent, a, detail };
    this.events.push((ref === undefined ? event : { ...event, ref }) as MonitorEvent);
  }

  private refuse({ place }: FoundRecord, code: string, reason: string): void {
    this.issues.push({ path: pathOf(place), code, reason });
  }
}

/** Times end in `Z` in the JS SDK and in `+00:00` in the Python SDK; POSTs also name their client. */
function sourceOf(records: readonly FoundRecord[]): string {
  for (const { record, userAgent } of records) {
    const client = /^Agents\/(JavaScript|Python)/.exec(asText(userAgent) ?? '')?.[1];
    if (client) return client === 'Python' ? 'openai-agents-python' : 'openai-agents-js';
    const time = asText(asRecord(record['item'])['started_at']) ?? asText(record['started_at']) ?? asText(record['at']);
    if (time) return time.endsWith('Z') ? 'openai-agents-js' : 'openai-agents-python';
  }
  return 'openai-agents';
}

function earliestTime(records: readonly FoundRecord[]): number | undefined {
  let earliest: number | undefined;
  for (const { record } of records) {
    const time = parseIsoTime(asRecord(record['item'])['started_at'] ?? record['started_at']);
    if (time !== undefined && (earliest === undefined || time < earliest)) earliest = time;
  }
  return earliest;
}
