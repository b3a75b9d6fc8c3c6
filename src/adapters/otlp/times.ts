import { MAX_TIME_MS } from '../../model/units.ts';
import { parseIsoTime } from '../isoTime.ts';
import { isRecord } from '../looseRecord.ts';

const NANOS_PER_MS = 1_000_000;
/** Digits of the nanoseconds below a millisecond. */
const FRACTION_DIGITS = 6;
/** Nanoseconds of the year 9999 have 21 digits. */
const MAX_DIGITS = 21;

/**
 * Unix nanoseconds to epoch ms with fraction. 19 digits do not fit a double: the whole milliseconds and the rest are read apart.
 * @param raw - digits in a string, a number, a bigint, or `{low, high}` of a 64-bit number
 * @returns 0 for none: absent, `null`, `''`, 0; `undefined` for what is no time
 */
export function msOfNanos(raw: unknown): number | undefined {
  if (typeof raw === 'string') return raw === '' ? 0 : msOfDigits(raw);
  if (raw === undefined || raw === null) return 0;
  if (typeof raw === 'number') return inRange(raw / NANOS_PER_MS);
  if (typeof raw === 'bigint') return msOfBigInt(raw);
  if (isRecord(raw) && typeof raw['low'] === 'number' && typeof raw['high'] === 'number') {
    return msOfHalves(raw['low'], raw['high']);
  }
  return undefined;
}

function msOfDigits(text: string): number | undefined {
  const { length } = text;
  if (length > MAX_DIGITS) return parseIsoTime(text);
  const split = length - FRACTION_DIGITS;
  let wholeMs = 0;
  let nanos = 0;
  for (let index = 0; index < length; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return parseIsoTime(text);
    if (index < split) wholeMs = wholeMs * 10 + digit;
    else nanos = nanos * 10 + digit;
  }
  return inRange(wholeMs + nanos / NANOS_PER_MS);
}

function msOfHalves(low: number, high: number): number | undefined {
  if (!Number.isInteger(low) || !Number.isInteger(high)) return undefined;
  return msOfBigInt((BigInt(high >>> 0) << 32n) | BigInt(low >>> 0));
}

const msOfBigInt = (nanos: bigint): number | undefined =>
  inRange(Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / NANOS_PER_MS);

const inRange = (timeMs: number): number | undefined => (timeMs >= 0 && timeMs <= MAX_TIME_MS ? timeMs : undefined);
