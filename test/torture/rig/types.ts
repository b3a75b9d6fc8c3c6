import type { SeededRandom } from 'spanlight/simulator';

/** `small`: in `npm test`. `default`: `npm run torture`. `full`: for a release. */
export type TortureSize = 'small' | 'default' | 'full';

/** One number that a promise is held to, with how much was tried to get it. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** What it must be, e.g. `<= 200`; absent: told for information. */
  readonly bar?: string | undefined;
  /** How much was tried, e.g. `250,000 acks`. */
  readonly size: string;
  readonly ok: boolean;
}

export interface PromiseResult {
  readonly id: string;
  readonly ok: boolean;
  /** The invariant and its bar, in words. */
  readonly bar: string;
  readonly figures: readonly Figure[];
  /** What was not tried, and why. */
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** Collects what a promise measured. */
export interface Findings {
  /** At most `max`. */
  most(what: string, value: number, max: number, size: string): void;
  /** At least `min`. */
  least(what: string, value: number, min: number, size: string): void;
  none(what: string, value: number, size: string): void;
  told(what: string, value: number, size: string): void;
  note(text: string): void;
}

export interface TortureContext {
  readonly seed: number;
  readonly size: TortureSize;
  /** Folder of this promise, removed at its end. */
  readonly dir: string;
  readonly findings: Findings;
  pick<Value>(sizes: Readonly<Record<TortureSize, Value>>): Value;
  random(salt: number): SeededRandom;
  /** Runs at the end of the promise, last one first. */
  onEnd(cleanup: () => unknown): void;
  /** Progress, for who watches. */
  say(text: string): void;
}

export interface TorturePromise {
  readonly id: string;
  readonly bar: string;
  run(context: TortureContext): Promise<void>;
}
