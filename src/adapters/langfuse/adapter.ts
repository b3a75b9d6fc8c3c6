import type { InputIssue } from '../../model/errors.ts';
import { type MonitorEvent, SCHEMA_VERSION } from '../../model/event.ts';
import { asRunId, asSpanId, type RunId } from '../../model/ids.ts';
import { digestOf, eventIdOf } from '../eventId.ts';
import { parseIsoTime } from '../isoTime.ts';
import { isUsableId } from '../names.ts';
import { memberOf, type Place, pathOf } from '../place.ts';
import { readWhole } from '../readWhole.ts';
import type { Adapter, PartReading, ReadOptions, ReadResult } from '../types.ts';
import { readObservation } from './readObservation.ts';
import { readScore, readScores, readTrace, readTraceOf, type ScoreReading } from './readTrace.ts';
import { type FoundRecord, findRecords } from './records.ts';

/** How many records `canRead` looks at. */
const LOOKED_AT = 20;

/** Reads what Langfuse gives out: the download of a trace in its UI, traces and observations of its public API. */
export const langfuseAdapter: Adapter = {
  id: 'langfuse',
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

type Draft = Pick<MonitorEvent, 'type' | 'ts' | 'a'> &
  Partial<Pick<MonitorEvent, 'run' | 'span' | 'parent' | 'detail'>>;

class Reading implements PartReading {
  private events: MonitorEvent[] = [];
  private issues: InputIssue[] = [];
  private readonly options: ReadOptions;
  private readonly named = new Set<unknown>();
  /** Traces that were told: each part of a list of observations comes with the trace around it. */
  private readonly told = new Set<string>();

  constructor(options: ReadOptions) {
    this.options = options;
  }

  read(raw: unknown): ReadResult {
    this.events = [];
    this.issues = [];
    for (const found of findRecords(raw)) this.take(found);
    return { format: 'langfuse-export', events: this.events, issues: this.issues };
  }

  end(): Iterable<MonitorEvent> {
    return [];
  }

  private take(found: FoundRecord): void {
    if (found.kind === 'trace') this.takeTrace(found);
    else if (found.kind === 'observation') this.takeObservation(found);
    else if (found.kind === 'score') this.takeScore(found);
    else
      this.refuse(found.place, '', 'langfuse.unknown-record', 'The record is no trace, no observation and no score.');
  }

  private takeTrace(found: FoundRecord): void {
    const { record, place } = found;
    const reading = readTrace(record);
    if (!reading) {
      return this.refuse(place, 'id', 'langfuse.bad-id', 'A trace needs an id of 1 to 256 plain characters.');
    }
    const { run, a, detail } = reading;
    this.named.add(run);
    const content = digestOf(['trace', run], [record['timestamp'], record['scores'], a, detail]);
    if (this.told.has(content)) return;
    this.told.add(content);
    const ts = this.timeOf(found);
    this.add({ type: 'run.start', ts, run, a, detail });
    for (const score of readScores(record)) this.addScore(score, run, ts);
  }

  private takeScore(found: FoundRecord): void {
    const { record } = found;
    const { traceId } = record;
    const score = isUsableId(traceId) ? readScore(record) : undefined;
    // one of a session, of an experiment, or in words: nothing that the model has a place for
    if (!score) return;
    this.addScore(score, asRunId(traceId as string), this.timeOf(found));
  }

  private addScore({ spanId, a, detail, timestamp }: ScoreReading, run: RunId, fallbackMs: number): void {
    const span = spanId === undefined ? undefined : asSpanId(spanId);
    this.add({ type: 'score', ts: parseIsoTime(timestamp) ?? fallbackMs, run, span, a, detail });
  }

  private timeOf({ record: { timestamp }, place }: FoundRecord): number {
    const timeMs = parseIsoTime(timestamp);
    if (timestamp !== undefined && timeMs === undefined)
      this.refuse(place, 'timestamp', 'langfuse.bad-time', 'The time is not ISO-8601 between 1970 and 9999; left out.');
    return timeMs ?? this.fallbackMs;
  }

  private takeObservation({ record, place, traceId }: FoundRecord): void {
    const reading = readObservation(record, traceId, (field, code, reason) => this.refuse(place, field, code, reason));
    if (!reading) return;
    const { run, span, parent, isEnded, a, detail } = reading;
    const ts = a.endedAtMs ?? a.startedAtMs ?? this.fallbackMs;
    if (!this.named.has(run)) {
      this.named.add(run);
      this.add({ type: 'run.start', ts: a.startedAtMs ?? ts, run, a: readTraceOf(record) });
    }
    // A start that says no time would have started at that of the event.
    const type = isEnded ? 'span.end' : a.startedAtMs === undefined ? 'span.update' : 'span.start';
    this.add({ type, ts, run, span, parent, a, detail });
  }

  private get fallbackMs(): number {
    return this.options.receivedAtMs ?? 0;
  }

  private add({ type, ts, run, span, parent, a, detail }: Draft): void {
    const id = eventIdOf(ts, [type, run, span], [ts, parent, a, detail], this.options.hash);
    // One shape for all, because there are many.
    this.events.push({ id, type, sv: SCHEMA_VERSION, ts, run, span, parent, a, detail } as MonitorEvent);
  }

  private refuse(place: Place, field: string, code: string, reason: string): void {
    this.issues.push({ path: pathOf(field === '' ? place : memberOf(place, field)), code, reason });
  }
}
