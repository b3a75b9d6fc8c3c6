/** Nano-dollars in one dollar. Money is an integer number of these. */
export const NANO_USD_PER_USD = 1_000_000_000;

/** @returns nano-dollars, rounded to the nearest integer; `undefined` for anything that is no number >= 0, and beyond what an integer holds */
export function nanoUsdFromUsd(usd: unknown): number | undefined {
  if (typeof usd !== 'number' || !Number.isFinite(usd) || usd < 0) return undefined;
  const nanoUsd = Math.round(usd * NANO_USD_PER_USD);
  return nanoUsd <= Number.MAX_SAFE_INTEGER ? nanoUsd : undefined;
}

/** Dollars of an amount of nano-dollars. */
export const usdFromNanoUsd = (nanoUsd: number): number => nanoUsd / NANO_USD_PER_USD;

/** Epoch milliseconds of the year 9999; later times are faults of the input. */
export const MAX_TIME_MS = 253_402_300_799_999;

/** A time the model accepts: finite, from 1970 to 9999, in epoch ms with fraction. */
export const isTimeMs = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && value <= MAX_TIME_MS;
