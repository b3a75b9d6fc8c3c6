import { eventIdOf } from '../../adapters/eventId.ts';
import type { MonitorEvent } from '../../model/event.ts';
import { SCHEMA_VERSION } from '../../model/event.ts';
import type { Span } from '../../model/span.ts';
import type { Pricing } from '../../prices/createPricing.ts';

/** Says what finished calls cost. */
export interface Pricer {
  /** `span.price` events for those of the spans that have a price which is not known yet. */
  priceEvents(spans: readonly Span[], nowMs: number): readonly MonitorEvent[];
}

/** @param pricing - `undefined` while no table is there: nothing is priced */
export function createPricer(pricing: () => Pricing | undefined): Pricer {
  return {
    priceEvents(spans, nowMs) {
      const prices = pricing();
      if (!prices) return [];
      return spans.flatMap((span) => priceEvent(span, prices, nowMs) ?? []);
    },
  };
}

function priceEvent(span: Span, prices: Pricing, nowMs: number): MonitorEvent | undefined {
  // repeated totals (turn, task) would count twice; what the source itself said stands
  const isCharged = span.usage?.scope === 'leaf' && span.endedAtMs !== undefined;
  if (!isCharged || span.costSource === 'reported') return undefined;
  const price = prices.priceSpan(span);
  if (!price) return undefined;
  if (span.costNanoUsd === price.costNanoUsd && span.costSource === price.source) return undefined;
  const { costNanoUsd, priceVersion, source: costSource } = price;
  const { runId: run, spanId } = span;
  const id = eventIdOf(span.endedAtMs, ['span.price', run, spanId], [span.costNanoUsd, price]);
  return {
    id,
    type: 'span.price',
    sv: SCHEMA_VERSION,
    ts: nowMs,
    run,
    span: spanId,
    a: { costNanoUsd, costSource, priceVersion },
  };
}
