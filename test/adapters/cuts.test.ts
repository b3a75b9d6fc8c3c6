import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Adapter, adapters, detectFormat, nativeAdapter, parseText } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import type { InputIssue } from '../../src/model/errors.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { foldBatches, stateOf } from '../fold/foldState.ts';
import { eventsOf, fixturesDir, traceFiles } from './traceFixtures.ts';

/** Ways tried to cut each file; `ADAPTER_CUTS=1000` is the full size. */
const numRuns = Number(process.env['ADAPTER_CUTS'] ?? 15);
const seed = 20_261_128;

type Cut = readonly [from: number, to: number];
/** Neighbours that are read together: one at a time, all, or anything between. */
const cuts = (count: number): fc.Arbitrary<Cut[]> =>
  fc.array(fc.integer({ min: 1, max: Math.max(1, count - 1) }), { maxLength: Math.min(count, 40) }).map((places) => {
    const ends = [...new Set([...places.filter((place) => place < count), count])].sort((a, b) => a - b);
    return ends.map((end, index): Cut => [ends[index - 1] ?? 0, end]);
  });

interface Pieces {
  readonly adapter: Adapter;
  readonly whole: unknown;
  readonly pieces: readonly unknown[];
  /** A document that is some of the pieces. */
  readonly join: (pieces: readonly unknown[]) => unknown;
}

interface Resource {
  readonly scopeSpans: readonly { readonly spans: readonly unknown[] }[];
}

/** Each span with what stands around it, as a document is taken apart that is too large to be parsed. */
const spansApart = (resource: Resource): unknown[] =>
  resource.scopeSpans.flatMap((scope) =>
    scope.spans.map((span) => ({ ...resource, scopeSpans: [{ ...scope, spans: [span] }] })),
  );

/** The file in the smallest pieces that can be told apart. */
function piecesOf(file: string): Pieces {
  const { value } = parseText(readFileSync(`${fixturesDir}${file}`, 'utf8'));
  const found = detectFormat(value);
  if (found.kind !== 'trace') throw new Error(`${file} is no trace`);
  const { adapter } = found;
  const document = value as Readonly<Record<string, unknown>>;
  if (adapter.id === 'otlp') {
    const posts = (Array.isArray(value) ? value : [value]) as readonly { body?: object; resourceSpans?: Resource[] }[];
    const bodies = posts.map((post) => (post.body ?? post) as { readonly resourceSpans: readonly Resource[] });
    const whole = { resourceSpans: bodies.flatMap(({ resourceSpans }) => resourceSpans) };
    const join = (resourceSpans: readonly unknown[]) => ({ resourceSpans });
    return { adapter, whole, pieces: whole.resourceSpans.flatMap(spansApart), join };
  }
  if (Array.isArray(value)) return { adapter, whole: value, pieces: value, join: (pieces) => pieces };
  const list = ['observations', 'data'].find((name) => Array.isArray(document[name]));
  if (list === undefined) return { adapter, whole: value, pieces: [value], join: ([piece]) => piece };
  const pieces = document[list] as readonly unknown[];
  return { adapter, whole: value, pieces, join: (some) => ({ ...document, [list]: some }) };
}

interface Read {
  readonly batches: readonly (readonly MonitorEvent[])[];
  readonly issues: readonly InputIssue[];
}

function readCut({ adapter, pieces, join }: Pieces, places: readonly Cut[]): Read {
  const reading = adapter.begin();
  const parts = places.map(([from, to]) => reading.read(join(pieces.slice(from, to))));
  return {
    batches: [...parts.map(({ events }) => events), [...reading.end()]],
    issues: parts.flatMap(({ issues }) => issues),
  };
}

/** Everything that was said, without the order in which it was. */
const saidIn = (batches: Read['batches']): string[] =>
  batches
    .flat()
    .map((event) => JSON.stringify(event))
    .sort();

const countOf = (batches: Read['batches']): number => batches.reduce((sum, events) => sum + events.length, 0);

function expectSameWhereverCut(given: Pieces): void {
  const whole = given.adapter.read(given.whole);
  const said = saidIn([whole.events]);
  const state = stateOf(foldBatches([whole.events]).reader);
  fc.assert(
    fc.property(cuts(given.pieces.length), (places) => {
      const { batches, issues } = readCut(given, places);
      expect(countOf(batches)).toBe(whole.events.length);
      expect(saidIn(batches)).toEqual(said);
      expect(issues.map(({ code }) => code).sort()).toEqual(whole.issues.map(({ code }) => code).sort());
      expect(stateOf(foldBatches(batches).reader)).toEqual(state);
    }),
    { numRuns, seed },
  );
}

describe('a trace file cut anywhere and read part by part', () => {
  it.each(traceFiles)('says of %s exactly what it says as a whole: events, issues, runs, spans, totals', (file) => {
    expectSameWhereverCut(piecesOf(file));
  });

  it.each(traceFiles)('says of the own events of %s exactly what they say as a whole', (file) => {
    const pieces = eventsOf(file).map((event) => JSON.parse(JSON.stringify(event)) as unknown);
    expectSameWhereverCut({ adapter: nativeAdapter, whole: pieces, pieces, join: (some) => some });
  });

  it('covers files of every adapter', () => {
    const ids = new Set([...traceFiles.map((file) => piecesOf(file).adapter.id), nativeAdapter.id]);
    expect([...ids].sort()).toEqual(adapters.map(({ id }) => id).sort());
  });
});

/** Traces that are woven into each other, of several services, with what only the whole can tell right. */
const tangled: fc.Arbitrary<Pieces> = fc
  .array(
    fc.record({
      trace: fc.integer({ min: 1, max: 3 }),
      span: fc.integer({ min: 1, max: 12 }),
      parent: fc.option(fc.integer({ min: 1, max: 14 })),
      start: fc.integer({ min: 0, max: 5 }),
      took: fc.option(fc.integer({ min: 0, max: 5 })),
      service: fc.constantFrom('shop', 'bank', undefined),
      scope: fc.constantFrom('@ai-sdk/otel', 'by hand', 'openinference.x'),
      user: fc.option(fc.constantFrom('ann', 'bob'), { freq: 2 }),
      kind: fc.constantFrom('chat', 'invoke_agent', 'execute_tool', 'invoke_workflow'),
      tokens: fc.option(fc.integer({ min: 0, max: 99 })),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((rows) => {
    const id = (number: number, digits: number) => number.toString(16).padStart(digits, '0');
    const nanos = (ms: number) => String(1_760_000_000_000_000_000n + BigInt(ms) * 1_000_000n);
    const text = (key: string, stringValue: string | null | undefined) =>
      typeof stringValue === 'string' ? [{ key, value: { stringValue } }] : [];
    const pieces = rows.map(({ trace, span, parent, start, took, service, scope, user, kind, tokens }) => ({
      resource: { attributes: text('service.name', service) },
      scopeSpans: [
        {
          scope: { name: scope },
          spans: [
            {
              traceId: id(trace, 32),
              spanId: id(span, 16),
              ...(parent !== null && { parentSpanId: id(parent, 16) }),
              name: `${kind} ${span}`,
              startTimeUnixNano: nanos(start),
              ...(took !== null && { endTimeUnixNano: nanos(start + took) }),
              attributes: [
                ...text('gen_ai.operation.name', kind),
                ...text('user.id', user),
                ...(tokens === null ? [] : [{ key: 'gen_ai.usage.input_tokens', value: { intValue: String(tokens) } }]),
              ],
            },
          ],
        },
      ],
    }));
    const adapter = adapters.find(({ id: name }) => name === 'otlp') as Adapter;
    return {
      adapter,
      pieces,
      whole: { resourceSpans: pieces },
      join: (resourceSpans: readonly unknown[]) => ({ resourceSpans }),
    };
  });

describe('traces woven into each other, with parents that come later or never', () => {
  it('are the same wherever the file was cut', () => {
    fc.assert(
      fc.property(
        tangled.chain((given) => fc.tuple(fc.constant(given), cuts(given.pieces.length))),
        ([given, places]) => {
          const whole = given.adapter.read(given.whole);
          const { batches } = readCut(given, places);
          expect(saidIn(batches)).toEqual(saidIn([whole.events]));
          expect(stateOf(foldBatches(batches).reader)).toEqual(stateOf(foldBatches([whole.events]).reader));
        },
      ),
      { numRuns: numRuns * 10, seed },
    );
  });
});
