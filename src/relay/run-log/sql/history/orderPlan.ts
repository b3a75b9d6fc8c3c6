import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { HistoryPosition, Page } from '../../../history/RunHistory.ts';
import type { LogStore } from '../LogStore.ts';

/**
 * Rows of an order that one question looks through for those that match: so a page takes as long in a great log as in a small one.
 * Then it ends early, perhaps empty, and the next goes on behind it.
 */
export const SCAN_ROWS = 5000;
/** Part of them that is looked through first: where many match, the page is full by then. */
const FIRST_PART = 0.1;
/** How many rows are looked through, one after the other, until a page is full. */
export function scanWindows(scanRows: number): readonly number[] {
  const first = Math.ceil(scanRows * FIRST_PART);
  return first < scanRows ? [first, scanRows - first] : [scanRows];
}

/**
 * A page of rows of an order of which few may match.
 * @param endOf - the last of so many rows behind a position; `undefined`: there are fewer
 * @param read - those that match up to there; its page goes on behind that end
 */
export async function scanPage<Item>(
  scanRows: number,
  first: HistoryPosition | undefined,
  limit: number,
  endOf: (after: HistoryPosition | undefined, rows: number) => Promise<HistoryPosition | undefined>,
  read: (after: HistoryPosition | undefined, limit: number, end: HistoryPosition | undefined) => Promise<Page<Item>>,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let after = first;
  for (const rows of scanWindows(scanRows)) {
    const page = await read(after, limit - items.length, await endOf(after, rows));
    items.push(...page.items);
    after = page.next;
    if (!after || items.length === limit) break;
  }
  return { items, ...(after && { next: after }) };
}

/** Rows that are sorted for one page, where an index finds so few that match. */
export const FEW_ROWS = 1000;

/**
 * A column that SQLite must not choose an index for: it knows nothing of how many rows have which value, and would rather sort
 * half the log than walk along its order. PostgreSQL does know.
 */
export const unindexed = <Value = number>({ kind }: Pick<LogStore, 'kind'>, column: string): RawBuilder<Value> =>
  kind === 'sqlite' ? sql<Value>`+${sql.ref(column)}` : sql.ref<Value>(column);

/** The last row that may be looked at, in the order (value, seq). */
export function untilWhere(
  column: string,
  seqColumn: string,
  end: HistoryPosition | undefined,
  isAscending: boolean,
): Expression<SqlBool>[] {
  const [value, seq] = end ?? [];
  if (value === undefined || seq === undefined) return [];
  const sign = sql.raw(isAscending ? '<=' : '>=');
  return [sql<SqlBool>`(${sql.ref(column)}, ${sql.ref(seqColumn)}) ${sign} (${value}, ${seq})`];
}
