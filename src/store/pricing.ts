import type { Fold } from '../fold/types.ts';
import { type MonitorEvent, SCHEMA_VERSION } from '../model/event.ts';
import type { RunId, SpanKey } from '../model/ids.ts';
import type { Span } from '../model/span.ts';
import type { SpanPrices } from './types.ts';

/** Prices calls whose events carry no cost. */
export interface Pricing {
  /** @returns whether the fold is to be settled again */
  apply(fold: Fold, spans: readonly Span[]): boolean;
  forget(runId: RunId): void;
  clear(): void;
}

/**
 * A price joins the fold as an event that is older than any real one, so a cost that an event carries wins,
 * in whatever order the two come.
 */
export function createPricing(prices: SpanPrices): Pricing {
  /** What was priced here, to know it again when the usage of the call changes. */
  const costByKeyByRun = new Map<RunId, Map<SpanKey, number>>();
  let priced = 0;
  return {
    apply(fold, spans) {
      let hasPriced = false;
      for (const span of spans) {
        if (span.usage?.scope !== 'leaf') continue;
        const own = costByKeyByRun.get(span.runId);
        if (span.costNanoUsd !== undefined && own?.get(span.key) !== span.costNanoUsd) continue;
        const price = prices.priceSpan(span);
        if (!price || price.costNanoUsd === span.costNanoUsd) continue;
        if (own) own.set(span.key, price.costNanoUsd);
        else costByKeyByRun.set(span.runId, new Map([[span.key, price.costNanoUsd]]));
        priced += 1;
        fold.apply(priceEvent(span, price, priced));
        hasPriced = true;
      }
      return hasPriced;
    },
    forget: (runId) => void costByKeyByRun.delete(runId),
    clear: () => costByKeyByRun.clear(),
  };
}

type Price = NonNullable<ReturnType<SpanPrices['priceSpan']>>;

const priceEvent = (span: Span, price: Price, count: number): MonitorEvent => ({
  id: `store.price:${count}`,
  type: 'span.price',
  sv: SCHEMA_VERSION,
  ts: Math.min(count, 1e9), // days after 1970: later than the last price made here, earlier than any real event
  run: span.runId,
  span: span.spanId,
  a: { costNanoUsd: price.costNanoUsd, costSource: price.source, priceVersion: price.priceVersion },
});
