import { formatAgo, formatDuration, formatLag } from './duration.ts';
import { createNumberText } from './numberText.ts';
import { createTimeText } from './timeText.ts';

/** Text for people, made with `Intl`. `undefined` and non-finite numbers give an em dash. Rules: ui design section 6. */
export interface Format {
  /** Full to 9,999, then `18.4k`, `1.28M`, `1.28B`; from 1e15 `1.2e15`. */
  count(value: number | undefined): string;
  /** All digits, grouped. */
  exactCount(value: number | undefined): string;
  /** For dense lines such as `in 1.2k / out 412`: as {@link count}, but short from 1,000 on. */
  tokens(value: number | undefined): string;
  /** `0.4 ms`, `412 ms`, `2.60 s`, `41.2 s`, `4m 12s`, `2h 05m`, `3d 04h`. Never rounds up to the next unit. */
  duration(ms: number | undefined): string;
  /** A delay, in seconds with one decimal: `0.3 s`, `4.1 s`; from a minute on as {@link duration}. */
  lag(ms: number | undefined): string;
  /** `<$0.001`, `$0.083`, `$41.27`; `isLowerBound` puts `≥` before it, `isEstimated` puts `≈`. */
  cost(
    nanoUsd: number | undefined,
    options?: { isLowerBound?: boolean; isEstimated?: boolean; isCompact?: boolean },
  ): string;
  /** Takes a fraction: 0.0142 gives `1.42%`. Less than all of it never reads `100%`. */
  percent(fraction: number | undefined): string;
  /** A part of a whole, beside a bar: 0.434 gives `43%`, anything small `<1%`. */
  share(fraction: number | undefined): string;
  /** A difference of two fractions: 0.0061 gives `0.61 pp`, without its sign. */
  points(difference: number | undefined): string;
  /** A judgement, with two decimals: `0.61`. */
  score(value: number | undefined): string;
  /** `640 B`, `2.1 kB` (1000). */
  bytes(sizeBytes: number | undefined): string;
  /** `42 ev/s`: the number only, one decimal below 10. */
  rate(perSec: number | undefined): string;
  /** `14:32:07.412`; with the date when it is not today. */
  clockTime(atMs: number | undefined, nowMs?: number): string;
  /** `14:32:07`. */
  shortTime(atMs: number | undefined): string;
  /** ISO with offset and zone, then UTC, for tooltips: `2026-11-21T14:32:07.412+01:00 Europe/Berlin, 13:32:07.412 UTC`. */
  fullTime(atMs: number | undefined): string;
  /** ISO 8601 in UTC, for `<time datetime>`; `undefined` where there is no time. */
  isoTime(atMs: number | undefined): string | undefined;
  /** When the day of this moment began in the zone, epoch ms. */
  dayStartMs(atMs: number): number;
  /** `3m`, `2h`: how long ago. */
  ago(atMs: number | undefined, nowMs: number): string;
  /** `4bf92f…4736`: 6 + 4 characters of an id. A prefix such as `trace_` is kept and not counted. */
  shortId(id: string): string;
}

export interface FormatOptions {
  /** BCP 47; default: the runtime's. */
  readonly locale?: string | undefined;
  /** IANA name; default: the runtime's. */
  readonly timeZone?: string | undefined;
}

/**
 * Makes the formatters of a locale and zone. Cost: a handful of `Intl` objects, so make it once and keep it.
 * @throws RangeError of `Intl` for a locale or a zone that does not exist
 */
export function createFormat(options: FormatOptions = {}): Format {
  const number = createNumberText(options.locale);
  const time = createTimeText(options);
  return {
    ...number,
    ...time,
    duration: (ms) => formatDuration(ms, number.fixed),
    lag: (ms) => formatLag(ms, number.fixed),
    ago: formatAgo,
    shortId,
  };
}

function shortId(id: string): string {
  const prefix = /^[A-Za-z]{1,8}[_-]/.exec(id)?.[0] ?? '';
  const rest = Array.from(id.slice(prefix.length));
  if (rest.length <= 12) return id;
  return `${prefix}${rest.slice(0, 6).join('')}…${rest.slice(-4).join('')}`;
}
