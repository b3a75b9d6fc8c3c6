import { readFileSync } from 'node:fs';
import { createPricing, loadPriceTable } from 'spanlight/prices';
import type { SpanPrices } from 'spanlight/store';
import { describe, expect, it } from 'vitest';

const usage = { scope: 'leaf', inputTokens: 1000, outputTokens: 100 } as const;
const june2026 = Date.UTC(2026, 5, 1);

describe('loadPriceTable', () => {
  it.each([
    ['gpt-4o', 'openai', 1000 * 2500 + 100 * 10_000],
    ['gpt-4o-2024-08-06', 'openai', 1000 * 2500 + 100 * 10_000],
    ['gpt-4o-mini', 'openai.responses', 1000 * 150 + 100 * 600],
    ['gpt-5', undefined, 1000 * 1250 + 100 * 10_000],
    ['gpt-5-mini', 'azure.ai.openai', 1000 * 250 + 100 * 2000],
    ['claude-sonnet-4-5-20250929', 'anthropic.messages', 1000 * 3000 + 100 * 15_000],
    ['gemini-2.5-pro', 'gcp.gen_ai', 1000 * 1250 + 100 * 10_000],
    ['llama-3.3-70b-versatile', 'groq.chat', 1000 * 590 + 100 * 790],
  ])('knows %s of %s', async (model, provider, costNanoUsd) => {
    const source = await loadPriceTable({ now: () => june2026 });
    expect(source.priceSpan({ model, provider, usage })?.costNanoUsd).toBe(costNanoUsd);
  });

  it('charges a long context at its tier, and a cached part at the cache price of that tier', async () => {
    const source = await loadPriceTable({ now: () => june2026 });
    const price = (inputTokens: number) =>
      source.priceSpan({
        model: 'gemini-2.5-pro',
        provider: 'google',
        usage: { scope: 'leaf', inputTokens, cachedInputTokens: 1000, outputTokens: 100 },
      })?.costNanoUsd;
    expect(price(200_000)).toBe(199_000 * 1250 + 1000 * 125 + 100 * 10_000);
    expect(price(200_001)).toBe(199_001 * 2500 + 1000 * 250 + 100 * 15_000);
  });

  it('takes the price that held when the call ended', async () => {
    const source = await loadPriceTable({ now: () => june2026 });
    const price = (endedAtMs: number) => source.priceSpan({ model: 'o3', provider: 'openai', usage, endedAtMs });
    expect(price(Date.UTC(2025, 4, 1))?.costNanoUsd).toBe(1000 * 10_000 + 100 * 40_000);
    expect(price(Date.UTC(2025, 7, 1))?.costNanoUsd).toBe(1000 * 2000 + 100 * 8000);
  });

  it('charges writes to a cache, and reads beside the input once', async () => {
    const source = await loadPriceTable({ now: () => june2026 });
    const write = { scope: 'leaf', inputTokens: 1000, cacheWriteTokens: 400, outputTokens: 0 } as const;
    const beside = { scope: 'leaf', inputTokens: 10, cachedInputTokens: 1000, outputTokens: 0 } as const;
    const claude = { model: 'claude-sonnet-4-5', provider: 'anthropic' };
    expect(source.priceSpan({ ...claude, usage: write })?.costNanoUsd).toBe(600 * 3000 + 400 * 3750);
    expect(source.priceSpan({ ...claude, usage: beside })?.costNanoUsd).toBe(1000 * 300);
  });

  it('prices an embedding by its input alone, but no chat call of which a side is unknown', async () => {
    const source = await loadPriceTable({ now: () => june2026 });
    const half = { scope: 'leaf', inputTokens: 1000 } as const;
    const openai = { provider: 'openai', usage: half };
    expect(source.priceSpan({ ...openai, model: 'text-embedding-3-small' })?.costNanoUsd).toBe(20_000);
    expect(source.priceSpan({ ...openai, model: 'gpt-4o' })).toBeUndefined();
  });

  it.each([
    ['a model it does not know', { model: 'no-such-model', provider: 'openai', usage }],
    ['a provider it does not know, though the model is a known one', { model: 'gpt-4o', provider: 'ollama', usage }],
    ['no model', { usage }],
    ['no usage', { model: 'gpt-4o', provider: 'openai' }],
  ])('leaves %s unpriced', async (_case, span) => {
    expect((await loadPriceTable()).priceSpan(span)).toBeUndefined();
  });

  it('names the version of the package that is installed', async () => {
    const file = new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url);
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
    expect((await loadPriceTable()).version).toBe(`genai-prices@${version}`);
  });
});

describe('createPricing', () => {
  const overrides = { models: { 'gpt-4o': { input: 1, output: 1 } } };
  const table = { models: { 'gpt-4o': { input: 2, output: 2 }, house: { input: 3, output: 3 } } };

  it('asks the host first, then the table, then the fallback, and says who answered', async () => {
    const pricing = createPricing({ overrides, table, fallback: await loadPriceTable() });
    const ask = (model: string) => {
      const price = pricing.priceSpan({ model, provider: 'openai', usage });
      return price && [price.source, price.costNanoUsd];
    };
    expect(ask('gpt-4o-2024-08-06')).toEqual(['override', 1_100_000]);
    expect(ask('house')).toEqual(['computed', 3_300_000]);
    expect(ask('gpt-4o-mini')).toEqual(['computed', 210_000]);
    expect(ask('no-such-model')).toBeUndefined();
  });

  it('has one version for the same prices and another one as soon as a price differs', async () => {
    const fallback = await loadPriceTable();
    const version = (input: number, cached_input?: number) =>
      createPricing({
        fallback,
        overrides: { models: { a: { input, output: 1, cached_input }, b: { input: 1, output: 1 } } },
      }).version;
    const reordered = { models: { b: { output: 1, input: 1 }, a: { output: 1, input: 1 } } };
    expect(version(1)).toMatch(/^genai-prices@[\d.]+\+overrides\.[0-9a-f]{8}$/);
    expect(createPricing({ fallback, overrides: reordered }).version).toBe(version(1));
    expect(new Set([version(1), version(2), version(1, 0.5), createPricing({ fallback }).version]).size).toBe(4);
  });

  it('knows nothing when it was given nothing', () => {
    const none = createPricing() satisfies SpanPrices;
    expect(none.priceSpan({ model: 'gpt-4o', usage })).toBeUndefined();
  });
});
