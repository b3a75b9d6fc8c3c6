/** Text for people, made with `Intl`. `undefined` and non-finite numbers give an em dash. Rules: ui design section 6. */
export interface Format {
  /** Full to 9,999, then `18.4k`, `1.28M`. */
  count(value: number | undefined): string;
  /** All digits, grouped. */
  exactCount(value: number | undefined): string;
  /** `0.4 ms`, `412 ms`, `2.60 s`, `41.2 s`, `4m 12s`, `2h 05m`, `3d 04h`. Never rounds up to the next unit. */
  duration(ms: number | undefined): string;
  /** `<$0.001`, `$0.083`, `$41.27`; `isLowerBound` puts `≥` before it, `isEstimated` puts `≈`. */
  cost(
    nanoUsd: number | undefined,
    options?: { isLowerBound?: boolean; isEstimated?: boolean; isCompact?: boolean },
  ): string;
  /** Takes a fraction: 0.0142 gives `1.42%`. */
  percent(fraction: number | undefined): string;
  /** `640 B`, `2.1 kB` (1000). */
  bytes(sizeBytes: number | undefined): string;
  /** `42 ev/s`: the number only, one decimal below 10. */
  rate(perSec: number | undefined): string;
  /** `14:32:07.412`; with the date when it is not today. */
  clockTime(atMs: number | undefined, nowMs?: number): string;
  /** `14:32:07`. */
  shortTime(atMs: number | undefined): string;
  /** ISO with offset and zone, for tooltips. */
  fullTime(atMs: number | undefined): string;
  /** `3m`, `2h`: how long ago. */
  ago(atMs: number | undefined, nowMs: number): string;
  /** `4bf92f…0e4736`: 6 + 4 characters of an id. */
  shortId(id: string): string;
}

export interface FormatOptions {
  /** BCP 47; default: the runtime's. */
  readonly locale?: string | undefined;
  /** IANA name; default: the runtime's. */
  readonly timeZone?: string | undefined;
}
