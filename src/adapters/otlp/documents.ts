import { camelNames } from '../camelNames.ts';
import { isRecord, type LooseRecord } from '../looseRecord.ts';

/** One part of an input: spans or log records of one resource and scope, or something that is neither. */
export type FoundGroup =
  | {
      readonly kind: 'spans' | 'logs';
      /** Of the list. */
      readonly path: string;
      /** Place in that list of the first item. */
      readonly first?: number | undefined;
      readonly items: readonly unknown[];
      readonly resource: LooseRecord | undefined;
      readonly scope: LooseRecord | undefined;
    }
  | { readonly kind: 'unknown'; readonly path: string };

/** Deeper lists are nothing that an exporter writes; walking them would end the stack. */
const MAX_DEPTH = 16;

/** Names of the lists at each level: today's, those of protobuf files, those of older versions. */
export const resourceLists = {
  spans: ['resourceSpans', 'resource_spans', 'batches'],
  logs: ['resourceLogs', 'resource_logs'],
} as const;
export const scopeLists = {
  spans: ['scopeSpans', 'scope_spans', 'instrumentationLibrarySpans', 'instrumentation_library_spans'],
  logs: ['scopeLogs', 'scope_logs'],
} as const;
export const itemLists = { spans: ['spans'], logs: ['logRecords', 'log_records'] } as const;
export const scopeNames = ['scope', 'instrumentationLibrary', 'instrumentation_library'] as const;

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function firstOf(record: LooseRecord, names: readonly string[]): string | undefined {
  return names.find((name) => record[name] !== undefined && record[name] !== null);
}

const isBareSpan = (record: LooseRecord): boolean =>
  (typeof record['traceId'] === 'string' && typeof record['spanId'] === 'string') ||
  (typeof record['trace_id'] === 'string' && typeof record['span_id'] === 'string');

const hasSpanTimes = (record: LooseRecord): boolean =>
  record['startTimeUnixNano'] !== undefined || record['start_time_unix_nano'] !== undefined;

const isSpanRecord = (value: unknown): boolean => isRecord(value) && isBareSpan(value) && hasSpanTimes(value);

/**
 * Walks everything that holds OTLP: export requests, POSTs with their envelope, answers of trace stores (`{trace}` of Tempo), bare
 * spans, and lists of all these.
 */
export function* findGroups(raw: unknown, path = '', depth = 0): Iterable<FoundGroup> {
  if (Array.isArray(raw) && depth < MAX_DEPTH) {
    if (raw.length > 0 && raw.every(isSpanRecord)) {
      yield { kind: 'spans', path, items: raw, resource: undefined, scope: undefined };
      return;
    }
    for (const [index, item] of raw.entries()) {
      if (isSpanRecord(item)) {
        yield { kind: 'spans', path, first: index, items: [item], resource: undefined, scope: undefined };
      } else yield* findGroups(item, `${path}[${index}]`, depth + 1);
    }
    return;
  }
  if (!isRecord(raw) || depth >= MAX_DEPTH) {
    yield { kind: 'unknown', path };
    return;
  }
  let isKnown = false;
  for (const kind of ['spans', 'logs'] as const) {
    const name = firstOf(raw, resourceLists[kind]);
    if (name === undefined) continue;
    isKnown = true;
    yield* groupsOf(kind, raw[name], join(path, name));
  }
  if (isKnown) return;
  const wrap = raw['body'] !== undefined ? 'body' : isRecord(raw['trace']) ? 'trace' : undefined;
  if (wrap !== undefined) yield* findGroups(raw[wrap], join(path, wrap), depth + 1);
  else if (isSpanRecord(raw)) {
    yield { kind: 'spans', path, items: [raw], resource: undefined, scope: undefined };
  } else yield { kind: 'unknown', path };
}

function* groupsOf(kind: 'spans' | 'logs', raw: unknown, path: string): Iterable<FoundGroup> {
  if (!Array.isArray(raw)) {
    yield { kind: 'unknown', path };
    return;
  }
  for (const [index, group] of raw.entries()) {
    const place = `${path}[${index}]`;
    const name = isRecord(group) ? firstOf(group, scopeLists[kind]) : undefined;
    if (!isRecord(group) || (name !== undefined && !Array.isArray(group[name]))) {
      yield { kind: 'unknown', path: place };
      continue;
    }
    const resource = isRecord(group['resource']) ? group['resource'] : undefined;
    if (name === undefined) continue; // a resource that had nothing to report
    yield* scopesOf(kind, group[name] as readonly unknown[], join(place, name), resource);
  }
}

function* scopesOf(
  kind: 'spans' | 'logs',
  scopes: readonly unknown[],
  path: string,
  resource: LooseRecord | undefined,
): Iterable<FoundGroup> {
  for (const [index, group] of scopes.entries()) {
    const place = `${path}[${index}]`;
    const name = isRecord(group) ? firstOf(group, itemLists[kind]) : undefined;
    if (!isRecord(group) || (name !== undefined && !Array.isArray(group[name]))) {
      yield { kind: 'unknown', path: place };
      continue;
    }
    if (name === undefined) continue;
    const scopeName = firstOf(group, scopeNames);
    const scope = scopeName === undefined ? undefined : group[scopeName];
    yield {
      kind,
      path: join(place, name),
      items: group[name] as readonly unknown[],
      resource,
      scope: isRecord(scope) ? scope : undefined,
    };
  }
}

/** A span or log record under the names of today: some writers keep those of the protobuf file. */
export function todaysNames(record: LooseRecord): LooseRecord {
  if (record['trace_id'] === undefined && record['span_id'] === undefined && record['time_unix_nano'] === undefined) {
    return record;
  }
  return camelNames(record);
}
