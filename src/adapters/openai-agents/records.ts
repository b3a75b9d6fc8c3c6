import { asRecord, isRecord, type LooseRecord } from '../looseRecord.ts';
import { entryOf, memberOf, type Place, root } from '../place.ts';
import { hostReaders } from './readHostLine.ts';

/** One record of the input and where it stood. */
export interface FoundRecord {
  readonly kind: 'callback' | 'host' | 'item' | 'unknown';
  readonly place: Place;
  readonly record: LooseRecord;
  /** Time of the line or the POST that carried it, as it was written. */
  readonly at: unknown;
  readonly userAgent: unknown;
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
 * Finds everything the SDK's processors and exporters produce: callback lines, POSTs (with or without their envelope),
 * bodies `{data: []}`, bare records, and lists of all these.
 * @param most - records after which it stops
 */
export function findRecords(raw: unknown, most = Number.POSITIVE_INFINITY): readonly FoundRecord[] {
  const found: FoundRecord[] = [];
  const walk = (value: unknown, place: Place, envelope: Envelope, depth: number): void => {
    if (Array.isArray(value) && depth < MAX_DEPTH) {
      for (let index = 0; index < value.length && found.length < most; index += 1) {
        walk(value[index], entryOf(place, index), envelope, depth + 1);
      }
      return;
    }
    if (!isRecord(value) || depth >= MAX_DEPTH) {
      found.push({ kind: 'unknown', place, record: {}, at: undefined, userAgent: undefined });
    } else if (isItem(value)) {
      found.push({ kind: 'item', place, record: value, at: envelope.at, userAgent: envelope.userAgent });
    } else if (callbackEvents.has(value['event']) && isItem(value['item'])) {
      found.push({ kind: 'callback', place, record: value, at: value['at'], userAgent: undefined });
    } else if (typeof value['event'] === 'string' && Object.hasOwn(hostReaders, value['event'])) {
      found.push({ kind: 'host', place, record: value, at: value['at'], userAgent: undefined });
    } else if (isRecord(value['body'])) {
      const headers = asRecord(value['headers']);
      const inner = { at: value['at'], userAgent: headers['user-agent'] ?? headers['User-Agent'] };
      walk(value['body'], memberOf(place, 'body'), inner, depth + 1);
    } else if (Array.isArray(value['data'])) walk(value['data'], memberOf(place, 'data'), envelope, depth + 1);
    else found.push({ kind: 'unknown', place, record: value, at: undefined, userAgent: undefined });
  };
  walk(raw, root, {}, 0);
  return found;
}
