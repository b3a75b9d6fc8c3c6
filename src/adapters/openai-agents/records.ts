import { asRecord, isRecord, type LooseRecord } from '../looseRecord.ts';
import { hostReaders } from './readHostLine.ts';

/** One record of the input and where it stood. */
export interface FoundRecord {
  readonly kind: 'callback' | 'host' | 'item' | 'unknown';
  readonly path: string;
  readonly record: LooseRecord;
  /** Time of the line or the POST that carried it, as it was written. */
  readonly at?: unknown;
  readonly userAgent?: unknown;
}

interface Envelope {
  readonly at?: unknown;
  readonly userAgent?: unknown;
}

/** Deeper lists are nothing that an SDK writes; walking them would end the stack. */
const MAX_DEPTH = 16;

const isItem = (value: unknown): value is LooseRecord =>
  isRecord(value) && (value['object'] === 'trace' || value['object'] === 'trace.span');

const callbackEvents: ReadonlySet<unknown> = new Set(['trace_start', 'trace_end', 'span_start', 'span_end']);

/**
 * Walks everything the SDK's processors and exporters produce: callback lines, POSTs (with or without their envelope),
 * bodies `{data: []}`, bare records, and lists of all these.
 */
export function* findRecords(raw: unknown, path = '', envelope: Envelope = {}, depth = 0): Iterable<FoundRecord> {
  if (Array.isArray(raw) && depth < MAX_DEPTH) {
    for (const [index, item] of raw.entries()) yield* findRecords(item, `${path}[${index}]`, envelope, depth + 1);
    return;
  }
  if (!isRecord(raw) || depth >= MAX_DEPTH) {
    yield { kind: 'unknown', path, record: {} };
    return;
  }
  if (isItem(raw)) yield { kind: 'item', path, record: raw, ...envelope };
  else if (callbackEvents.has(raw['event']) && isItem(raw['item'])) {
    yield { kind: 'callback', path, record: raw, at: raw['at'] };
  } else if (typeof raw['event'] === 'string' && Object.hasOwn(hostReaders, raw['event'])) {
    yield { kind: 'host', path, record: raw, at: raw['at'] };
  } else if (isRecord(raw['body'])) {
    const headers = asRecord(raw['headers']);
    const inner = { at: raw['at'], userAgent: headers['user-agent'] ?? headers['User-Agent'] };
    yield* findRecords(raw['body'], join(path, 'body'), inner, depth + 1);
  } else if (Array.isArray(raw['data'])) yield* findRecords(raw['data'], join(path, 'data'), envelope, depth + 1);
  else yield { kind: 'unknown', path, record: raw };
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);
