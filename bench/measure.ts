import type { BenchRow } from './types.ts';

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

/** Collects garbage where Node was started with `--expose-gc`, so that one side does not pay for the other. */
const collect = (globalThis as { gc?: () => void }).gc ?? (() => undefined);

/** A collection leaves the sweeping to other threads; they are done by then, and do not run beside what is timed. */
const SWEEP_MS = 20;
const swept = () => new Promise<void>((resolve) => setTimeout(resolve, SWEEP_MS));

export type Variants<Name extends string> = Readonly<Record<Name, () => number | Promise<number>>>;

/**
 * Runs every variant once a round, in an order that rotates, after `warmUps` rounds that are not counted.
 * Each variant gives its own figure (ms, bytes, events/s). What takes few milliseconds wants many warm-ups: V8 compiles it
 * for good after thousands of calls only.
 */
export async function measureRounds<Name extends string>(
  variants: Variants<Name>,
  rounds = 5,
  warmUps = 1,
): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(variants) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUps; round < rounds; round += 1) {
    const shift = (round + warmUps) % names.length;
    for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
      collect();
      await swept();
      const figure = await variants[name]();
      if (round >= 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** Milliseconds one call takes. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

interface Comparison {
  readonly name: string;
  readonly goal: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly limit: number;
  readonly better: 'lower' | 'higher';
  readonly unit: string;
  readonly note?: string;
}

const round = (value: number) => Number(value.toPrecision(4));

/** Ratio of medians, and the best round's own ratio for the verdict. */
export function compare({ name, goal, ours, theirs, limit, better, unit, note }: Comparison): BenchRow {
  const ratio = median(ours) / median(theirs);
  const perRound = ours.map((value, index) => value / (theirs[index] ?? Number.NaN));
  const best = better === 'lower' ? Math.min(...perRound) : Math.max(...perRound);
  const meets = (value: number) => (better === 'lower' ? value <= limit : value >= limit);
  const figures = `${round(median(ours))} ${unit} against ${round(median(theirs))} ${unit}`;
  const detail = `${figures}; ${ours.length} rounds, best ${round(best)}${note ? `; ${note}` : ''}`;
  return { name, goal, ratio: round(ratio), limit, better, ok: meets(ratio) || meets(best), detail };
}
