import type { Figure, Findings } from './types.ts';

export function createFindings(): Findings & { readonly figures: Figure[]; readonly notes: string[] } {
  const figures: Figure[] = [];
  const notes: string[] = [];
  const round = (value: number) => (Number.isInteger(value) ? value : Number(value.toFixed(3)));
  const add = (what: string, value: number, size: string, ok: boolean, bar?: string) =>
    void figures.push({ what, value: round(value), ...(bar !== undefined && { bar }), size, ok });
  return {
    figures,
    notes,
    most: (what, value, max, size) => add(what, value, size, value <= max, `<= ${max.toLocaleString('en')}`),
    least: (what, value, min, size) => add(what, value, size, value >= min, `>= ${min.toLocaleString('en')}`),
    none: (what, value, size) => add(what, value, size, value === 0, '0'),
    told: (what, value, size) => add(what, value, size, true),
    note: (text) => void notes.push(text),
  };
}

/** e.g. `250,000 acks`. */
export const sizeText = (count: number, what: string): string => `${Math.round(count).toLocaleString('en')} ${what}`;
