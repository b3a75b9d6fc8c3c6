import fc from 'fast-check';
import { detectFormat, parseText } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { answersOf, anyName, expected, filesWithAnswers, wantedOf } from './answers.ts';
import { type OtlpRequest, type RawSpan, requestsOf, spanOf, withSpan } from './otlpRequests.ts';
import { valueOf } from './traceFixtures.ts';

/** What other writers of the same spans do, each of which must change no answer. */

type Raw = Readonly<Record<string, unknown>>;
const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every record within, deepest first, made anew. */
function mapRecords(value: unknown, change: (record: Raw) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => mapRecords(item, change));
  if (!isRaw(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapRecords(item, change)])));
}

const ids = ['traceId', 'spanId', 'parentSpanId'] as const;
const times = ['startTimeUnixNano', 'endTimeUnixNano'] as const;
const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const codes = ['UNSET', 'OK', 'ERROR'];

const withFields = (span: RawSpan, names: readonly string[], change: (value: string) => unknown): RawSpan => ({
  ...span,
  ...Object.fromEntries(names.filter((name) => span[name]).map((name) => [name, change(String(span[name]))])),
});
const isHex = (id: string) => /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/.test(id);
const hexOf = (id: string) => (isHex(id) ? id : Buffer.from(id, 'base64').toString('hex'));

function withEnums(span: RawSpan, ofKind: (name: string) => string, ofCode: (name: string) => string): RawSpan {
  const { kind, status } = span as { kind: number | string; status?: { code?: number | string } };
  const code = status?.code;
  return {
    ...span,
    kind: typeof kind === 'number' ? ofKind(kinds[kind] ?? '') : kind,
    ...(status && { status: { ...status, code: typeof code === 'number' ? ofCode(codes[code] ?? '') : code } }),
  };
}

const wrapperNames = ['stringValue', 'intValue', 'doubleValue', 'boolValue', 'arrayValue', 'kvlistValue', 'bytesValue'];
const isWrapper = (record: Raw) => Object.keys(record).length === 1 && wrapperNames.some((name) => name in record);
const ofValues = (change: (wrapper: Raw) => unknown) => (span: RawSpan) =>
  mapRecords(span, (record) => (isWrapper(record) ? change(record) : record)) as RawSpan;

function bare(wrapper: Raw): unknown {
  const { arrayValue, kvlistValue, intValue } = wrapper as { arrayValue?: Raw; kvlistValue?: Raw; intValue?: unknown };
  if (arrayValue) return arrayValue['values'] ?? [];
  if (intValue !== undefined) return Number(intValue);
  if (!kvlistValue) return Object.values(wrapper)[0];
  const pairs = (kvlistValue['values'] ?? []) as readonly { readonly key: string; readonly value: unknown }[];
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

const rewrites: Readonly<Record<string, (span: RawSpan) => RawSpan>> = {
  'ids in base64': (span) => withFields(span, ids, (id) => Buffer.from(hexOf(id), 'hex').toString('base64')),
  'ids in capitals': (span) => withFields(span, ids, (id) => hexOf(id).toUpperCase()),
  'times as numbers': (span) => withFields(span, times, Number),
  'kind and code by name': (span) =>
    withEnums(
      span,
      (name) => `SPAN_KIND_${name}`,
      (name) => `STATUS_CODE_${name}`,
    ),
  'kind and code by short name': (span) =>
    withEnums(
      span,
      (name) => name,
      (name) => name[0] + name.slice(1).toLowerCase(),
    ),
  'whole numbers as strings': ofValues((value) =>
    'intValue' in value ? { intValue: String(value['intValue']) } : value,
  ),
  'whole numbers as doubles': ofValues((value) =>
    'intValue' in value ? { doubleValue: Number(value['intValue']) } : value,
  ),
  'whole numbers as texts': ofValues((value) =>
    'intValue' in value ? { stringValue: String(value['intValue']) } : value,
  ),
  'doubles as texts': ofValues((value) =>
    'intValue' in value ? { stringValue: `${String(value['intValue'])}.0` } : value,
  ),
  'lists as JSON in a text': ofValues((value) =>
    'arrayValue' in value
      ? { stringValue: JSON.stringify(mapRecords(value, (record) => (isWrapper(record) ? bare(record) : record))) }
      : value,
  ),
  'values with all members': ofValues((value) => ({
    ...Object.fromEntries(wrapperNames.map((name) => [name, null])),
    ...value,
  })),
  'values without a wrapper': ofValues(bare),
  'attributes the other way round': (span) => ({
    ...span,
    attributes: [...((span['attributes'] ?? []) as unknown[])].reverse(),
  }),
  'names of the protobuf file': (span) =>
    mapRecords(span, (record) =>
      Object.fromEntries(
        Object.entries(record).map(([name, value]) => [
          name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
          value,
        ]),
      ),
    ) as RawSpan,
};

const readAll = (raw: unknown): readonly MonitorEvent[] => {
  const found = detectFormat(raw);
  if (found.kind !== 'trace') throw new Error('no trace');
  return found.adapter.read(raw).events;
};

const depthOf = (request: OtlpRequest) =>
  (spanOf(request)['parentSpanId'] ?? spanOf(request)['parent_span_id']) ? 1 : 0;

/** Ways in which requests come; each gives the batches of events. */
const ways: Readonly<Record<string, (requests: readonly OtlpRequest[]) => (readonly MonitorEvent[])[]>> = {
  'in one post': (requests) => [readAll({ resourceSpans: requests.flatMap(({ resourceSpans }) => resourceSpans) })],
  'in one post, without resource and scope': (requests) => [
    readAll({ resourceSpans: [{ scopeSpans: [{ spans: requests.map(spanOf) }] }] }),
  ],
  'as bare spans': (requests) => [readAll(requests.map(spanOf))],
  'out of a trace store': (requests) => [
    readAll({ trace: { resourceSpans: requests.flatMap(({ resourceSpans }) => resourceSpans) } }),
  ],
  'in lines': (requests) => [readAll(parseText(requests.map((request) => JSON.stringify(request)).join('\r\n')).value)],
  'in three posts, the top in the last': (requests) => {
    const ordered = [...requests].sort((left, right) => depthOf(right) - depthOf(left));
    return [0, 1, 2].map((third) =>
      readAll(ordered.filter((_one, at) => Math.floor((at * 3) / ordered.length) === third)),
    );
  },
  'in one post that comes twice': (requests) => [readAll(requests), readAll(requests)],
};

describe('the spans of a captured file, as another writer would write them', () => {
  const files = filesWithAnswers.filter((file) => expected[file]?.format === 'otlp-json');

  it.each(Object.keys(rewrites))('with %s: every answer stays', (name) => {
    for (const file of files) {
      const requests = requestsOf(file).map((request) => withSpan(request, rewrites[name] as never));
      expect(answersOf([readAll(requests)]), file).toEqual(wantedOf(file));
    }
  });

  it.each(Object.keys(ways))('%s: every answer stays', (name) => {
    for (const file of files) {
      expect(anyName(answersOf(ways[name]?.(requestsOf(file)) ?? [])), file).toEqual(anyName(wantedOf(file)));
    }
  });

  it.each(files)('%s: several of these at once change no answer', (file) => {
    const wanted = anyName(wantedOf(file));
    const requests = requestsOf(file);
    fc.assert(
      fc.property(
        fc.subarray(Object.values(rewrites)),
        fc.constantFrom(...Object.values(ways)),
        fc.shuffledSubarray(requests, { minLength: requests.length }),
        (chosen, way, order) => {
          const written = order.map((request) =>
            chosen.reduce((changed, rewrite) => withSpan(changed, rewrite), request),
          );
          expect(anyName(answersOf(way(written)))).toEqual(wanted);
        },
      ),
      { numRuns: 25, seed: 20_261_128 },
    );
  });
});

interface Download {
  readonly trace: Raw;
  readonly observations: readonly Raw[];
}

const amounts = /^(?:usageDetails|costDetails|inputCost|outputCost|totalCost|inputUsage|outputUsage|totalUsage)$/;
const asTexts = (value: unknown): unknown =>
  isRaw(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asTexts(item)]))
    : typeof value === 'number'
      ? String(value)
      : value;

const withTexts = (record: Raw): Raw =>
  Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, amounts.test(name) ? asTexts(value) : value]),
  );

const linesOf = (records: readonly unknown[]) =>
  parseText(records.map((record) => JSON.stringify(record)).join('\n')).value;

/** A row of an export into a bucket. */
function rowOf({ model, ...record }: Raw): Raw {
  const row = model === undefined ? record : { ...record, providedModelName: model ?? '' };
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      /(?:Time|At|timestamp)$/.test(name) && typeof value === 'string'
        ? value.replace('T', ' ').replace('Z', '000')
        : name === 'parentObservationId'
          ? (value ?? '')
          : value,
    ]),
  );
}

/** An observation of the newer API, which gives no traces. */
const withTraceOf =
  ({ name, userId, sessionId, tags }: Raw) =>
  ({ model, ...observation }: Raw) => ({
    ...observation,
    providedModelName: model,
    traceName: name,
    userId: userId ?? '',
    sessionId: sessionId ?? '',
    tags,
  });

const otherExports: Readonly<Record<string, (download: Download) => unknown>> = {
  'lines of a trace and its observations': ({ trace, observations }) => linesOf([trace, ...observations]),
  'lines in any order': ({ trace, observations }) => linesOf([...observations, trace].reverse()),
  'lines of an export into a bucket': ({ trace, observations }) =>
    linesOf([rowOf({ projectId: 'p', ...trace }), ...observations.map(rowOf)]),
  'observations of the newer API': ({ trace, observations }) => ({
    data: observations.map(withTraceOf(trace)),
    meta: { cursor: null },
  }),
  'amounts as texts': ({ trace, observations }) => ({ trace, observations: observations.map(withTexts) }),
};

describe('a trace of Langfuse, as its other exports would give it', () => {
  const files = filesWithAnswers.filter((file) => expected[file]?.format === 'langfuse-export');

  it.each(Object.keys(otherExports))('%s: every answer stays', (name) => {
    for (const file of files) {
      const raw = otherExports[name]?.(valueOf(file) as Download);
      expect(detectFormat(raw)).toMatchObject({ kind: 'trace', adapter: { id: 'langfuse' }, confidence: 1 });
      expect(answersOf([readAll(raw)]), file).toEqual(wantedOf(file));
    }
  });
});
