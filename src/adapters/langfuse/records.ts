import { camelNames } from '../camelNames.ts';
import { isRecord, type LooseRecord } from '../looseRecord.ts';
import { entryOf, memberOf, type Place, root } from '../place.ts';

/** One record of an export and where it stood. */
export interface FoundRecord {
  readonly kind: 'trace' | 'observation' | 'score' | 'unknown';
  readonly place: Place;
  readonly record: LooseRecord;
  /** Trace around an observation that names none itself. */
  readonly traceId: unknown;
}

/** Deeper lists are nothing that an export holds; walking them would end the stack. */
const MAX_DEPTH = 16;

const observationTypes: ReadonlySet<unknown> = new Set([
  'SPAN',
  'EVENT',
  'GENERATION',
  'AGENT',
  'TOOL',
  'CHAIN',
  'RETRIEVER',
  'EVALUATOR',
  'EMBEDDING',
  'GUARDRAIL',
]);

/** Exports into a bucket write `start_time` where the API and the UI write `startTime`. */
const todaysNames = (record: LooseRecord): LooseRecord =>
  record['timestamp'] !== undefined || (record['start_time'] !== undefined && observationTypes.has(record['type']))
    ? camelNames(record)
    : record;

const isObservation = (record: LooseRecord): boolean =>
  record['startTime'] !== undefined && (record['traceId'] !== undefined || observationTypes.has(record['type']));

/** A trace as the public API lists it: without observations, but with marks of its own. */
const isTrace = (record: LooseRecord): boolean =>
  typeof record['id'] === 'string' &&
  record['timestamp'] !== undefined &&
  record['startTime'] === undefined &&
  !('traceId' in record);

/** A score that stands alone. One of a session or of an experiment names no trace. */
const isScore = (record: LooseRecord): boolean => 'traceId' in record && 'value' in record;

/**
 * Finds what Langfuse gives out: `{trace, observations}` of a download, a trace with its `observations` and a list
 * `{data: []}` of the public API, bare observations and scores, also as exports into a bucket write them, and lists of all these.
 * @param most - records after which it stops, or a few later
 */
export function findRecords(raw: unknown, most = Number.POSITIVE_INFINITY): readonly FoundRecord[] {
  const found: FoundRecord[] = [];
  const add = (kind: FoundRecord['kind'], place: Place, record: LooseRecord, traceId?: unknown) =>
    found.push({ kind, place, record, traceId });

  const walk = (raw: unknown, place: Place, depth: number): void => {
    if (Array.isArray(raw) && depth < MAX_DEPTH) {
      for (let index = 0; index < raw.length && found.length < most; index += 1) {
        walk(raw[index], entryOf(place, index), depth + 1);
      }
      return;
    }
    if (!isRecord(raw) || depth >= MAX_DEPTH) {
      add('unknown', place, {});
      return;
    }
    const value = todaysNames(raw);
    const { trace, observations } = value;
    const isWrapped = isRecord(trace) && (Array.isArray(observations) || isTrace(trace));
    if (isWrapped || Array.isArray(observations)) {
      const own = isWrapped ? trace : value;
      add('trace', isWrapped ? memberOf(place, 'trace') : place, own);
      walkObservations(observations, memberOf(place, 'observations'), own['id']);
    } else if (Array.isArray(value['data'])) walk(value['data'], memberOf(place, 'data'), depth + 1);
    else if (isObservation(value)) add('observation', place, value);
    else if (isScore(value)) add('score', place, value);
    else if (isTrace(value)) {
      add('trace', place, value);
      walkObservations(observations, memberOf(place, 'observations'), value['id']);
    } else add('unknown', place, value);
  };

  const walkObservations = (list: unknown, place: Place, traceId: unknown): void => {
    if (list === undefined || list === null) return;
    if (!Array.isArray(list)) {
      add('unknown', place, {});
      return;
    }
    for (let index = 0; index < list.length && found.length < most; index += 1) {
      const item: unknown = list[index];
      // The public API lists ids only where it was not asked for the observations themselves.
      if (isRecord(item)) add('observation', entryOf(place, index), todaysNames(item), traceId);
      else add('unknown', entryOf(place, index), {});
    }
  };

  walk(raw, root, 0);
  return found;
}
