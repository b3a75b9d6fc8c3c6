import type { QuantileSet } from '../../model/history.ts';

/** Ratio of neighbouring bins: any value is within 1 % of the middle of its bin. */
const GAMMA = 1.02;
const LOG_GAMMA = Math.log(GAMMA);
/** Everything below stands in one bin, ms. */
const SMALLEST_MS = 0.01;
const SMALLEST_BIN = Math.floor(Math.log(SMALLEST_MS) / LOG_GAMMA);

/** How many samples stand in each bin: adds up over buckets, relays and tables. */
export type LatencyBins = ReadonlyMap<number, number>;

/** The bin of a duration: an integer that a database can group by. Source: Masson, Rim, Lee, DDSketch, PVLDB 12(12), 2019. */
export const latencyBinOf = (durationMs: number): number =>
  durationMs <= SMALLEST_MS ? SMALLEST_BIN : Math.floor(Math.log(durationMs) / LOG_GAMMA);

const middleOf = (bin: number): number => (bin <= SMALLEST_BIN ? 0 : (GAMMA ** bin * (1 + GAMMA)) / 2);

/** @returns `undefined` without samples; else quantiles by rank, ms. O(bins log bins) */
export function quantilesOf(bins: LatencyBins): QuantileSet | undefined {
  let count = 0;
  for (const size of bins.values()) count += size;
  if (count === 0) return undefined;
  const sorted = [...bins].sort(([left], [right]) => left - right);
  const at = (fraction: number): number => {
    let rank = Math.ceil(fraction * count);
    for (const [bin, size] of sorted) {
      rank -= size;
      if (rank <= 0) return middleOf(bin);
    }
    return middleOf(sorted.at(-1)?.[0] ?? 0);
  };
  return { count, p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) };
}
