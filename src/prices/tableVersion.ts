import type { PriceTable } from './priceTable.ts';

/** Short name of a table's content: the same prices have the same version, in whatever order they were written. */
export function tableVersion(table: PriceTable): string {
  const lines = Object.entries(table.models).map(([name, price]) =>
    JSON.stringify([name, price.input, price.cached_input ?? null, price.cache_write ?? null, price.output]),
  );
  return hash(lines.sort().join('\n')).toString(16).padStart(8, '0');
}

/** FNV-1a, 32 bit. Source: Fowler, Noll, Vo; public domain. Tells versions apart, protects nothing. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}
