import { type EventOf, SCHEMA_VERSION } from '../../model/event.ts';
import { asRunId, asSpanId } from '../../model/ids.ts';
import type { LogLevel } from '../../model/log.ts';
import { eventIdOf } from '../eventId.ts';
import { asText } from '../looseRecord.ts';
import { nameOf } from '../names.ts';
import { idOf } from './ids.ts';
import { type Evaluation, evaluationEvent, readEvaluation } from './readEvaluation.ts';
import { recordOf } from './readSpanEvents.ts';
import { msOfNanos } from './times.ts';
import type { OtlpLogRecord, ValueReader } from './types.ts';

export interface LogReadOptions {
  readonly valueOf: ValueReader;
  /** Service that wrote it, from the resource. */
  readonly service: string | undefined;
  /** Time of a record that carries none, epoch ms. */
  readonly fallbackMs: number;
  readonly hash: ((text: string) => string) | undefined;
}

/** First severity number of each level, from the gravest. */
const levels: readonly (readonly [from: number, level: LogLevel])[] = [
  [17, 'error'],
  [13, 'warn'],
  [9, 'info'],
  [1, 'debug'],
];

const levelNames: readonly (readonly [pattern: RegExp, level: LogLevel])[] = [
  [/^(?:fatal|crit|error|err|alert|emerg)/i, 'error'],
  [/^warn/i, 'warn'],
  [/^(?:info|notice)/i, 'info'],
  [/^(?:debug|trace|verbose)/i, 'debug'],
];

const severityName = /^SEVERITY_NUMBER_([A-Z]+)\d?$/;

function levelOf(number: unknown, text: unknown): LogLevel | undefined {
  if (typeof number === 'number' && number > 0) return levels.find(([from]) => number >= from)?.[1];
  const name = (typeof number === 'string' ? severityName.exec(number)?.[1] : undefined) ?? asText(text);
  return name === undefined ? undefined : levelNames.find(([pattern]) => pattern.test(name))?.[1];
}

export interface LogReading {
  readonly line: EventOf<'log'>;
  /** The judgement that the record carries. */
  readonly evaluation: Evaluation | undefined;
}

/** A log record as a line of the log, tied to its trace and span. The text is content. */
export function readLog(record: OtlpLogRecord, { valueOf, service, fallbackMs, hash }: LogReadOptions): LogReading {
  const run = idOf(record.traceId, 16);
  const span = idOf(record.spanId, 8);
  const ts = msOfNanos(record.timeUnixNano) || msOfNanos(record.observedTimeUnixNano) || fallbackMs;
  const attributes = recordOf(record.attributes, valueOf);
  const eventName = asText(record.eventName) ?? asText(attributes['event.name']);
  const body = record.body === undefined ? undefined : valueOf(record.body);
  const message = body ?? eventName;
  const level = levelOf(record.severityNumber, record.severityText);
  const sourceName = nameOf(service);
  const isEmpty = Object.keys(attributes).length === 0;
  const detail = { ...(message !== undefined && message !== null && { message }), ...(!isEmpty && { attributes }) };
  const line: EventOf<'log'> = {
    id: eventIdOf(ts, ['log', run, span, ts], [level, sourceName, detail], hash),
    type: 'log',
    sv: SCHEMA_VERSION,
    ts,
    ...(run !== undefined && { run: asRunId(run) }),
    ...(run !== undefined && span !== undefined && { span: asSpanId(span) }),
    a: { ...(level !== undefined && { level }), ...(sourceName !== undefined && { sourceName }) },
    ...(Object.keys(detail).length > 0 && { detail }),
  };
  return { line, evaluation: eventName === evaluationEvent ? readEvaluation(attributes) : undefined };
}
