import type { findProvider as FindProvider } from '@pydantic/genai-prices';
import { nanoUsdFromUsd } from '../model/units.ts';
import type { Usage } from '../model/usage.ts';
import { candidateModels, type PriceableSpan, type PricedSpan } from './priceSpan.ts';
import { tokenCountsOf } from './tokenCounts.ts';

/** Something that knows prices, by a version that tells which. */
export interface PriceSource {
  /** Stands beside every cost it gave, e.g. `genai-prices@0.1.8`. */
  readonly version: string;
  /** @returns `undefined`: unknown, the call stays unpriced */
  priceSpan(span: PriceableSpan): PricedSpan | undefined;
}

export interface LoadPriceTableOptions {
  /** Epoch ms, for calls that carry no time of their own. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** Kept equal to the installed package by a test: the package exports neither its version nor its package.json. */
const maintainedTableVersion = 'genai-prices@0.1.8';

/**
 * The maintained table of the package `@pydantic/genai-prices` (about 800 kB, loaded when this is called, never before):
 * prices by provider and model, tiers by context length, and the price that held when the call ended.
 * Nothing is fetched: new prices come with a new version of the package, or as overrides of `createPricing`.
 */
export async function loadPriceTable(options: LoadPriceTableOptions = {}): Promise<PriceSource> {
  const { calcPrice, findProvider } = await import('@pydantic/genai-prices');
  const now = options.now ?? Date.now;
  return {
    version: maintainedTableVersion,
    priceSpan: (span) => {
      const { usage } = span;
      if (!usage) return undefined;
      const providerId = providerIdOf(span.provider, findProvider);
      if (span.provider && !providerId) return undefined;
      const atMs = span.endedAtMs ?? span.startedAtMs ?? now();
      const options = { timestamp: new Date(atMs), ...(providerId ? { providerId } : {}) };
      for (const model of candidateModels(span)) {
        const found = calcPrice(usageOf(usage), model, options);
        if (found) return isWhole(usage, found.model_price) ? toPriced(found.total_price, model) : undefined;
      }
      return undefined;
    },
  };
}

/** Spellings of a provider that the table does not resolve, or resolves to another one. Sources: GenAI conventions, AI SDK. */
const providerAliases: Readonly<Record<string, string>> = {
  'azure.ai.inference': 'azure',
  'azure.ai.openai': 'azure',
  'azure-openai': 'azure',
  'gcp.gen_ai': 'google',
  x_ai: 'x-ai',
};

function providerIdOf(provider: string | undefined, findProvider: typeof FindProvider): string | undefined {
  if (!provider) return undefined;
  // The AI SDK names the API behind the provider: `groq.chat`, `azure-openai.responses`.
  const family = provider.split('.', 1)[0] ?? provider;
  for (const name of [provider, family]) {
    const known = Object.hasOwn(providerAliases, name) ? providerAliases[name] : findProvider({ providerId: name })?.id;
    if (known) return known;
  }
  return provider === 'litellm' ? provider : undefined;
}

function usageOf(usage: Usage): Record<string, number> {
  const { input, cached, written, output } = tokenCountsOf(usage);
  return {
    input_tokens: input ?? cached + written,
    output_tokens: output ?? 0,
    ...(cached > 0 ? { cache_read_tokens: cached } : {}),
    ...(written > 0 ? { cache_write_tokens: written } : {}),
  };
}

/** A side that is not known may only be left out where it costs nothing, e.g. the output of an embedding. */
function isWhole(usage: Usage, prices: Readonly<Record<string, unknown>>): boolean {
  const { input, output } = tokenCountsOf(usage);
  const isFree = (price: unknown) => price === undefined || price === 0;
  return (
    (input !== undefined || isFree(prices['input_mtok'])) && (output !== undefined || isFree(prices['output_mtok']))
  );
}

function toPriced(usd: number, matchedModel: string): PricedSpan | undefined {
  const costNanoUsd = nanoUsdFromUsd(usd);
  return costNanoUsd !== undefined && Number.isSafeInteger(costNanoUsd) ? { costNanoUsd, matchedModel } : undefined;
}
