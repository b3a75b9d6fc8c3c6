import { latencyBinOf, quantilesOf } from './latencyBins.ts';
import type { HistoryRun, MetricBucket, MetricDimension, Metrics, MetricsQuery } from './RunHistory.ts';
import type { SpanMeasure } from './spanMeasures.ts';

const sumNames = [
  'runs',
  'failedRuns',
  'calls',
  'toolCalls',
  'errors',
  'failedToolCalls',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'costNanoUsd',
  'unpricedCalls',
] as const;
type Sums = Record<(typeof sumNames)[number], number>;
type BinName = 'runLatencyMs' | 'callLatencyMs' | 'toolLatencyMs';

interface Draft {
  readonly atMs: number;
  readonly sums: Sums;
  readonly bins: Readonly<Record<BinName, Map<number, number>>>;
}

/** Adds up what is counted, bucket by bucket and series by series. Any part of it can come summed up already, from a database. */
export interface MetricsSum {
  /** @param name - of the series; `undefined`: what has none */
  add(name: string | undefined, atMs: number, sums: Partial<Sums>): void;
  addLatency(name: string | undefined, atMs: number, which: BinName, bin: number, count: number): void;
  read(): Metrics;
}

export function createMetricsSum({ bucketMs, offsetMs, limit }: MetricsQuery): MetricsSum {
  const series = new Map<string | undefined, Map<number, Draft>>();

  const draftAt = (name: string | undefined, atMs: number): Draft => {
    const start = bucketStartOf(atMs, bucketMs, offsetMs);
    let buckets = series.get(name);
    if (!buckets) series.set(name, (buckets = new Map()));
    let draft = buckets.get(start);
    if (!draft) {
      const sums = Object.fromEntries(sumNames.map((sum) => [sum, 0])) as Sums;
      draft = {
        atMs: start,
        sums,
        bins: { runLatencyMs: new Map(), callLatencyMs: new Map(), toolLatencyMs: new Map() },
      };
      buckets.set(start, draft);
    }
    return draft;
  };

  return {
    add(name, atMs, added) {
      const { sums } = draftAt(name, atMs);
      for (const sum of sumNames) sums[sum] += added[sum] ?? 0;
    },
    addLatency(name, atMs, which, bin, count) {
      const bins = draftAt(name, atMs).bins[which];
      bins.set(bin, (bins.get(bin) ?? 0) + count);
    },
    read() {
      const all = [...series].map(([name, buckets]) => ({
        name,
        buckets: [...buckets.values()].map(bucketOf).sort((left, right) => left.atMs - right.atMs),
      }));
      const total = (buckets: readonly MetricBucket[], sum: keyof Sums) =>
        buckets.reduce((before, bucket) => before + bucket[sum], 0);
      const worth = (['costNanoUsd', 'calls', 'toolCalls', 'runs'] as const).map((sum) => sum);
      const sorted = all
        .map((one) => ({ one, worth: worth.map((sum) => total(one.buckets, sum)) }))
        .sort((left, right) => {
          for (const [index, value] of left.worth.entries()) {
            const difference = (right.worth[index] ?? 0) - value;
            if (difference !== 0) return difference;
          }
          return compareNames(left.one.name, right.one.name);
        })
        .map(({ one }) => one);
      return { series: sorted.slice(0, limit), seriesCount: sorted.length };
    },
  };
}

export const bucketStartOf = (atMs: number, bucketMs: number, offsetMs: number): number =>
  Math.floor((atMs - offsetMs) / bucketMs) * bucketMs + offsetMs;

const bucketOf = ({ atMs, sums, bins }: Draft): MetricBucket => ({
  atMs,
  ...sums,
  runLatencyMs: quantilesOf(bins.runLatencyMs),
  callLatencyMs: quantilesOf(bins.callLatencyMs),
  toolLatencyMs: quantilesOf(bins.toolLatencyMs),
});

/** No name comes last. */
const compareNames = (left: string | undefined, right: string | undefined): number => {
  if (left === right) return 0;
  if (left === undefined || right === undefined) return left === undefined ? 1 : -1;
  return left < right ? -1 : 1;
};

export function addRun(sum: MetricsSum, names: readonly (string | undefined)[], { run, atMs }: HistoryRun): void {
  const { startedAtMs, endedAtMs } = run;
  for (const name of names) {
    sum.add(name, atMs, { runs: 1, failedRuns: run.status === 'failed' ? 1 : 0 });
    if (startedAtMs === undefined || endedAtMs === undefined) continue;
    sum.addLatency(name, atMs, 'runLatencyMs', latencyBinOf(Math.max(0, endedAtMs - startedAtMs)), 1);
  }
}

export function addMeasure(sum: MetricsSum, name: string | undefined, measure: SpanMeasure): void {
  const { atMs, kind, latencyMs, isFailed, costNanoUsd, inputTokens, outputTokens, totalTokens } = measure;
  if (kind === 'error') return sum.add(name, atMs, { errors: 1 });
  if (kind === 'tool') {
    sum.add(name, atMs, { toolCalls: 1, failedToolCalls: isFailed ? 1 : 0 });
  } else {
    const unpricedCalls = costNanoUsd === undefined ? 1 : 0;
    sum.add(name, atMs, {
      calls: 1,
      inputTokens,
      outputTokens,
      totalTokens,
      costNanoUsd: costNanoUsd ?? 0,
      unpricedCalls,
    });
  }
  if (latencyMs === undefined) return;
  sum.addLatency(name, atMs, kind === 'tool' ? 'toolLatencyMs' : 'callLatencyMs', latencyBinOf(latencyMs), 1);
}

/** The name of a measure's series. */
export const seriesOf = (
  by: MetricDimension | undefined,
  { agentName, toolName, modelName }: SpanMeasure,
  userId: string | undefined,
): string | undefined =>
  by === 'agent' ? agentName : by === 'tool' ? toolName : by === 'model' ? modelName : by && userId;
