import { usdFromNanoUsd } from '../../model/units.ts';
import type { Format } from './createFormat.ts';

const none = '—';
/** Powers of 1000 from 1e3 on; beyond the last one a number is written with its exponent. */
const suffixes = ['k', 'M', 'B', 'T'] as const;
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

type NumberText = Pick<
  Format,
  'count' | 'exactCount' | 'tokens' | 'cost' | 'percent' | 'share' | 'points' | 'score' | 'bytes' | 'rate'
> & { readonly fixed: (value: number, digits: number) => string };

const isNumber = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/** Digits after the point that leave three figures: 1.28, 12.8, 128. */
const digitsForThree = (value: number) => (value < 10 ? 2 : value < 100 ? 1 : 0);
const roundTo = (value: number, digits: number) => Number(value.toFixed(digits));

/** Splits 18_412 into 18.4 and `k`. What rounds to 1000 goes on to the next suffix. */
function scale(value: number): { scaled: number; digits: number; suffix: string } {
  let scaled = value / 1000;
  let index = 0;
  while (index < suffixes.length - 1 && roundTo(scaled, digitsForThree(scaled)) >= 1000) {
    scaled /= 1000;
    index += 1;
  }
  // 99.96 has one digit but rounds to 100.0: ask again after rounding
  const digits = digitsForThree(roundTo(scaled, digitsForThree(scaled)));
  return { scaled, digits, suffix: suffixes[index] ?? '' };
}

/** Numbers, money and sizes of a locale. */
export function createNumberText(locale: string | undefined): NumberText {
  const plain = [0, 1, 2, 3].map(
    (digits) =>
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        useGrouping: true,
      }),
  );
  const money = [1, 2, 3].map(
    (digits) =>
      new Intl.NumberFormat(locale, {
        style: 'currency',
        currency: 'USD',
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  );
  const fixed = (value: number, digits: number) => plain[digits]?.format(value) ?? String(value);
  const dollars = (usd: number, digits: 1 | 2 | 3) => money[digits - 1]?.format(usd) ?? String(usd);

  const short = (value: number, from: number): string => {
    const size = Math.abs(Math.round(value));
    const sign = value < 0 && size > 0 ? '-' : '';
    if (size < from) return `${sign}${fixed(size, 0)}`;
    if (size >= 1e15) return `${sign}${size.toExponential(1).replace('e+', 'e')}`;
    if (size < 9_950) return `${sign}${fixed(size / 1000, 1)}k`;
    const { scaled, digits, suffix } = scale(size);
    return `${sign}${fixed(scaled, digits)}${suffix}`;
  };

  const costText = (usd: number, isCompact: boolean, isLowerBound: boolean): string => {
    if (isCompact && usd >= 10_000) {
      const { scaled, suffix } = scale(usd);
      const parts = money[0]?.formatToParts(scaled) ?? [];
      const last = parts.findLastIndex((part) => part.type === 'fraction' || part.type === 'integer');
      return parts.map((part, index) => (index === last ? `${part.value}${suffix}` : part.value)).join('');
    }
    // a bound of "at least less than" says nothing, so a bound is never written with "<"
    if (usd > 0 && usd < 0.001 && !isLowerBound) return `<${dollars(0.001, 3)}`;
    return roundTo(usd, 3) < 1 ? dollars(usd, 3) : dollars(usd, 2);
  };

  return {
    fixed,
    count: (value) => (isNumber(value) ? short(value, 10_000) : none),
    exactCount: (value) => (isNumber(value) ? fixed(value, 0) : none),
    tokens: (value) => (isNumber(value) ? short(value, 1_000) : none),
    cost(nanoUsd, { isLowerBound = false, isEstimated = false, isCompact = false } = {}) {
      if (!isNumber(nanoUsd)) return none;
      const mark = isLowerBound ? '≥' : isEstimated ? '≈' : '';
      return `${mark}${costText(usdFromNanoUsd(nanoUsd), isCompact, isLowerBound)}`;
    },
    percent(fraction) {
      if (!isNumber(fraction)) return none;
      if (fraction === 0 || fraction === 1) return `${fixed(fraction * 100, 0)}%`;
      const percent = fraction * 100;
      if (percent > 0 && percent < 0.1) return `<${fixed(0.1, 1)}%`;
      if (Math.abs(roundTo(percent, 2)) < 10) return `${fixed(percent, 2)}%`;
      if (percent < 100 && roundTo(percent, 1) >= 100) return `${fixed(99.9, 1)}%`;
      return `${fixed(percent, 1)}%`;
    },
    share(fraction) {
      if (!isNumber(fraction)) return none;
      if (fraction > 0 && fraction < 0.01) return `<${fixed(1, 0)}%`;
      if (fraction > 0.99 && fraction < 1) return `${fixed(99, 0)}%`;
      return `${fixed(fraction * 100, 0)}%`;
    },
    points: (difference) => (isNumber(difference) ? `${fixed(Math.abs(difference) * 100, 2)} pp` : none),
    score: (value) => (isNumber(value) ? fixed(value, 2) : none),
    bytes(sizeBytes) {
      if (!isNumber(sizeBytes)) return none;
      let value = Math.max(0, sizeBytes);
      let index = 0;
      const digits = () => (index > 0 && roundTo(value, 1) < 10 ? 1 : 0);
      while (index < byteUnits.length - 1 && roundTo(value, digits()) >= 1000) {
        value /= 1000;
        index += 1;
      }
      return `${fixed(value, digits())} ${byteUnits[index]}`;
    },
    rate(perSec) {
      if (!isNumber(perSec)) return none;
      const value = Math.max(0, perSec);
      if (value === 0) return fixed(0, 0);
      if (value < 0.05) return `<${fixed(0.1, 1)}`;
      return roundTo(value, 1) < 10 ? fixed(value, 1) : short(value, 10_000);
    },
  };
}
