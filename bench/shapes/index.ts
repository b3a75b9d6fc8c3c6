import { openTelemetrySpanAdapter } from '@evilmartians/agent-prism-data';
import { type MonitorEvent, type MonitorStore, type SpanId, spanKeyOf } from 'spanlight/store';
import { createBenchStore } from '../benchStore.ts';
import { type BenchSpan, benchRunId, generateEvents, generateSpans } from '../generate.ts';
import { compare, measureRounds, timed } from '../measure.ts';
import type { BenchRow } from '../types.ts';

const liveBatch = 1000;

/** The live path: many small batches with a flush after each. */
function feed(events: readonly MonitorEvent[]): MonitorStore {
  const store = createBenchStore();
  for (let at = 0; at < events.length; at += liveBatch) {
    store.ingest(events.slice(at, at + liveBatch));
    store.flush();
  }
  return store;
}

/** Spans that can be reached from the roots, placeholders of missing parents not counted. */
function reachableSpans(store: MonitorStore): number {
  const { entities } = store.getState();
  const stack: SpanId[] = [...entities.rootSpanIds(benchRunId)];
  let count = 0;
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    const key = spanKeyOf(benchRunId, id);
    if (!entities.getSpan(key)?.isPlaceholder) count += 1;
    for (const child of entities.childSpanIds(key)) stack.push(child);
  }
  return count;
}

const siblings = (count: number) =>
  generateSpans(count).map((span, index) => Object.assign(span, { parent: index === 0 ? -1 : 0 }));
const chain = (count: number) => generateSpans(count).map((span, index) => Object.assign(span, { parent: index - 1 }));

/** Half of the spans name a parent that never comes. */
function halfOrphans(count: number): MonitorEvent[] {
  const missing = 'span_never';
  return generateEvents(generateSpans(count)).map((event, index) =>
    (index >> 1) % 2 === 1 ? ({ ...event, parent: `${missing}${(index >> 1) % 50}` } as MonitorEvent) : event,
  );
}

const shapes: readonly (readonly [name: string, count: number, make: () => MonitorEvent[]])[] = [
  ['130,000 spans in one trace', 130_000, () => generateEvents(generateSpans(130_000))],
  ['200,000 siblings', 200_000, () => generateEvents(siblings(200_000))],
  ['a chain 20,000 deep', 20_000, () => generateEvents(chain(20_000))],
  ['10,000 spans, half their parents missing', 10_000, () => halfOrphans(10_000)],
];

/** What the peer shows of the same spans: it takes OTLP documents. */
function peerShows(spans: readonly BenchSpan[], missingParents: boolean): string {
  const document = {
    resourceSpans: [
      {
        resource: { attributes: [] },
        scopeSpans: [
          {
            scope: { name: 'bench' },
            spans: spans.map((span) => {
              const parent = missingParents && span.index % 2 === 1 ? 'f'.repeat(16) : spans[span.parent]?.id;
              return {
                traceId: benchRunId,
                spanId: span.id,
                ...(parent ? { parentSpanId: parent } : {}),
                name: span.name,
                kind: 'SPAN_KIND_INTERNAL',
                startTimeUnixNano: `${span.startedAtMs}000000`,
                endTimeUnixNano: `${span.endedAtMs}000000`,
                attributes: [],
                status: { code: 'STATUS_CODE_OK' },
              };
            }),
          },
        ],
      },
    ],
  };
  try {
    const tree = openTelemetrySpanAdapter.convertRawDocumentsToSpans(document as never) as { children?: never[] }[];
    let count = 0;
    const stack = [...tree];
    for (let span = stack.pop(); span; span = stack.pop()) {
      count += 1;
      stack.push(...((span.children ?? []) as { children?: never[] }[]));
    }
    return `agent-prism-data shows ${count} of ${spans.length}`;
  } catch (error) {
    return `agent-prism-data ends with ${(error as Error).name}`;
  }
}

export async function run(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const [name, count, make] of shapes) {
    const store = feed(make());
    const shown = reachableSpans(store);
    const peer = name.includes('missing')
      ? peerShows(generateSpans(count), true)
      : name.startsWith('130')
        ? peerShows(generateSpans(count), false)
        : '';
    rows.push({
      name: `${name}: spans shown of those sent`,
      goal: 'G6',
      ratio: shown / count,
      limit: 1,
      better: 'higher',
      ok: shown === count,
      detail: `${shown} of ${count}${peer ? `; ${peer}` : ''}`,
    });
  }
  for (const [shape, spans] of [
    ['tree', generateSpans(40_000)],
    ['siblings', siblings(40_000)],
  ] as const) {
    const inOrder = generateEvents(spans);
    const reversed = [...inOrder].reverse();
    const { ours, theirs } = await measureRounds({
      ours: () => timed(() => feed(reversed)),
      theirs: () => timed(() => feed(inOrder)),
    });
    rows.push(
      compare({
        name: `40,000 spans (${shape}) on the live path, arrival reversed against in order`,
        goal: 'G6',
        ours,
        theirs,
        limit: 2.5,
        better: 'lower',
        unit: 'ms',
      }),
    );
  }
  const sizes = await measureRounds({
    ours: () => timed(() => feed(generateEvents(siblings(100_000)).reverse())),
    theirs: () => timed(() => feed(generateEvents(siblings(10_000)).reverse())),
  });
  rows.push(
    compare({
      name: 'reversed siblings on the live path, 100,000 against 10,000',
      goal: 'growth',
      ...sizes,
      limit: 20,
      better: 'lower',
      unit: 'ms',
      note: 'growth x10, a sort and the collector included',
    }),
  );
  return rows;
}
