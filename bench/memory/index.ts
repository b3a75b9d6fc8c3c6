import type { MonitorEvent } from 'spanlight/store';
import { createBenchStore } from '../benchStore.ts';
import { type BenchSpan, generateEvents, generateSpans } from '../generate.ts';
import { compare, median } from '../measure.ts';
import type { BenchRow } from '../types.ts';

const collect = (globalThis as { gc?: () => void }).gc;

/** Bytes that stay after a collection, for what `build` gives. */
function heldBytes(build: () => unknown): number {
  collect?.();
  collect?.();
  const before = process.memoryUsage().heapUsed;
  const held = build();
  collect?.();
  collect?.();
  const after = process.memoryUsage().heapUsed;
  return held === undefined ? 0 : after - before;
}

/** Fed as a stream feeds it, so that strings are the parser's own. */
function fill(text: string) {
  const store = createBenchStore();
  store.ingest(JSON.parse(text) as MonitorEvent[]);
  store.flush();
  return store;
}

/** The same events with a prompt in each end, as a file has them. */
function withPayload(spans: readonly BenchSpan[]): string {
  const events = generateEvents(spans).map((event) =>
    event.type === 'span.end'
      ? {
          ...event,
          detail: {
            input: [{ role: 'user', content: `Compare revenue of filing ${event.id}.` }],
            output: `Done: ${event.id}`,
          },
        }
      : event,
  );
  return JSON.stringify(events);
}

const rounds = 5;
const repeat = (measure: () => number) => Array.from({ length: rounds }, measure);

export async function run(): Promise<readonly BenchRow[]> {
  if (!collect) throw new Error('start with --expose-gc: without a collection the figures mean nothing');
  const count = 100_000;
  const spans = generateSpans(count);
  const bare = JSON.stringify(generateEvents(spans));
  const full = withPayload(spans);
  fill(bare); // warm up
  const perSpan = repeat(() => heldBytes(() => fill(bare)) / count);
  const perSpanSmall = repeat(() => {
    const text = JSON.stringify(generateEvents(generateSpans(count / 10)));
    return heldBytes(() => fill(text)) / (count / 10);
  });
  const parsed = repeat(() => heldBytes(() => JSON.parse(full)) / count);
  const inStore = repeat(() => heldBytes(() => fill(full)) / count);
  return [
    compare({
      name: 'memory a span without payload, 100,000 spans, against 500 B',
      goal: 'G5',
      ours: perSpan,
      theirs: perSpan.map(() => 500),
      limit: 1,
      better: 'lower',
      unit: 'B',
    }),
    compare({
      name: 'memory a span with payload, against the parsed document',
      goal: 'G5',
      ours: inStore,
      theirs: parsed,
      limit: 1.2,
      better: 'lower',
      unit: 'B',
      note: `median without payload ${Math.round(median(perSpan))} B`,
    }),
    compare({
      name: 'memory a span at 100,000 spans against 10,000',
      goal: 'growth',
      ours: perSpan,
      theirs: perSpanSmall,
      limit: 1.2,
      better: 'lower',
      unit: 'B',
      note: 'growth x10',
    }),
  ];
}
