import * as z from 'zod/mini';
import { cleanText } from './cleanText.ts';
import { type Detail, type DetailPart, type DetailRef, type DetailRefs, detailKinds, detailParts } from './detail.ts';
import type { InputIssue } from './errors.ts';
import { type EventType, type MonitorEvent, SCHEMA_VERSION } from './event.ts';
import { needsOf } from './eventNeeds.ts';
import { eventSchemas } from './eventSchemas.ts';
import { MAX_NAME_LENGTH } from './limits.ts';
import { isSafeKey, plainCopy } from './plainCopy.ts';
import { isTimeMs } from './units.ts';

/** Largest `a` as JSON text, bytes as UTF-16 units: names and lists that are each within bounds can still add up. */
const MAX_FIELDS_LENGTH = 65_536;

export interface ParseEventOptions {
  /**
   * Keep `seq` and `rts`: only for what a relay said, e.g. an export of its log. In foreign input they are ignored.
   * Default: `false`.
   */
  readonly keepServerFields?: boolean | undefined;
}

export type ParsedEvent =
  | { readonly event: MonitorEvent; readonly issue?: undefined }
  | { readonly event?: undefined; readonly issue: InputIssue };

type Loose = Readonly<Record<string, unknown>>;
const isRecord = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An issue travels by throwing inside this file only: a fault ends the reading of one event. */
class Fault extends Error {
  readonly issue: InputIssue;
  constructor(path: string, code: string, reason: string) {
    super(code);
    this.issue = { path, code, reason };
  }
}

/**
 * Reads one native event out of anything: what is wrong is said by code and place, nothing is thrown.
 *
 * - Ids are 1 to 256 characters without control characters or lone surrogates; else the event is refused.
 * - Texts keep what every store takes: NUL and lone surrogates become U+FFFD.
 * - Numbers in `a` are finite and within their bounds; else the event is refused. In content, numbers that JSON has no
 *   form for become text.
 * - Fields of `a` that the type does not know, and unknown parts of `detail`, are content of unknown meaning:
 *   they are kept as `detail.attributes`, which no viewer sees.
 * - `__proto__`, `constructor` and `prototype` are dropped as keys everywhere.
 */
export function parseEvent(raw: unknown, options: ParseEventOptions = {}): ParsedEvent {
  try {
    return { event: readEvent(raw, options) };
  } catch (fault) {
    if (fault instanceof Fault) return { issue: fault.issue };
    throw fault;
  }
}

function readEvent(raw: unknown, { keepServerFields = false }: ParseEventOptions): MonitorEvent {
  if (!isRecord(raw)) throw new Fault('', 'event.no-object', 'An event is an object.');
  const type = readType(raw['type']);
  const needs = needsOf(type);
  const { fields, unknown } = readFields(raw['a'], type);
  const event: Record<string, unknown> = {
    id: readId(raw, 'id', true),
    type,
    sv: readVersion(raw['sv']),
    ts: readTime(raw, 'ts'),
    a: fields,
  };
  const put = (key: string, value: unknown) => {
    if (value !== undefined) event[key] = value;
  };
  put('run', readId(raw, 'run', needs.run));
  put('span', readId(raw, 'span', needs.span));
  put('parent', readId(raw, 'parent', false));
  put('ref', readId(raw, 'ref', needs.ref));
  put('prod', readProducer(raw['prod'], needs.prod));
  put('detail', readDetail(raw['detail'], unknown));
  put('refs', readRefs(raw['refs']));
  if (keepServerFields) {
    put('seq', readCount(raw, 'seq'));
    put('rts', raw['rts'] === undefined ? undefined : readTime(raw, 'rts'));
  }
  return event as unknown as MonitorEvent;
}

function readType(type: unknown): EventType {
  if (typeof type !== 'string') throw new Fault('type', 'event.no-type', 'An event names its type.');
  if (!Object.hasOwn(eventSchemas, type))
    throw new Fault('type', 'event.unknown-type', 'The type of event is not known.');
  return type as EventType;
}

const isCleanId = (id: string): boolean => !/\p{Cc}|\p{Surrogate}/u.test(id);

function readId(raw: Loose, key: string, isNeeded: boolean): string | undefined {
  const id = raw[key];
  if (id === undefined || id === null) {
    if (isNeeded) throw new Fault(key, 'event.missing-id', `This type of event needs "${key}".`);
    return undefined;
  }
  if (typeof id !== 'string' || id === '' || id.length > MAX_NAME_LENGTH) {
    throw new Fault(key, 'event.bad-id', `An id is a text of 1 to ${MAX_NAME_LENGTH} characters.`);
  }
  if (!isCleanId(id)) throw new Fault(key, 'event.bad-id', 'An id holds no control characters and no half characters.');
  return id;
}

function readVersion(version: unknown): number {
  if (version === undefined) return SCHEMA_VERSION;
  if (typeof version === 'number' && Number.isSafeInteger(version) && version >= 1) return version;
  throw new Fault('sv', 'event.bad-version', 'The schema version is a whole number from 1.');
}

function readTime(raw: Loose, key: string): number {
  const time = raw[key];
  if (isTimeMs(time)) return time;
  throw new Fault(key, 'event.bad-time', 'A time is epoch milliseconds between 1970 and 9999.');
}

function readCount(raw: Loose, key: string): number | undefined {
  const count = raw[key];
  if (count === undefined || count === null) return undefined;
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count;
  throw new Fault(key, 'event.bad-number', 'A whole number from 0 belongs here.');
}

function readProducer(prod: unknown, isNeeded: boolean): MonitorEvent['prod'] {
  if (prod === undefined || prod === null) {
    if (isNeeded) throw new Fault('prod', 'event.missing-id', 'An event of a producer names it in "prod".');
    return undefined;
  }
  if (!isRecord(prod)) throw new Fault('prod', 'event.bad-producer', 'The producer is an object with "id" and "n".');
  const id = readId(prod, 'id', true) as string;
  return { id, n: readCount(prod, 'n') ?? 0 };
}

function readFields(raw: unknown, type: EventType): { fields: object; unknown: Record<string, unknown> } {
  if (raw === undefined || raw === null) return { fields: {}, unknown: {} };
  if (!isRecord(raw)) throw new Fault('a', 'event.bad-fields', 'The fields of an event are an object.');
  const schema: z.ZodMiniType = eventSchemas[type];
  const shape = eventSchemas[type]._zod.def.shape as Readonly<Record<string, unknown>>;
  const known: Record<string, unknown> = {};
  const unknown: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (!isSafeKey(key) || value === undefined || value === null) continue;
    if (Object.hasOwn(shape, key)) known[key] = cleanField(value);
    else unknown[cleanText(key)] = plainCopy(value);
  }
  const parsed = z.safeParse(schema, known);
  if (!parsed.success) throw fieldFault(parsed.error);
  const isLong = Object.values(known).some(Array.isArray) && JSON.stringify(known).length > MAX_FIELDS_LENGTH;
  if (isLong) throw new Fault('a', 'event.too-large', `The fields are longer than ${MAX_FIELDS_LENGTH} as JSON.`);
  return { fields: parsed.data as object, unknown };
}

/** Texts become clean before they are checked; `null` inside an object stands for absent, as on the top level. */
function cleanField(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(cleanField);
  if (!isRecord(value)) return value;
  const clean: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (isSafeKey(key) && item !== null && item !== undefined) clean[key] = cleanField(item);
  }
  return clean;
}

function fieldFault(error: z.core.$ZodError): Fault {
  const issue = error.issues[0];
  const path = ['a', ...(issue?.path ?? [])].map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
  const isTooLong = issue?.code === 'too_big' && (issue.origin === 'string' || issue.origin === 'array');
  const code = isTooLong ? 'event.too-long' : 'event.bad-field';
  const reason = isTooLong
    ? 'The value is longer than its field allows.'
    : `The value does not fit its field (${issue?.code}).`;
  return new Fault(path.join('').slice(1), code, reason);
}

function readDetail(raw: unknown, unknown: Readonly<Record<string, unknown>>): Detail | undefined {
  if (raw !== undefined && raw !== null && !isRecord(raw)) {
    throw new Fault('detail', 'event.bad-detail', 'The detail of an event is an object of parts.');
  }
  const detail: { -readonly [Part in DetailPart]?: unknown } = {};
  const more: Record<string, unknown> = { ...unknown };
  for (const [key, value] of Object.entries(raw ?? {})) {
    if (!isSafeKey(key) || value === undefined) continue;
    if ((detailParts as readonly string[]).includes(key)) detail[key as DetailPart] = plainCopy(value);
    else more[cleanText(key)] = plainCopy(value);
  }
  if (Object.keys(more).length > 0) {
    const own = detail.attributes;
    if (own === undefined || isRecord(own)) detail.attributes = { ...more, ...own };
    else detail.attributes = { ...more, attributes: own };
  }
  return Object.keys(detail).length > 0 ? detail : undefined;
}

/** References that cannot be read are left out: they only say how large something is. */
function readRefs(raw: unknown): DetailRefs | undefined {
  if (!isRecord(raw)) return undefined;
  const refs: { -readonly [Part in DetailPart]?: DetailRef } = {};
  for (const part of detailParts) {
    const ref = raw[part];
    if (!isRecord(ref)) continue;
    const { kind, sizeBytes, count, isTruncated } = ref;
    const kindKnown = detailKinds.find((known) => known === kind);
    if (!kindKnown || !isCount(sizeBytes)) continue;
    refs[part] = {
      kind: kindKnown,
      sizeBytes,
      ...(isCount(count) ? { count } : {}),
      ...(isTruncated === true ? { isTruncated } : {}),
    };
  }
  return Object.keys(refs).length > 0 ? refs : undefined;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
