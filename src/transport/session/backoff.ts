export interface BackoffLimits {
  /** Longest first wait, ms. */
  readonly minMs: number;
  /** Longest wait at all, ms. */
  readonly maxMs: number;
}

/**
 * Full jitter: anywhere between nothing and a ceiling that doubles with each failure.
 * Source: M. Brooker, Exponential Backoff and Jitter, 2015.
 */
export const backoffMs = (failures: number, random: () => number, { minMs, maxMs }: BackoffLimits): number =>
  Math.round(random() * Math.min(maxMs, minMs * 2 ** Math.min(failures, 30)));
