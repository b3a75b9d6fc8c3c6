import { sql } from 'kysely';
import type { MonitorEvent } from '../../../../model/event.ts';
import type { EntitiesQuery, EntityKind, HistoryEntity, Page } from '../../../history/RunHistory.ts';
import type { LogStore } from '../LogStore.ts';
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

/** A page of approvals, scores or alerts, read along the index of their time. */
export async function readEntities(
  { db }: LogStore,
  pid: number,
  { kind, range, scope, states, severities, names, runIds, order, after, limit }: EntitiesQuery,
): Promise<Page<HistoryEntity>> {
  if (kind === 'alert' && scope) return { items: [] }; // what belongs to no run is outside every scope
  const isAscending = order === 'oldest';
  const direction = sql.raw(isAscending ? 'asc' : 'desc');
  const conditions = [
    sql`entity.pid = ${pid}`,
    ...rangeWhere('entity.at_ms', range),
    ...afterWhere('entity.at_ms', 'entity.n', after, isAscending),
    ...listWhere('entity.state', states),
    ...listWhere('entity.severity', severities),
    ...listWhere(nameColumn[kind], names),
    ...listWhere('entity.run', runIds),
  ];
  const rows = await db
    .selectFrom(sql<EntityRow>`${sql.table(kind)}`.as('entity'))
    .select(['entity.at_ms', 'entity.n', 'entity.body'])
    .where(sql<boolean>`${sql.join(conditions, sql` and `)}`)
    .$if(scope !== undefined, (some) => some.where((eb) => scopeWhere(eb as never, 'entity', pid, scope ?? {})))
    .orderBy(sql`entity.at_ms ${direction}, entity.n ${direction}`)
    .limit(limit + 1)
    .execute();
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows
      .slice(0, limit)
      .map(({ at_ms, body }) => ({ atMs: at_ms, facts: JSON.parse(body) as readonly MonitorEvent[] })),
    ...(last && { next: [last.at_ms, last.n] }),
  };
}
