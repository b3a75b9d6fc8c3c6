import { sql } from 'kysely';
import type { MonitorEvent } from '../../../../model/event.ts';
import type { EntitiesQuery, EntityKind, HistoryEntity, HistoryPosition, Page } from '../../../history/RunHistory.ts';
import type { LogStore } from '../LogStore.ts';
import { SCAN_ROWS, scanPage, unindexed, untilWhere } from './orderPlan.ts';
import { afterWhere, listWhere, rangeWhere, scopeWhere } from './scopeWhere.ts';

/** Column of what an entity is called by. */
const nameColumn = { approval: 'entity.tool', score: 'entity.name', alert: 'entity.rule' } as const satisfies Record<
  EntityKind,
  string
>;

interface EntityRow {
  readonly at_ms: number;
  readonly n: number;
  readonly body: string;
}

/**
 * A page of approvals, scores or alerts: those of named runs are sorted, others are read along an index with the order of their time. What
 * no index helps with is looked for in `scanRows`; then the page ends early.
 */
export async function readEntities(
  store: LogStore,
  pid: number,
  query: EntitiesQuery,
  scanRows = SCAN_ROWS,
): Promise<Page<HistoryEntity>> {
  if (query.kind === 'alert' && query.scope) return { items: [] }; // what belongs to no run is outside every scope
  if (!isScanned(query)) return readPage(store, pid, query);
  return scanPage(
    scanRows,
    query.after,
    query.limit,
    (after, rows) => endOfScan(store, pid, { ...query, after }, rows),
    (after, limit, end) => readPage(store, pid, { ...query, after, limit }, end),
  );
}

/** Whether rows of the order may not match. One state, and one name of a score, have an index with the order in it. */
function isScanned({ kind, scope, states, severities, names, runIds }: EntitiesQuery): boolean {
  if (runIds) return false;
  const lists = [states, severities, names].filter((list) => list !== undefined);
  const indexed = kind === 'score' ? names : states;
  return scope !== undefined || lists.some((list) => list !== indexed || list.length !== 1);
}

const rowsOf = (db: LogStore['db'], kind: EntityKind, isAscending: boolean) => {
  const direction = sql.raw(isAscending ? 'asc' : 'desc');
  return db
    .selectFrom(sql<EntityRow>`${sql.table(kind)}`.as('entity'))
    .orderBy(sql`entity.at_ms ${direction}, entity.n ${direction}`);
};

const placeWhere = (pid: number, { range, after }: EntitiesQuery, isAscending: boolean) => [
  sql`entity.pid = ${pid}`,
  ...rangeWhere('entity.at_ms', range),
  ...afterWhere('entity.at_ms', 'entity.n', after, isAscending),
];

/** @param end - last row of the order that is looked at */
async function readPage(
  store: LogStore,
  pid: number,
  query: EntitiesQuery,
  end?: HistoryPosition,
): Promise<Page<HistoryEntity>> {
  const { kind, scope, states, severities, names, runIds, order, limit } = query;
  const isAscending = order === 'oldest';
  const scanned = (name: string) => (isScanned(query) ? unindexed(store, name) : name);
  const conditions = [
    ...placeWhere(pid, query, isAscending),
    ...untilWhere('entity.at_ms', 'entity.n', end, isAscending),
    ...listWhere(scanned('entity.state'), states),
    ...listWhere('entity.severity', severities),
    ...listWhere(scanned(nameColumn[kind]), names),
    ...listWhere('entity.run', runIds),
  ];
  const rows = await rowsOf(store.db, kind, isAscending)
    .select(['entity.at_ms', 'entity.n', 'entity.body'])
    .where(sql<boolean>`${sql.join(conditions, sql` and `)}`)
    .$if(scope !== undefined, (some) => some.where((eb) => scopeWhere(eb as never, 'entity', pid, scope ?? {})))
    .limit(limit + 1)
    .execute();
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const next = last ? [last.at_ms, last.n] : end;
  return {
    items: rows
      .slice(0, limit)
      .map(({ at_ms, body }) => ({ atMs: at_ms, facts: JSON.parse(body) as readonly MonitorEvent[] })),
    ...(next && { next }),
  };
}

/** The last row of the order that this page looks at; `undefined`: there are fewer. */
async function endOfScan(
  { db }: LogStore,
  pid: number,
  query: EntitiesQuery,
  scanRows: number,
): Promise<HistoryPosition | undefined> {
  const isAscending = query.order === 'oldest';
  const row = await rowsOf(db, query.kind, isAscending)
    .select(['entity.at_ms', 'entity.n'])
    .where(sql<boolean>`${sql.join(placeWhere(pid, query, isAscending), sql` and `)}`)
    .offset(scanRows)
    .limit(1)
    .executeTakeFirst();
  return row && [row.at_ms, row.n];
}
