import type { InputIssue } from '../model/errors.ts';

/** Prices of one model, US dollars per 1,000,000 tokens. */
export interface ModelPrice {
  readonly input: number;
  /** Input read from a cache. Default: `input`. */
  readonly cached_input?: number | undefined;
  /** Input written to a cache. Default: `input`. */
  readonly cache_write?: number | undefined;
  /** Output, reasoning included. */
  readonly output: number;
}

/** A host's prices, in the shape of the JSON file that `--prices` takes: keys are model names, dated or undated. */
export interface PriceTable {
  readonly models: Readonly<Record<string, ModelPrice>>;
}

const priceNames = ['input', 'cached_input', 'cache_write', 'output'] as const satisfies readonly (keyof ModelPrice)[];
const neededNames: ReadonlySet<string> = new Set(['input', 'output']);

/**
 * Reads a price file. Never throws: a model that cannot be read is left out and told as an issue, the others stay.
 * @param raw - parsed JSON; keys that are not known are ignored
 */
export function parsePriceTable(raw: unknown): { readonly table: PriceTable; readonly issues: readonly InputIssue[] } {
  const models: Record<string, ModelPrice> = Object.create(null) as Record<string, ModelPrice>;
  const issues: InputIssue[] = [];
  const entries = isRecord(raw) ? raw['models'] : undefined;
  if (!isRecord(entries)) {
    const reason = 'A price table is an object with an object "models"; no price was read.';
    return { table: { models }, issues: [{ path: 'models', code: 'prices.no-models', reason }] };
  }
  for (const [name, entry] of Object.entries(entries)) {
    const faults = faultsOf(entry, `models[${JSON.stringify(name)}]`);
    issues.push(...faults);
    if (faults.length === 0) models[name] = pricesOf(entry as ModelPrice);
  }
  return { table: { models }, issues };
}

function faultsOf(entry: unknown, path: string): InputIssue[] {
  if (!isRecord(entry)) {
    return [{ path, code: 'prices.bad-model', reason: 'The prices of a model are an object; the model was left out.' }];
  }
  const faults: InputIssue[] = [];
  for (const name of priceNames) {
    const price = entry[name];
    if (price === undefined || price === null) {
      if (!neededNames.has(name)) continue;
      const reason = `The price "${name}" is missing; the model was left out.`;
      faults.push({ path: `${path}.${name}`, code: 'prices.missing-price', reason });
    } else if (typeof price !== 'number' || !Number.isFinite(price) || price < 0) {
      const reason = 'A price is a number of US dollars per 1,000,000 tokens, 0 or more; the model was left out.';
      faults.push({ path: `${path}.${name}`, code: 'prices.bad-price', reason });
    }
  }
  return faults;
}

function pricesOf({ input, cached_input, cache_write, output }: ModelPrice): ModelPrice {
  return {
    input,
    ...(typeof cached_input === 'number' ? { cached_input } : {}),
    ...(typeof cache_write === 'number' ? { cache_write } : {}),
    output,
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
