import { isRecord, type LooseRecord } from '../looseRecord.ts';

/** One record of an export and where it stood. */
export interface FoundRecord {
  readonly kind: 'trace' | 'observation' | 'unknown';
  readonly path: string;
  readonly record: LooseRecord;
  /** Trace around an observation that names none itself. */
  readonly traceId?: unknown;
}

/** Deeper lists are nothing that an export holds; walking them would end the stack. */
const MAX_DEPTH = 16;

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

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

const isObservation = (record: LooseRecord): boolean =>
  record['startTime'] !== undefined && (record['traceId'] !== undefined || observationTypes.has(record['type']));

/** A trace as the public API lists it: without observations, but with marks of its own. */
const isTrace = (record: LooseRecord): boolean =>
  typeof record['id'] === 'string' && record['timestamp'] !== undefined && record['startTime'] === undefined;

/**
 * Walks what Langfuse gives out: `{trace, observations}` of a download, a trace with its `observations` and a list
 * `{data: []}` of the public API, bare observations, and lists of all these.
 */
export function* findRecords(raw: unknown, path = '', depth = 0): Iterable<FoundRecord> {
  if (Array.isArray(raw) && depth < MAX_DEPTH) {
    for (const [index, item] of raw.entries()) yield* findRecords(item, `${path}[${index}]`, depth + 1);
    return;
  }
  if (!isRecord(raw) || depth >= MAX_DEPTH) {
    yield { kind: 'unknown', path, record: {} };
    return;
  }
  const { trace, observations } = raw;
  const isWrapped = isRecord(trace) && (Array.isArray(observations) || isTrace(trace));
  if (isWrapped || Array.isArray(observations)) {
    const own = isWrapped ? trace : raw;
    const place = isWrapped ? join(path, 'trace') : path;
    yield { kind: 'trace', path: place, record: own };
    if (Array.isArray(observations)) yield* observationsOf(observations, join(path, 'observations'), own['id']);
    else if (observations !== undefined && observations !== null) {
      yield { kind: 'unknown', path: join(path, 'observations'), record: {} };
    }
  } else if (Array.isArray(raw['data'])) yield* findRecords(raw['data'], join(path, 'data'), depth + 1);
  else if (isObservation(raw)) yield { kind: 'observation', path, record: raw };
  else if (isTrace(raw)) {
    yield { kind: 'trace', path, record: raw };
    if (observations !== undefined && observations !== null) {
      yield { kind: 'unknown', path: join(path, 'observations'), record: {} };
    }
  } else yield { kind: 'unknown', path, record: raw };
}

function* observationsOf(list: readonly unknown[], path: string, traceId: unknown): Iterable<FoundRecord> {
  for (const [index, item] of list.entries()) {
    const place = `${path}[${index}]`;
    // The public API lists ids only where it was not asked for the observations themselves.
    if (isRecord(item)) yield { kind: 'observation', path: place, record: item, traceId };
    else yield { kind: 'unknown', path: place, record: {} };
  }
}
