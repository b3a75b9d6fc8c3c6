import { cleanText } from '../../../../model/cleanText.ts';

/** A row as one text that is equal for rows that say the same, whatever the kind of database and the order of their columns. */
export const rowText = (row: object, leftOut: readonly string[] = []): string =>
  JSON.stringify(
    Object.entries(row)
      .filter(([column]) => !leftOut.includes(column))
      .map(([column, value]) => [column, column === 'body' ? bodyText(value as string) : valueText(value)] as const)
      .sort(byName),
  );

/** Numbers of PostgreSQL may come as texts; texts are stored as every kind of database takes them. */
const valueText = (value: unknown): string | null =>
  value === null || value === undefined ? null : cleanText(String(value as string | number | bigint | boolean));

/** JSON of what a fold holds. Revisions count how often that fold was asked: they say nothing of the facts. */
function bodyText(body: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(cleanText(body))));
  } catch {
    return body;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => name !== 'revision');
  return entries.sort(byName).map(([name, own]) => [name, sorted(own)]);
}

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : left > right ? 1 : 0;
