import { sql } from 'kysely';
import type { EventOf } from '../../../../model/event.ts';
import { logSearchText } from '../../../history/logSearchText.ts';
import type { HistoryLog, HistoryPosition, LogsQuery, Page } from '../../../history/RunHistory.ts';
import { contentOwner } from '../../contentOwner.ts';
import { storedEvent } from '../eventRow.ts';
import type { LogStore } from '../LogStore.ts';
import { SCAN_ROWS, scanWindows, unindexed, untilWhere } from './orderPlan.ts';
import { afterWhere, listWhere, rangeWhere, scopeWhere } from './scopeWhere.ts';

/** Lines that one question looks a text up in. */
const TEXT_ROWS = 500;

/**
 * A page of log lines; it ends early when it looked through `scanRows` without enough that match. A text is looked for line by line,
 * since content is kept apart.
 */
export async function readLogs(
  store: LogStore,
  pid: number,
  query: LogsQuery,
  scanRows = SCAN_ROWS,
): Promise<Page<HistoryLog>> {
  const { text, limit } = query;
  if (text === undefined) {
    const { items, next } = await scanLogs(store, pid, query, query.after, limit, scanRows);
    return { items, ...(next && { next }) };
  }
  const items: HistoryLog[] = [];
  let { after } = query;
  const textRows = Math.min(TEXT_ROWS, scanRows);
  for (let scanned = textRows; ; scanned += textRows) {
    const page = await scanLogs(store, pid, query, after, textRows, scanRows);
    for (const [index, item] of page.items.entries()) {
      const isFound = logSearchText(item.event.a.sourceName, item.message).includes(text);
      if (isFound && items.length === limit) return { items, ...(after && { next: after }) };
      if (isFound) items.push(item);
      after = page.positions[index];
    }
    after = page.next;
    if (!after) return { items };
    if (scanned >= scanRows) return { items, next: after };
  }
}

interface LinesPage extends Page<HistoryLog> {
  readonly positions: readonly HistoryPosition[];
}

async function scanLogs(
  store: LogStore,
  pid: number,
  query: LogsQuery,
  after: HistoryPosition | undefined,
  limit: number,
  scanRows: number,
): Promise<LinesPage> {
  if (planOf(query) !== 'scan') return readLines(store, pid, query, after, limit);
  const [items, positions]: [HistoryLog[], HistoryPosition[]] = [[], []];
  let next = after;
  for (const windowRows of scanWindows(scanRows)) {
    const end = await endOfScan(store, pid, query, next, windowRows);
    const page = await readLines(store, pid, query, next, limit - items.length, end);
    items.push(...page.items);
    positions.push(...page.positions);
    next = page.next;
    if (!next || items.length === limit) break;
  }
  return { items, positions, ...(next && { next }) };
}

/** @param end - last line of the order that is looked at */
async function readLines(
  store: LogStore,
  pid: number,
  query: LogsQuery,
  after: HistoryPosition | undefined,
  limit: number,
  end?: HistoryPosition,
): Promise<LinesPage> {
  const { range, scope, withMessage, order } = query;
  const isAscending = order === 'oldest';
  const direction = isAscending ? 'asc' : 'desc';
  const plan = planOf(query);
  const sorted = (name: string) => (plan === 'sort' ? unindexed(store, name) : sql.ref<number>(name));
  const scanned = (name: string) => (plan === 'scan' ? unindexed(store, name) : sql.ref<number>(name));
  const rows = await store.db
    .selectFrom('log_line')
    .innerJoin('event', (join) => join.onRef('event.pid', '=', 'log_line.pid').onRef('event.seq', '=', 'log_line.seq'))
    .select(['log_line.ts', 'log_line.id', 'event.seq', 'event.rts', 'event.body'])
    .where('log_line.pid', '=', pid)
    .where((eb) =>
      eb.and([
        ...rangeWhere(sorted('log_line.ts'), range),
        ...afterWhere(sorted('log_line.ts'), sorted('log_line.seq'), after, isAscending),
        ...untilWhere('log_line.ts', 'log_line.seq', end, isAscending),
        ...(scope ? [scopeWhere(eb as never, 'log_line', pid, scope)] : []),
        ...listWhere(scanned('log_line.level'), query.levels),
        ...listWhere(scanned('log_line.source'), query.sourceNames),
        ...(plan === 'sort' ? [eb('log_line.seq', 'in', namedLines(store, pid, query))] : []),
        ...listWhere('log_line.run', query.runIds),
        ...listWhere('log_line.span', query.spanIds),
        ...listWhere('log_line.id', query.ids),
      ]),
    )
    .orderBy(sorted('log_line.ts'), direction)
    .orderBy(sorted('log_line.seq'), direction)
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const messages = withMessage ? await readMessages(store, pid, shown) : undefined;
  const items = shown.map((row): HistoryLog => {
    const message = messages?.get(row.id);
    return { event: storedEvent(row) as EventOf<'log'>, ...(message !== undefined && { message }) };
  });
  const positions = shown.map(({ ts, seq }) => [ts, seq]);
  const next = rows.length > limit ? positions.at(-1) : end;
  return { items, positions, ...(next && { next }) };
}

/**
 * How lines are found: `sort` those of a few runs or ids; `walk` along an index with their order in it; or `scan` the lines of the order
 * for those that match.
 */
function planOf({ ids, runIds, spanIds, levels, sourceNames, scope }: LogsQuery): 'sort' | 'walk' | 'scan' {
  if (ids || (runIds && runIds.length !== 1)) return 'sort';
  const lists = [runIds, spanIds, levels, sourceNames].filter((list) => list !== undefined);
  if (scope || lists.length > 1 || spanIds) return runIds ? 'walk' : 'scan';
  return lists.some(({ length }) => length > 1) ? 'scan' : 'walk';
}

/** Numbers of the lines that are named by their ids or runs: SQLite would look at every line for them. */
const namedLines = ({ db }: LogStore, pid: number, { ids, runIds }: LogsQuery) =>
  db
    .selectFrom('log_line as named')
    .select('named.seq')
    .where('named.pid', '=', pid)
    .where((eb) => eb.and(ids ? listWhere('named.id', ids) : listWhere('named.run', runIds)));

/** The last line that this page looks at; `undefined`: there are fewer. */
async function endOfScan(
  { db }: LogStore,
  pid: number,
  { range, order }: LogsQuery,
  after: HistoryPosition | undefined,
  scanRows: number,
): Promise<HistoryPosition | undefined> {
  const isAscending = order === 'oldest';
  const direction = isAscending ? 'asc' : 'desc';
  const row = await db
    .selectFrom('log_line')
    .select(['log_line.ts', 'log_line.seq'])
    .where('log_line.pid', '=', pid)
    .where((eb) =>
      eb.and([...rangeWhere('log_line.ts', range), ...afterWhere('log_line.ts', 'log_line.seq', after, isAscending)]),
    )
    .orderBy('log_line.ts', direction)
    .orderBy('log_line.seq', direction)
    .offset(scanRows)
    .limit(1)
    .executeTakeFirst();
  return row && [row.ts, row.seq];
}

async function readMessages(store: LogStore, pid: number, rows: readonly { readonly id: string }[]) {
  const owners = rows.map(({ id }) => contentOwner({ eventId: id }));
  if (owners.length === 0) return new Map<string, unknown>();
  const found = await store.db
    .selectFrom('content')
    .select(['id', 'body'])
    .where('pid', '=', pid)
    .where('owner', 'in', owners)
    .where('part', '=', 'message')
    .execute();
  return new Map(found.map(({ id, body }) => [id, JSON.parse(body) as unknown]));
}
