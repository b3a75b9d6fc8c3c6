import * as z from 'zod/mini';
import { cleanText } from './cleanText.ts';
import { type Detail, type DetailPart, type DetailRef, type DetailRefs, detailKinds, detailParts } from './detail.ts';
import type { InputIssue } from './errors.ts';
import { type EventType, type MonitorEvent, SCHEMA_VERSION } from './event.ts';
import { needsOf } from './eventNeeds.ts';
import { eventSchemas } from './eventSchemas.ts';
import { isMonitorEvent } from './guardEvent.generated.ts';
import { innerNamesOf } from './innerNames.ts';
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
  const event: Draft = {
    id: readId(raw, 'id', true) as string,
    type,
    sv: readVersion(raw['sv']),
    ts: readTime(raw, 'ts'),
    a: fields,
  };
  const run = readId(raw, 'run', needs.run);
  const span = readId(raw, 'span', needs.span);
  const parent = readId(raw, 'parent', false);
  const ref = readId(raw, 'ref', needs.ref);
  const prod = readProducer(raw['prod'], needs.prod);
  const detail = readDetail(raw['detail'], unknown);
  const refs = readRefs(raw['refs']);
  // what is absent has no key, and keys are written by their names: there are many events
  if (run !== undefined) event.run = run;
  if (span !== undefined) event.span = span;
  if (parent !== undefined) event.parent = parent;
  if (ref !== undefined) event.ref = ref;
  if (prod !== undefined) event.prod = prod;
  if (detail !== undefined) event.detail = detail;
  if (refs !== undefined) event.refs = refs;
  if (keepServerFields) {
    const seq = readCount(raw, 'seq');
    if (seq !== undefined) event.seq = seq;
    if (raw['rts'] !== undefined) event.rts = readTime(raw, 'rts');
  }
  if (!isMonitorEvent(event)) event.a = checkFields(type, fields);
  if (isTooLarge(event.a))
    throw new Fault('a', 'event.too-large', `The fields are longer than ${MAX_FIELDS_LENGTH} as JSON.`);
  return event as unknown as MonitorEvent;
}

/** An event in the making. */
type Draft = {
  -readonly [Key in keyof Omit<MonitorEvent, 'type' | 'a' | 'run' | 'span' | 'parent'>]: MonitorEvent[Key];
} & {
  readonly type: EventType;
  a: object;
  run?: string;
  span?: string;
  parent?: string;
};

function readType(type: unknown): EventType {
  if (typeof type !== 'string') throw new Fault('type', 'event.no-type', 'An event names its type.');
  if (!Object.hasOwn(eventSchemas, type))
    throw new Fault('type', 'event.unknown-type', 'The type of event is not known.');
  return type as EventType;
}

const isCleanId = (id: string): boolean => /^[ -~]*$/.test(id) || !/\p{Cc}|\p{Surrogate}/u.test(id);

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

interface ReadFields {
  readonly fields: Loose;
  readonly unknown: Loose | undefined;
}

/** The fields that the type knows, clean but not checked, and the others. */
function readFields(raw: unknown, type: EventType): ReadFields {
  if (raw === undefined || raw === null) return { fields: {}, unknown: undefined };
  if (!isRecord(raw)) throw new Fault('a', 'event.bad-fields', 'The fields of an event are an object.');
  const names = innerNamesOf(type);
  const fields: Record<string, unknown> = {};
  let unknown: Record<string, unknown> | undefined;
  for (const key of Object.keys(raw)) {
    const value = raw[key];
    if (value === undefined || value === null || !isSafeKey(key)) continue;
    const inner = names.get(key);
    if (inner !== undefined) {
      fields[key] = typeof value === 'number' ? value : cleanField(value, inner);
    } else {
      unknown ??= {};
      unknown[cleanText(key)] = plainCopy(value);
    }
  }
  return { fields, unknown };
}

/** Only lists of names can add up to that. */
const isTooLarge = (fields: object): boolean =>
  Object.values(fields).some(Array.isArray) && JSON.stringify(fields).length > MAX_FIELDS_LENGTH;

/** The way for events that the guard refuses: says why, at what place. */
function checkFields(type: EventType, fields: Loose): object {
  const schema: z.ZodMiniType = eventSchemas[type];
  const parsed = z.safeParse(schema, fields);
  if (!parsed.success) throw fieldFault(parsed.error);
  return parsed.data as object;
}

const nothingInside: ReadonlySet<string> = new Set();

/** Texts become clean before they are checked; `null` inside an object stands for absent, as on the top level. */
function cleanField(value: unknown, names: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map((item) => (Array.isArray(item) ? item : cleanField(item, names)));
  if (!isRecord(value)) return value;
  const clean: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (names.has(key) && item !== null && item !== undefined) clean[key] = cleanField(item, nothingInside);
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

function readDetail(raw: unknown, unknown: Loose | undefined): Detail | undefined {
  if ((raw === undefined || raw === null) && unknown === undefined) return undefined;
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
