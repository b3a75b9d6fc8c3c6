import { CompiledQuery } from 'kysely';
import { cleanText } from '../../../model/cleanText.ts';
import type { EachRow, LogStore } from './LogStore.ts';
import type { LogTables } from './LogTables.ts';

type Table = keyof LogTables;

const keyOfTable = {
  run: ['pid', 'run'],
  run_facet: ['pid', 'kind', 'name', 'run'],
  log_line: ['pid', 'seq'],
  measure: ['pid', 'run', 'span', 'kind'],
  model: ['pid'],
  approval: ['pid', 'run', 'call'],
  score: ['pid', 'run', 'span', 'name'],
  alert: ['pid', 'alert'],
} as const satisfies Partial<Record<Table, readonly string[]>>;

/** A column that stays as it was first written. */
const KEPT = 'n';

/** Rows of one statement of PostgreSQL. SQLite runs one statement for each row: it is in the same process. */
const ROWS = 500;

/**
 * Statements that write rows over those with the same key. A row that was made later, see its column `at`, is never
 * written over by an earlier one, whichever relay is the last to write.
 */
export function putRows<Name extends keyof typeof keyOfTable>(
  kind: LogStore['kind'],
  table: Name,
  rows: readonly LogTables[Name][],
): readonly (CompiledQuery | EachRow)[] {
  const [first] = rows;
  if (!first) return [];
  const columns = Object.keys(first);
  const lists = (rows as readonly object[]).map((row) => Object.values(row) as readonly unknown[]);
  if (kind === 'sqlite') return [{ sql: textOf(kind, table, columns, 1), rows: lists }];
  const statements: CompiledQuery[] = [];
  for (let index = 0; index < lists.length; index += ROWS) {
    const some = lists.slice(index, index + ROWS);
    statements.push(CompiledQuery.raw(textOf(kind, table, columns, some.length), some.flat().map(storable)));
  }
  return statements;
}

/** A text that every kind of database takes. */
const storable = (value: unknown): unknown => (typeof value === 'string' ? cleanText(value) : value);

const texts = new Map<string, string>();

function textOf(
  kind: LogStore['kind'],
  table: keyof typeof keyOfTable,
  columns: readonly string[],
  rows: number,
): string {
  const name = `${kind} ${table} ${rows}`;
  const known = texts.get(name);
  if (known !== undefined) return known;
  const key: readonly string[] = keyOfTable[table];
  const tuple = (row: number) =>
    `(${columns.map((_, index) => (kind === 'sqlite' ? '?' : `$${row * columns.length + index + 1}`)).join(', ')})`;
  const rest = columns.filter((column) => !key.includes(column) && column !== KEPT);
  const guard = columns.includes('at') && table !== 'model' ? ` WHERE excluded.at >= ${table}.at` : '';
  const action =
    rest.length === 0
      ? 'DO NOTHING'
      : `DO UPDATE SET ${rest.map((column) => `${column} = excluded.${column}`).join(', ')}${guard}`;
  const values = Array.from({ length: rows }, (_, row) => tuple(row)).join(', ');
  const text = `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${values} ON CONFLICT (${key.join(', ')}) ${action}`;
  texts.set(name, text);
  return text;
}
