import { undatedModelName } from '../model/modelName.ts';
import type { Span } from '../model/span.ts';
import type { ModelPrice, PriceTable } from './priceTable.ts';
import { type TokenCounts, tokenCountsOf } from './tokenCounts.ts';

/** What a price needs to know of a span. The times decide which price holds where prices changed over time. */
export type PriceableSpan = Pick<Span, 'usage' | 'model' | 'requestModel' | 'provider'> &
  Partial<Pick<Span, 'startedAtMs' | 'endedAtMs'>>;

/** What a call costs. */
export interface PricedSpan {
  /** Nano-dollars, an integer: rounded once. */
  readonly costNanoUsd: number;
  /** Name in the price table that matched. */
  readonly matchedModel: string;
}

/**
 * What one model call costs by a price table:
 * (input - cached - written) x input + cached x cached_input + written x cache_write + output x output, per 1M tokens.
 * The model that answered decides, exactly, then without its date; then the model that was asked for, the same way.
 * @returns `undefined`: no model matches, or a token count that would cost something is unknown. Unknown is not 0.
 * @remarks Pure, O(1). Says nothing about whether the span is to be charged: that is the caller's rule (leaf calls only).
 */
export function priceSpan(span: PriceableSpan, table: PriceTable): PricedSpan | undefined {
  if (!span.usage) return undefined;
  for (const name of candidateModels(span)) {
    const price = Object.hasOwn(table.models, name) ? table.models[name] : undefined;
    if (!price) continue;
    const costNanoUsd = costOf(tokenCountsOf(span.usage), price);
    return costNanoUsd === undefined ? undefined : { costNanoUsd, matchedModel: name };
  }
  return undefined;
}

/** Names to look a price up by, best first. */
export function candidateModels({ model, requestModel }: PriceableSpan): ReadonlySet<string> {
  const names = new Set<string>();
  for (const name of [model, requestModel]) {
    if (name) names.add(name).add(undatedModelName(name));
  }
  return names;
}

function costOf(counts: TokenCounts, price: ModelPrice): number | undefined {
  const input = counts.input ?? (price.input === 0 ? counts.cached + counts.written : undefined);
  const output = counts.output ?? (price.output === 0 ? 0 : undefined);
  if (input === undefined || output === undefined) return undefined;
  const picoUsd =
    (input - counts.cached - counts.written) * picoUsdPerToken(price.input) +
    counts.cached * picoUsdPerToken(price.cached_input ?? price.input) +
    counts.written * picoUsdPerToken(price.cache_write ?? price.input) +
    output * picoUsdPerToken(price.output);
  const nanoUsd = Math.round(picoUsd / 1000);
  return Number.isSafeInteger(nanoUsd) ? nanoUsd : undefined;
}

/** Integer arithmetic keeps a sum exact that floating dollars would round: 1 USD per 1M tokens = 1,000,000 pico-dollars a token. */
const picoUsdPerToken = (usdPerMillionTokens: number): number => Math.round(usdPerMillionTokens * 1_000_000);
