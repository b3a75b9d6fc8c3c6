/** Chance that repeats: the same seed gives the same numbers, on every machine. */
export interface SeededRandom {
  /** In [0, 1). */
  next(): number;
  /** Whole number, both ends included. */
  whole(min: number, max: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** @param probability - in [0, 1] */
  chance(probability: number): boolean;
  /** Lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** Time to the next of many independent things, ms. */
  gapMs(meanMs: number): number;
}

/**
 * Sfc32 with 128 bits of state. Source: PractRand, Chris Doty-Humphrey, public domain.
 * @param salt - another whole number: the same seed with another salt is another sequence
 */
export function createSeededRandom(seed: number, salt = 0): SeededRandom {
  let a = (lowWord(salt) ^ 0x9e3779b9) | 0;
  let b = lowWord(seed);
  let c = highWord(seed);
  let counter = (1 + highWord(salt)) | 0;
  const word = () => {
    const mixed = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + mixed) | 0;
    return mixed >>> 0;
  };
  for (let round = 0; round < 12; round += 1) word(); // seeds that differ in one bit look alike before
  const next = () => word() / 2 ** 32;
  return {
    next,
    whole: (min, max) => min + Math.floor(next() * (max - min + 1)),
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
    chance: (probability) => next() < probability,
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += word().toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
    gapMs: (meanMs) => -Math.log(1 - next()) * meanMs,
  };
}

const lowWord = (value: number): number => Math.trunc(value) | 0;
const highWord = (value: number): number => Math.floor(Math.abs(value) / 2 ** 32) | 0;
