import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { type PriceTable, parsePriceTable, priceSpan } from 'spanlight/prices';
import { describe, expect, it } from 'vitest';

const sample = async (): Promise<PriceTable> => {
  const file = new URL('../fixtures/prices.sample.json', import.meta.url);
  const { table, issues } = parsePriceTable(JSON.parse(await readFile(file, 'utf8')));
  expect(issues).toEqual([]);
  return table;
};
const usage = { scope: 'leaf', inputTokens: 1_000_000, outputTokens: 1_000_000 } as const;

describe('priceSpan', () => {
  it('charges cached, written, plain input and output at their own prices', async () => {
    const priced = priceSpan(
      {
        model: 'claude-sonnet-5',
        usage: { scope: 'leaf', inputTokens: 1000, cachedInputTokens: 600, cacheWriteTokens: 100, outputTokens: 50 },
      },
      await sample(),
    );
    // 300 x $3 + 600 x $0.3 + 100 x $3.75 + 50 x $15, per million
    expect(priced).toEqual({ costNanoUsd: 900_000 + 180_000 + 375_000 + 750_000, matchedModel: 'claude-sonnet-5' });
  });

  it('falls back to the input price where a cache price is missing', async () => {
    const cached = {
      scope: 'leaf',
      inputTokens: 1000,
      cachedInputTokens: 400,
      cacheWriteTokens: 300,
      outputTokens: 0,
    } as const;
    expect(priceSpan({ model: 'llama-3.3-70b', usage: cached }, await sample())?.costNanoUsd).toBe(600_000);
  });

  it('counts reasoning once, as part of the output', async () => {
    const table = await sample();
    const thought = { ...usage, reasoningTokens: 900_000 };
    expect(priceSpan({ model: 'gpt-5', usage: thought }, table)).toEqual(priceSpan({ model: 'gpt-5', usage }, table));
  });

  it.each([
    ['gpt-4o', undefined, 'gpt-4o'],
    ['gpt-5.4-2026-03-17', undefined, 'gpt-5.4'],
    ['claude-sonnet-4-5-20250929', undefined, 'claude-sonnet-4-5'],
    ['gpt-4o-mini', 'gpt-4o', 'gpt-4o-mini'],
    ['deployment-7', 'gpt-4o', 'gpt-4o'],
    ['deployment-7', 'gpt-4o-2024-08-06', 'gpt-4o'],
    [undefined, 'gpt-4.1', 'gpt-4.1'],
    ['gpt-4o-latest', undefined, undefined],
    ['gpt-4o-2024', undefined, undefined],
    ['constructor', undefined, undefined],
    [undefined, undefined, undefined],
  ])('answered by %s, asked for %s: the price of %s', async (model, requestModel, matched) => {
    expect(priceSpan({ model, requestModel, usage }, await sample())?.matchedModel).toBe(matched);
  });

  it('prefers the dated entry to the undated one', () => {
    const table = { models: { 'm-2026-01-02': { input: 1, output: 1 }, m: { input: 5, output: 5 } } };
    expect(priceSpan({ model: 'm-2026-01-02', usage }, table)?.costNanoUsd).toBe(2_000_000_000);
    expect(priceSpan({ model: 'm-2026-01-03', usage }, table)?.costNanoUsd).toBe(10_000_000_000);
  });

  it('knows no cost without usage, and none where a side that costs something is unknown', async () => {
    const table = await sample();
    expect(priceSpan({ model: 'gpt-4o' }, table)).toBeUndefined();
    expect(priceSpan({ model: 'gpt-4o', usage: { scope: 'leaf' } }, table)).toBeUndefined();
    expect(priceSpan({ model: 'gpt-4o', usage: { scope: 'leaf', inputTokens: 10 } }, table)).toBeUndefined();
    expect(priceSpan({ model: 'gpt-4o', usage: { scope: 'leaf', outputTokens: 10 } }, table)).toBeUndefined();
  });

  it('takes the missing side from the total, and leaves it out where it is free', async () => {
    const table = await sample();
    const fromTotal = { scope: 'leaf', inputTokens: 100, totalTokens: 110 } as const;
    expect(priceSpan({ model: 'gpt-4o', usage: fromTotal }, table)?.costNanoUsd).toBe(100 * 2500 + 10 * 10_000);
    const embedding = { scope: 'leaf', inputTokens: 1000 } as const;
    expect(priceSpan({ model: 'text-embedding-4', usage: embedding }, table)?.costNanoUsd).toBe(20_000);
  });

  it('keeps a measured zero apart from unknown', async () => {
    const zero = { scope: 'leaf', inputTokens: 0, outputTokens: 0 } as const;
    expect(priceSpan({ model: 'gpt-4o', usage: zero }, await sample())?.costNanoUsd).toBe(0);
  });

  it('is an integer, equals exact arithmetic, and never falls when more is used', () => {
    const price = fc.integer({ min: 0, max: 200_000 }); // thousandths of a dollar per million tokens = nano-dollars a token
    const count = fc.integer({ min: 0, max: 5_000_000 });
    fc.assert(
      fc.property(
        price,
        price,
        price,
        price,
        count,
        count,
        count,
        count,
        (i, c, w, o, plain, cached, written, output) => {
          const table = {
            models: { m: { input: i / 1000, cached_input: c / 1000, cache_write: w / 1000, output: o / 1000 } },
          };
          const cost = (outputTokens: number) =>
            priceSpan(
              {
                model: 'm',
                usage: {
                  scope: 'leaf',
                  inputTokens: plain + cached + written,
                  cachedInputTokens: cached,
                  cacheWriteTokens: written,
                  outputTokens,
                },
              },
              table,
            )?.costNanoUsd;
          const exact =
            BigInt(plain) * BigInt(i) +
            BigInt(cached) * BigInt(c) +
            BigInt(written) * BigInt(w) +
            BigInt(output) * BigInt(o);
          const tolerance = exact > 9_000_000_000_000n ? 2n : 0n; // beyond $9,000 a call the pico-dollars leave 53 bits
          const off = BigInt(cost(output) ?? -1) - exact;
          expect(off <= tolerance && -off <= tolerance).toBe(true);
          expect(cost(output + 1)).toBeGreaterThanOrEqual(cost(output) ?? 0);
        },
      ),
    );
  });

  it('leaves a cost that no integer can hold unknown', () => {
    const huge = { scope: 'leaf', inputTokens: Number.MAX_SAFE_INTEGER, outputTokens: 0 } as const;
    expect(priceSpan({ model: 'm', usage: huge }, { models: { m: { input: 10, output: 10 } } })).toBeUndefined();
  });
});

describe('parsePriceTable', () => {
  it.each([undefined, null, 7, 'x', [], {}, { models: [] }, { models: null }])('tells that %j is no table', (raw) => {
    const { table, issues } = parsePriceTable(raw);
    expect(Object.keys(table.models)).toEqual([]);
    expect(issues.map((issue) => issue.code)).toEqual(['prices.no-models']);
  });

  it('leaves a bad model out, tells why, and keeps its neighbours', () => {
    const { table, issues } = parsePriceTable({
      models: {
        good: { input: 1, output: 2, cached_input: null, other: 'ignored' },
        bad: { input: -1, output: Number.NaN },
        half: { input: 1 },
        text: 'free',
        odd: { input: 1, output: 1, cache_write: '2' },
      },
    });
    expect({ ...table.models }).toEqual({ good: { input: 1, output: 2 } });
    expect(issues.map(({ path, code }) => [path, code])).toEqual([
      ['models["bad"].input', 'prices.bad-price'],
      ['models["bad"].output', 'prices.bad-price'],
      ['models["half"].output', 'prices.missing-price'],
      ['models["text"]', 'prices.bad-model'],
      ['models["odd"].cache_write', 'prices.bad-price'],
    ]);
  });

  it('takes a hostile name as a name', () => {
    const { table } = parsePriceTable(JSON.parse('{"models":{"__proto__":{"input":1,"output":1}}}'));
    expect(priceSpan({ model: '__proto__', usage }, table)?.costNanoUsd).toBe(2_000_000_000);
    expect(({} as Record<string, unknown>)['input']).toBeUndefined();
  });
});
