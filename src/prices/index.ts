export { createPricing, type Pricing, type PricingOptions, type SpanPrice } from './createPricing.ts';
export { type LoadPriceTableOptions, loadPriceTable, type PriceSource } from './loadPriceTable.ts';
export { type PriceableSpan, type PricedSpan, priceSpan } from './priceSpan.ts';
export { type ModelPrice, type PriceTable, parsePriceTable } from './priceTable.ts';
