import { openTelemetrySpanAdapter } from '@evilmartians/agent-prism-data';
import {
  type Adapter,
  langfuseAdapter,
  nativeAdapter,
  openaiAgentsAdapter,
  otlpAdapter,
  redisEventsAdapter,
} from 'spanlight/adapters';
import { type MonitorStore, type SpanId, spanKeyOf } from 'spanlight/store';
import { readOtlp } from '../../src/relay/otlp/readOtlp.ts';
import { createBenchStore } from '../benchStore.ts';
import { type BenchSpan, generateEvents, generateSpans } from '../generate.ts';
import { compare, measureRounds, timed } from '../measure.ts';
import type { BenchRow } from '../types.ts';
import { langfuseDocument, openaiAgentsDocument, otlpDocument, redisDocument } from './documents.ts';
import { protobufDocument } from './protobufDocument.ts';

/** A parsed document becomes a tree that can be asked. */
function toStore(document: unknown): MonitorStore {
  const store = createBenchStore();
  store.ingest(otlpAdapter.read(document).events);
  store.flush();
  return store;
}

const peerTree = (document: unknown): unknown => openTelemetrySpanAdapter.convertRawDocumentsToSpans(document as never);

/** One store and what was read for it live as long as the bench, as they do in a page: see `keepOneStore`. */
let kept: readonly unknown[] = [];

const sizes = [
  [1_000, 9, 60],
  [10_000, 9, 8],
  [100_000, 5, 1],
] as const;

/** Bytes to tree at two sizes, and the stage alone at three. */
async function documentRows(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const stages = new Map<number, readonly number[]>();
  for (const [count, rounds, warmUps] of sizes) {
    const bytes = JSON.stringify(otlpDocument(generateSpans(count)));
    const parsed = () => JSON.parse(bytes) as unknown;
    const figures = await measureRounds(
      {
        parse: () => timed(parsed),
        whole: () => timed(() => toStore(parsed())),
        peer: () => timed(() => peerTree(parsed())),
        stage: () => {
          const document = parsed();
          return timed(() => toStore(document));
        },
        peerStage: () => {
          const document = parsed();
          return timed(() => peerTree(document));
        },
      },
      rounds,
      warmUps,
    );
    stages.set(count, figures.stage);
    if (count > 1_000) rows.push(...wholeRows(count, figures));
    const perSec = (times: readonly number[]) => times.map((timeMs) => (count / timeMs) * 1000);
    rows.push(
      compare({
        name: `OTLP, parsed objects to tree, ${count} spans, against agent-prism-data`,
        goal: 'G2',
        ours: perSec(figures.stage),
        theirs: perSec(figures.peerStage),
        limit: 2.5,
        better: 'higher',
        unit: 'spans/s',
      }),
    );
  }
  rows.push(
    compare({
      name: 'OTLP, parsed objects to tree, 100,000 spans against 10,000',
      goal: 'growth',
      ours: stages.get(100_000) ?? [],
      theirs: stages.get(10_000)?.slice(0, 5) ?? [],
      limit: 15,
      better: 'lower',
      unit: 'ms',
      note: 'growth x10',
    }),
  );
  return rows;
}

type Figures = Readonly<Record<'parse' | 'whole' | 'peer', readonly number[]>>;

const wholeRows = (count: number, { whole, parse, peer }: Figures): BenchRow[] => [
  compare({
    name: `OTLP, bytes to tree, ${count} spans, against JSON.parse of the same bytes`,
    goal: 'G1',
    ours: whole,
    theirs: parse,
    limit: count === 10_000 ? 2.6 : 1.5,
    better: 'lower',
    unit: 'ms',
  }),
  compare({
    name: `OTLP, bytes to tree, ${count} spans, against agent-prism-data`,
    goal: 'G1',
    ours: whole,
    theirs: peer,
    limit: 0.65,
    better: 'lower',
    unit: 'ms',
  }),
];

/** Spans that can be reached from the roots, placeholders of missing parents not counted. */
function reachableSpans(store: MonitorStore): number {
  const { entities } = store.getState();
  let count = 0;
  for (const runId of entities.runIds) {
    const stack: SpanId[] = [...entities.rootSpanIds(runId)];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      const key = spanKeyOf(runId, id);
      if (!entities.getSpan(key)?.isPlaceholder) count += 1;
      for (const child of entities.childSpanIds(key)) stack.push(child);
    }
  }
  return count;
}

const siblings = (count: number) =>
  generateSpans(count).map((span, index) => Object.assign(span, { parent: index === 0 ? -1 : 0 }));
const chain = (count: number) => generateSpans(count).map((span, index) => Object.assign(span, { parent: index - 1 }));

const shapes: readonly (readonly [name: string, count: number, make: () => unknown])[] = [
  ['130,000 spans in one scope', 130_000, () => otlpDocument(generateSpans(130_000))],
  ['200,000 siblings', 200_000, () => otlpDocument(siblings(200_000))],
  ['a chain 20,000 deep', 20_000, () => otlpDocument(chain(20_000))],
  ['10,000 spans, half their parents missing', 10_000, () => otlpDocument(generateSpans(10_000), true)],
];

async function shapeRows(): Promise<BenchRow[]> {
  const rows: BenchRow[] = shapes.map(([name, count, make]) => {
    const shown = reachableSpans(toStore(make()));
    return {
      name: `OTLP, ${name}: spans shown of those sent`,
      goal: 'G6',
      ratio: shown / count,
      limit: 1,
      better: 'higher',
      ok: shown === count,
      detail: `${shown} of ${count}`,
    };
  });
  for (const [shape, spans] of [
    ['tree', generateSpans(40_000)],
    ['siblings', siblings(40_000)],
  ] as const) {
    const inOrder = otlpDocument(spans);
    const reversed = otlpDocument([...spans].reverse());
    const { ours, theirs } = await measureRounds({
      ours: () => timed(() => toStore(reversed)),
      theirs: () => timed(() => toStore(inOrder)),
    });
    rows.push(
      compare({
        name: `OTLP, 40,000 spans (${shape}), arrival reversed against in order`,
        goal: 'G6',
        ours,
        theirs,
        limit: 2.5,
        better: 'lower',
        unit: 'ms',
      }),
    );
  }
  return rows;
}

/** Each other adapter against OTLP's, events only, time a span. */
async function adapterRows(): Promise<BenchRow[]> {
  const spans: readonly BenchSpan[] = generateSpans(10_000);
  const read = (adapter: Adapter, document: unknown) => () => timed(() => adapter.read(document));
  const figures = await measureRounds(
    {
      otlp: read(otlpAdapter, otlpDocument(spans)),
      'openai-agents': read(openaiAgentsAdapter, openaiAgentsDocument(spans)),
      langfuse: read(langfuseAdapter, langfuseDocument(spans)),
      'redis-events': read(redisEventsAdapter, redisDocument(spans)),
      spanlight: read(
        nativeAdapter,
        generateEvents(spans).filter(({ type }) => type === 'span.end'),
      ),
    },
    9,
  );
  return (['openai-agents', 'langfuse', 'redis-events', 'spanlight'] as const).map((name) =>
    compare({
      name: `adapter ${name}, time a span, against OTLP's`,
      goal: 'G2',
      ours: figures[name],
      theirs: figures.otlp,
      limit: 1.5,
      better: 'lower',
      unit: 'ms for 10,000 spans',
    }),
  );
}

/** The two encodings of one export request, from its bytes to events, as the relay reads them. */
async function protobufRow(): Promise<BenchRow> {
  const document = otlpDocument(generateSpans(10_000));
  const json = Buffer.from(JSON.stringify(document));
  const protobuf = protobufDocument(document);
  const read = (bytes: Uint8Array, encoding: 'json' | 'protobuf') => () =>
    timed(() => readOtlp(bytes, { signal: 'spans', encoding, receivedAtMs: 0, hash: (text) => text }));
  const figures = await measureRounds({ protobuf: read(protobuf, 'protobuf'), json: read(json, 'json') }, 9, 3);
  return compare({
    name: 'OTLP over protobuf, bytes to events, against the same spans over JSON',
    goal: 'G2',
    ours: figures.protobuf,
    theirs: figures.json,
    limit: 1.5,
    better: 'lower',
    unit: 'ms for 10,000 spans',
  });
}

export async function run(): Promise<readonly BenchRow[]> {
  const document = JSON.parse(JSON.stringify(otlpDocument(generateSpans(2_000)))) as unknown;
  kept = [document, toStore(document), otlpAdapter.read(document), peerTree(document)];
  const rows = [...(await documentRows()), ...(await adapterRows()), await protobufRow(), ...(await shapeRows())];
  return kept.length > 0 ? rows : [];
}
