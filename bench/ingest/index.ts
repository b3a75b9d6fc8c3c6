import { isMonitorEvent } from 'spanlight/store';
import { createStore } from 'zustand/vanilla';
import { createBenchStore, ingestBatches, keepOneStore, toBatches } from '../benchStore.ts';
import { generateEvents, generateSpans } from '../generate.ts';
import { compare, measureRounds, median, timed } from '../measure.ts';
import type { BenchRow } from '../types.ts';

const batchSize = 100;

interface ParsedLine {
  readonly span: string;
}

/** The obvious store: a new `Map` in a new state for each event. */
function setStatePerEvent(lines: readonly string[]): void {
  const store = createStore(() => ({ spans: new Map<string, object>() }));
  for (const line of lines) {
    const event = JSON.parse(line) as ParsedLine;
    store.setState((state) => {
      const spans = new Map(state.spans);
      spans.set(event.span, { ...spans.get(event.span), ...event });
      return { spans };
    });
  }
}

/** Events a second of each variant. */
async function measureSize(spanCount: number, rounds: number, warmUps: number) {
  const events = generateEvents(generateSpans(spanCount));
  const lines = events.map((event) => JSON.stringify(event));
  const batches = toBatches(events, batchSize);
  const perSec = async (work: () => unknown, count = events.length) => count / ((await timed(work)) / 1000);
  return measureRounds(
    {
      parse: () =>
        perSec(() => {
          for (const line of lines) JSON.parse(line);
        }),
      guard: () =>
        perSec(() => {
          for (const line of lines)
            if (!isMonitorEvent(JSON.parse(line))) throw new Error('the guard refused a good event');
        }),
      store: () => perSec(() => ingestBatches(createBenchStore(), batches)),
    },
    rounds,
    warmUps,
  );
}

export async function run(): Promise<readonly BenchRow[]> {
  keepOneStore(toBatches(generateEvents(generateSpans(2000)), batchSize));
  const rows: BenchRow[] = [];
  const storeRates = new Map<number, readonly number[]>();
  for (const [spanCount, rounds, warmUps] of [
    [1_000, 15, 60],
    [10_000, 7, 8],
    [100_000, 5, 1],
  ] as const) {
    const { parse, guard, store } = await measureSize(spanCount, rounds, warmUps);
    storeRates.set(spanCount, store);
    rows.push(
      compare({
        name: `live events into the store, ${spanCount} spans, against JSON.parse per event`,
        goal: 'G3',
        ours: store,
        theirs: parse,
        limit: 0.4,
        better: 'higher',
        unit: 'events/s',
      }),
    );
    const slower = (rates: readonly number[]) => rates.map((rate) => 1e6 / rate);
    rows.push(
      compare({
        name: `validation on the hot path, ${spanCount} spans, against JSON.parse alone`,
        goal: 'G4',
        ours: slower(guard),
        theirs: slower(parse),
        limit: 1.1,
        better: 'lower',
        unit: 'us/event',
      }),
    );
  }
  rows.push(
    compare({
      name: 'rate at 100,000 spans against the rate at 1,000',
      goal: 'G3',
      ours: storeRates.get(100_000) ?? [],
      theirs: [
        median(storeRates.get(1_000) ?? []),
        ...Array.from({ length: 4 }, () => median(storeRates.get(1_000) ?? [])),
      ],
      limit: 0.7,
      better: 'higher',
      unit: 'events/s',
      note: 'growth x100',
    }),
  );
  rows.push(await againstSetState());
  return rows;
}

/** The store most people write first, on the same events. */
async function againstSetState(): Promise<BenchRow> {
  const events = generateEvents(generateSpans(10_000));
  const lines = events.map((event) => JSON.stringify(event));
  const batches = toBatches(events, batchSize);
  const { store, naive } = await measureRounds(
    {
      store: async () => events.length / ((await timed(() => ingestBatches(createBenchStore(), batches))) / 1000),
      naive: async () => lines.length / ((await timed(() => setStatePerEvent(lines))) / 1000),
    },
    5,
  );
  return compare({
    name: 'live events, 10,000 spans, against a new Map in a setState per event',
    goal: 'G3',
    ours: store,
    theirs: naive,
    limit: 150,
    better: 'higher',
    unit: 'events/s',
  });
}
