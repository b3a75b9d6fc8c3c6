import type { EventOf } from '../../../../model/event.ts';
import { logSearchText } from '../../../history/logSearchText.ts';
import type { HistoryLog, HistoryPosition, LogsQuery, Page } from '../../../history/RunHistory.ts';
import { contentOwner } from '../../contentOwner.ts';
import { storedEvent } from '../eventRow.ts';
import type { LogStore } from '../LogStore.ts';
import { afterWhere, listWhere, rangeWhere, scopeWhere } from './scopeWhere.ts';

/** Lines that one question looks a text up in, and all of one page; then the page ends early, and the next goes on. */
const SCAN_ROWS = 500;
const MAX_SCANNED = 20_000;

/** A page of log lines. A text is looked for line by line, since content is kept apart. */
export async function readLogs(store: LogStore, pid: number, query: LogsQuery): Promise<Page<HistoryLog>> {
  const { text, limit } = query;
  if (text === undefined) {
    const { items, next } = await scanLogs(store, pid, query, query.after, limit);
    return { items, ...(next && { next }) };
  }
  const items: HistoryLog[] = [];
  let { after } = query;
  for (let scanned = SCAN_ROWS; ; scanned += SCAN_ROWS) {
    const page = await scanLogs(store, pid, query, after, SCAN_ROWS);
    for (const [index, item] of page.items.entries()) {
      const isFound = logSearchText(item.event.a.sourceName, item.message).includes(text);
      if (isFound && items.length === limit) return { items, ...(after && { next: after }) };
      if (isFound) items.push(item);
      after = page.positions[index];
    }
    if (!page.next) return { items };
    if (scanned >= MAX_SCANNED && items.length > 0) return { items, next: page.next };
  }
}

async function scanLogs(
  store: LogStore,
  pid: number,
  query: LogsQuery,
  after: HistoryPosition | undefined,
  limit: number,
): Promise<Page<HistoryLog> & { readonly positions: readonly HistoryPosition[] }> {
  const { range, scope, withMessage, order } = query;
  const isAscending = order === 'oldest';
  const direction = isAscending ? 'asc' : 'desc';
  const rows = await store.db
    .selectFrom('log_line')
    .innerJoin('event', (join) => join.onRef('event.pid', '=', 'log_line.pid').onRef('event.seq', '=', 'log_line.seq'))
    .select(['log_line.ts', 'log_line.id', 'event.seq', 'event.rts', 'event.body'])
    .where('log_line.pid', '=', pid)
    .where((eb) =>
      eb.and([
        ...rangeWhere('log_line.ts', range),
        ...afterWhere('log_line.ts', 'log_line.seq', after, isAscending),
        ...(scope ? [scopeWhere(eb as never, 'log_line', pid, scope)] : []),
        ...listWhere('log_line.level', query.levels),
        ...listWhere('log_line.source', query.sourceNames),
        ...listWhere('log_line.run', query.runIds),
        ...listWhere('log_line.span', query.spanIds),
        ...listWhere('log_line.id', query.ids),
      ]),
    )
    .orderBy('log_line.ts', direction)
    .orderBy('log_line.seq', direction)
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const messages = withMessage ? await readMessages(store, pid, shown) : undefined;
  const items = shown.map((row): HistoryLog => {
    const message = messages?.get(row.id);
    return { event: storedEvent(row) as EventOf<'log'>, ...(message !== undefined && { message }) };
  });
  const positions = shown.map(({ ts, seq }) => [ts, seq]);
  const next = rows.length > limit ? positions.at(-1) : undefined;
  return { items, positions, ...(next && { next }) };
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
