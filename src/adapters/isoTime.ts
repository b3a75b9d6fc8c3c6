import { isTimeMs } from '../model/units.ts';

const isoTime = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2})(?:[.,](\d{1,9}))?(Z|z|[+-]\d{2}:?\d{2})?$/;

/** The day that was read last, of many times that are of one day, and its first moment. */
let lastDay = '';
let lastDayMs = 0;

const ZERO = 0x30;
/** The number that two digits are; NaN for others. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
const DAY_MS = 86_400_000;
const scales = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const;
const FRACTION_AT = 20;

/** `2026-11-28T08:00:00.123456Z`, in the form that nearly all times are in. @returns `undefined` for what is left to the pattern */
function readPlainTime(text: string): number | undefined {
  if (!text.startsWith(lastDay) || text.charCodeAt(10) !== 0x54) return undefined;
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return undefined;
  const hours = twoDigits(text, 11);
  const minutes = twoDigits(text, 14);
  const seconds = twoDigits(text, 17);
  if (!(hours < 24 && minutes < 60 && seconds < 60)) return undefined;
  const wholeMs = lastDayMs + hours * 3_600_000 + minutes * 60_000 + seconds * 1000;
  let at = FRACTION_AT;
  let fraction = 0;
  if (text.charCodeAt(FRACTION_AT - 1) === 0x2e) {
    for (let digit = text.charCodeAt(at) - ZERO; digit >= 0 && digit <= 9; digit = text.charCodeAt(at) - ZERO) {
      fraction = fraction * 10 + digit;
      at += 1;
    }
    const scale = scales[at - FRACTION_AT];
    if (at === FRACTION_AT || scale === undefined) return undefined;
    fraction /= scale;
  } else at = FRACTION_AT - 1;
  const isUtc =
    at === text.length - 1 ? text.charCodeAt(at) === 0x5a : at === text.length - 6 && text.endsWith('+00:00');
  return isUtc ? wholeMs + fraction * 1000 : undefined;
}

/**
 * ISO-8601 to epoch ms with fraction: microseconds survive, which `Date.parse` cuts off. Without a zone it is UTC.
 * @returns `undefined` for anything else, and for times before 1970 or after 9999
 */
export function parseIsoTime(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const plainMs = lastDay === '' ? undefined : readPlainTime(value);
  if (plainMs !== undefined) return plainMs;
  const match = isoTime.exec(value);
  if (!match) return undefined;
  const [, seconds = '', fraction = '', zone = 'Z'] = match;
  const wholeMs = Date.parse(`${seconds.replace(' ', 'T')}${zone}`);
  const timeMs = wholeMs + Number(`0.${fraction || '0'}`) * 1000;
  if (!isTimeMs(timeMs)) return undefined;
  const dayMs = Date.parse(value.slice(0, 10));
  if (isTimeMs(dayMs) && isTimeMs(dayMs + DAY_MS)) {
    lastDay = value.slice(0, 10);
    lastDayMs = dayMs;
  }
  return timeMs;
}
