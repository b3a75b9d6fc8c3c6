/** One line of the bench: both sides measured in one run, so the ratio holds where absolute times do not. */
export interface BenchRow {
  readonly name: string;
  /** Goal of `docs/performance.md`, e.g. `G3`; `growth` rows say how the cost grows with ten times the input. */
  readonly goal: string;
  /** Ratio of the medians. */
  readonly ratio: number;
  readonly limit: number;
  readonly better: 'lower' | 'higher';
  /** `false` only when the median and the best round both miss the limit. */
  readonly ok: boolean;
  /** Sizes, rounds and absolute figures of this machine. */
  readonly detail: string;
}

/** A bench module: its rows, in the order people read them. */
export type BenchModule = () => Promise<readonly BenchRow[]>;
