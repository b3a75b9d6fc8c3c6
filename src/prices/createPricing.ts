import type { CostSource } from '../model/span.ts';
import type { PriceSource } from './loadPriceTable.ts';
import { type PriceableSpan, type PricedSpan, priceSpan } from './priceSpan.ts';
import type { PriceTable } from './priceTable.ts';
import { tableVersion } from './tableVersion.ts';

/** Where prices come from; they are asked in this order. */
export interface PricingOptions {
  /** The host's own prices, e.g. a negotiated rate: they beat every other, cost source `override`. */
  readonly overrides?: PriceTable | undefined;
  /** A price table of one's own, cost source `computed`. */
  readonly table?: PriceTable | undefined;
  /** What is asked last, cost source `computed`: {@link loadPriceTable}. */
  readonly fallback?: PriceSource | undefined;
}

/** What a call costs, and who said so. */
export interface SpanPrice extends PricedSpan {
  /** The `version` of the pricing that said it. */
  readonly priceVersion: string;
  readonly source: Exclude<CostSource, 'reported'>;
}

/** Prices of several sources, in order. Fits `prices` of `createMonitorStore`. */
export interface Pricing {
  /** Version of all sources together, e.g. `genai-prices@0.1.8+overrides.1f3a09bc`; another one when any price may differ. */
  readonly version: string;
  /** @returns `undefined`: unknown, the call stays unpriced */
  priceSpan(span: PriceableSpan): SpanPrice | undefined;
}

/** Prices of the host, of a table and of a fallback, asked in that order: the first that knows the call decides. */
export function createPricing({ overrides, table, fallback }: PricingOptions = {}): Pricing {
  const version =
    [
      fallback?.version,
      table && `table.${tableVersion(table)}`,
      overrides && Object.keys(overrides.models).length > 0 ? `overrides.${tableVersion(overrides)}` : undefined,
    ]
      .filter((part) => part !== undefined)
      .join('+') || 'none';
  return {
    version,
    priceSpan: (span) => {
      const override = overrides && priceSpan(span, overrides);
      const priced = override ?? (table && priceSpan(span, table)) ?? fallback?.priceSpan(span);
      return priced && { ...priced, priceVersion: version, source: override ? 'override' : 'computed' };
    },
  };
}
