import { cleanText } from '../../../model/cleanText.ts';
import type { NewPart, NewRow } from './LogStore.ts';
import type { RowColumns } from './sqliteMessages.ts';

/** The form in which rows go to the thread that writes them. */
export function rowColumnsOf(rows: readonly NewRow[]): RowColumns {
  const parts = new Map<number, readonly NewPart[]>();
  for (const [index, row] of rows.entries()) if (row.parts.length > 0) parts.set(index, row.parts);
  return {
    ids: rows.map(({ id }) => id),
    types: rows.map(({ type }) => type),
    runs: rows.map(({ run }) => run),
    bodies: rows.map(({ body }) => body),
    parts,
  };
}

/** Escapes of what no database takes: NUL and lone surrogates. */
const unstorable = /\\u(?:0000|d[89a-f])/i;

/** Lists of values as JSON. A text in it is one that every kind of database takes, see `cleanText.ts`. */
export function rowsTextOf(rows: readonly (readonly unknown[])[]): string {
  const text = JSON.stringify(rows);
  if (!unstorable.test(text)) return text; // hardly ever: one look at the whole instead of one at each value
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'string' ? cleanText(value) : value));
}
