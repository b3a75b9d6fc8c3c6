import { createMonitorStore, type MonitorEvent, type SpanPrices, selectSpan, selectTotals } from 'spanlight/store';
import { describe, expect, it, vi } from 'vitest';
import { BASE_MS, keyOf, spanEnd, spanStart } from './support/buildEvents.ts';
import { createFakePlatform } from './support/fakePlatform.ts';

/** A nano-dollar a token. */
const prices: SpanPrices = {
  priceSpan: (span) =>
    span.model === 'known'
      ? {
          costNanoUsd: (span.usage?.inputTokens ?? 0) + (span.usage?.outputTokens ?? 0),
          source: 'override',
          priceVersion: 'mine',
        }
      : undefined,
};
const start = (given: SpanPrices = prices) => createMonitorStore({ ...createFakePlatform().options, prices: given });
const call = (model: string, inputTokens: number): MonitorEvent[] => [
  spanStart('r', 'call', { kind: 'llm', name: 'call', model }),
  spanEnd('r', 'call', { model, usage: { scope: 'leaf', inputTokens, outputTokens: 1 } }, { atMs: BASE_MS + 10 }),
];
const relayPrice = (costNanoUsd: number): MonitorEvent => ({
  id: 'relay-price',
  type: 'span.price',
  sv: 1,
  ts: BASE_MS,
  run: call('known', 1)[0]?.run,
  span: call('known', 1)[0]?.span,
  a: { costNanoUsd, costSource: 'computed', priceVersion: 'relay' },
});
const costOf = (store: ReturnType<typeof start>) => {
  store.flush();
  const span = selectSpan(store.getState(), keyOf('r', 'call'));
  return [span?.costNanoUsd, span?.costSource, span?.priceVersion];
};

describe('host prices', () => {
  it('price calls whose events carry no cost', () => {
    const store = start();
    store.ingest(call('known', 9));
    expect(costOf(store)).toEqual([10, 'override', 'mine']);
    expect(selectTotals(store.getState())).toMatchObject({ costNanoUsd: 10, unpricedCalls: 0 });
  });

  it('leave a call unpriced that they do not know', () => {
    const store = start();
    store.ingest(call('unknown', 9));
    expect(costOf(store)[0]).toBeUndefined();
    expect(selectTotals(store.getState())).toMatchObject({ unpricedCalls: 1 });
  });

  it('follow when the usage of a call changes', () => {
    const store = start();
    store.ingest(call('known', 9));
    store.flush();
    store.ingest([
      spanEnd('r', 'call', { usage: { scope: 'leaf', inputTokens: 99, outputTokens: 1 } }, { atMs: BASE_MS + 20 }),
    ]);
    expect(costOf(store)[0]).toBe(100);
  });

  it.each(['before', 'after', 'with'] as const)('give way to a cost that an event carries, come it %s', (when) => {
    const store = start();
    if (when === 'before') store.ingest([relayPrice(777)]);
    if (when === 'before') store.flush();
    store.ingest(when === 'with' ? [...call('known', 9), relayPrice(777)] : call('known', 9));
    store.flush();
    if (when === 'after') store.ingest([relayPrice(777)]);
    expect(costOf(store)).toEqual([777, 'computed', 'relay']);
  });

  it('are not asked for what the source itself reported', () => {
    const priceSpan = vi.fn<SpanPrices['priceSpan']>(() => ({ costNanoUsd: 1, source: 'override' as const }));
    const store = start({ priceSpan });
    store.ingest([
      spanEnd('r', 'call', { kind: 'llm', reportedCostNanoUsd: 55, usage: { scope: 'leaf', inputTokens: 1 } }),
    ]);
    expect(costOf(store).slice(0, 2)).toEqual([55, 'reported']);
    expect(priceSpan).not.toHaveBeenCalled();
  });
});
