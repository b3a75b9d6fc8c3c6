import type { ErrorDetail } from '../../model/detail.ts';
import { parseContent, setField } from '../content.ts';
import { asText, defined, isRecord } from '../looseRecord.ts';
import type { AttributeSlots } from './attributeSlots.ts';
import { type Evaluation, evaluationEvent, readEvaluation } from './readEvaluation.ts';
import { msOfNanos } from './times.ts';
import type { OtlpAttribute, OtlpSpanEvent, ValueReader } from './types.ts';

/** What the events of a span add to what its attributes say. */
export interface SpanEventReading {
  readonly exception: ErrorDetail | undefined;
  readonly firstTokenAtMs: number | undefined;
  readonly input: readonly unknown[] | undefined;
  readonly output: readonly unknown[] | undefined;
  readonly evaluations: readonly TimedEvaluation[] | undefined;
  /** The others, as they came. */
  readonly others: readonly unknown[] | undefined;
}

export interface TimedEvaluation extends Evaluation {
  readonly atMs: number | undefined;
}

/** Of a span without events. */
export const noEventReading: SpanEventReading = {
  exception: undefined,
  firstTokenAtMs: undefined,
  input: undefined,
  output: undefined,
  evaluations: undefined,
  others: undefined,
};

/** Message events of the GenAI conventions up to 1.36, and who speaks in each. */
const messageRoles: ReadonlyMap<string, string> = new Map([
  ['gen_ai.system.message', 'system'],
  ['gen_ai.user.message', 'user'],
  ['gen_ai.assistant.message', 'assistant'],
  ['gen_ai.tool.message', 'tool'],
  ['gen_ai.choice', 'assistant'],
]);
const answerEvent = 'gen_ai.choice';

/** Events whose attributes have the names of a span's own. */
const carriers: ReadonlySet<string> = new Set([
  'gen_ai.content.prompt',
  'gen_ai.content.completion',
  'gen_ai.client.inference.operation.details',
]);

const firstTokens: ReadonlySet<string> = new Set(['First Token Stream Event', 'ai.stream.firstChunk']);

/** @param slots - takes what stands on events under a span's own names */
export function readSpanEvents(
  events: readonly unknown[],
  valueOf: ValueReader,
  slots: AttributeSlots,
): SpanEventReading {
  if (events.length === 0) return noEventReading;
  let exception: ErrorDetail | undefined;
  let firstTokenAtMs: number | undefined;
  const input: unknown[] = [];
  const output: unknown[] = [];
  const evaluations: TimedEvaluation[] = [];
  const others: unknown[] = [];
  for (const raw of events) {
    if (!isRecord(raw)) continue;
    const { name, timeUnixNano, attributes } = spelled(raw);
    const title = asText(name) ?? '';
    const role = messageRoles.get(title);
    if (title === 'exception') exception = exceptionOf(recordOf(attributes, valueOf));
    else if (carriers.has(title)) {
      if (Array.isArray(attributes)) slots.read(attributes, valueOf, () => undefined);
    } else if (role !== undefined) {
      (title === answerEvent ? output : input).push(messageOf(role, recordOf(attributes, valueOf)));
    } else {
      const atMs = msOfNanos(timeUnixNano) || undefined;
      if (firstTokens.has(title)) firstTokenAtMs ??= atMs;
      const record = recordOf(attributes, valueOf);
      const evaluation = title === evaluationEvent ? readEvaluation(record) : undefined;
      if (evaluation) evaluations.push({ ...evaluation, atMs });
      others.push(defined({ name: title, atMs, attributes: record }));
    }
  }
  return {
    exception,
    firstTokenAtMs,
    input: input.length > 0 ? input : undefined,
    output: output.length > 0 ? output : undefined,
    evaluations: evaluations.length > 0 ? evaluations : undefined,
    others: others.length > 0 ? others : undefined,
  };
}

const spelled = (raw: Readonly<Record<string, unknown>>): OtlpSpanEvent =>
  raw['time_unix_nano'] === undefined ? raw : { ...raw, timeUnixNano: raw['time_unix_nano'] };

export function recordOf(attributes: unknown, valueOf: ValueReader): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  if (!Array.isArray(attributes)) return record;
  for (const attribute of attributes as readonly (OtlpAttribute | null)[]) {
    if (typeof attribute?.key === 'string') setField(record, attribute.key, valueOf(attribute.value));
  }
  return record;
}

const exceptionOf = (attributes: Readonly<Record<string, unknown>>): ErrorDetail =>
  defined({
    message: asText(attributes['exception.message']),
    type: asText(attributes['exception.type']),
    stack: asText(attributes['exception.stacktrace']),
  });

function messageOf(role: string, attributes: Readonly<Record<string, unknown>>): unknown {
  const { 'gen_ai.system': _system, 'gen_ai.event.content': content, message, ...fields } = attributes;
  const inner = parseContent(message) ?? parseContent(content);
  return isRecord(inner)
    ? { role, ...fields, ...inner }
    : { role, ...fields, ...(inner !== undefined && { content: inner }) };
}
