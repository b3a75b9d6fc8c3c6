import { type ExpressionBuilder, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { RunId } from '../../../../model/ids.ts';
import { keysetPage } from '../../../history/keysetPage.ts';
import type {
  HistoryPosition,
  HistoryRun,
  Page,
  RunOrderName,
  RunScope,
  RunsQuery,
} from '../../../history/RunHistory.ts';
import type { LogStore } from '../LogStore.ts';
import type { LogTables } from '../LogTables.ts';
import { findFewRuns, type RunIds } from './fewRuns.ts';
import { FEW_ROWS, SCAN_ROWS, scanPage, unindexed, untilWhere } from './orderPlan.ts';
import { afterWhere, facetWhere, listWhere, rangeWhere, scopeWhere } from './scopeWhere.ts';

const columnOf = {
  newest: 'run.at_ms',
  oldest: 'run.at_ms',
  longest: 'run.duration_ms',
  dearest: 'run.cost',
} as const satisfies Record<RunOrderName, string>;

/**
 * A page of runs. Of some states by their time it is put together from a page of each, read along their index. Else, where an index finds few that match, those are sorted; else it is read along the index of its order, and ends
 * early when it looked through `scanRows` without enough that match.
 */
export async function readRuns(
  store: LogStore,
  pid: number,
  query: RunsQuery,
  scanRows = SCAN_ROWS,
): Promise<Page<HistoryRun>> {
  if (!isNarrowed(query)) return readPage(store, pid, query);
  if (areStatuses(query)) return readStatuses(store, pid, query);
  const few = await findFewRuns(store, pid, query, Math.min(FEW_ROWS, scanRows));
  if (few) return readPage(store, pid, query, { few });
  return scanPage(
    scanRows,
    query.after,
    query.limit,
    (after, rows) => endOfScan(store, pid, { ...query, after }, rows),
    (after, limit, end) => readPage(store, pid, { ...query, after, limit }, { end }),
  );
}

/** The first of all states are among the first of each. */
async function readStatuses(store: LogStore, pid: number, query: RunsQuery): Promise<Page<HistoryRun>> {
  const { filter, order, limit } = query;
  const statuses = [...new Set(filter?.statuses)];
  const pages = await Promise.all(
    statuses.map((status) => readPage(store, pid, { ...query, filter: { statuses: [status] }, limit: limit + 1 })),
  );
  const runs = pages.flatMap(({ items }) => items.map((item) => ({ item, value: item.atMs, seq: item.firstSeq })));
  return keysetPage(runs, { after: undefined, limit, isAscending: order === 'oldest' });
}

/** @param few - runs that an index found: no others are looked at. @param end - last row of the order that is looked at */
async function readPage(
  store: LogStore,
  pid: number,
  query: RunsQuery,
  { few, end }: { readonly few?: RunIds | undefined; readonly end?: HistoryPosition | undefined } = {},
): Promise<Page<HistoryRun>> {
  const { order, limit } = query;
  const column = columnOf[order];
  const isAscending = order === 'oldest';
  const direction = isAscending ? 'asc' : 'desc';
  const sorted = (name: string): RawBuilder<number> => (few ? unindexed(store, name) : sql.ref<number>(name));
  const rows = await store.db
    .selectFrom('run')
    .select(['run.body', 'run.first_seq', sql.ref<number>(column).as('value')])
    .where('run.pid', '=', pid)
    .where((eb) =>
      eb.and([
        ...rangeWhere(few || column !== 'run.at_ms' ? unindexed(store, 'run.at_ms') : 'run.at_ms', query.range),
        ...afterWhere(sorted(column), sorted('run.first_seq'), query.after, isAscending),
        ...untilWhere(column, 'run.first_seq', end, isAscending),
        ...(few ? [eb('run.run', 'in', few)] : []),
        ...(query.scope ? [scopeWhere(eb, 'run', pid, query.scope)] : []),
        ...filterWhere(eb, store, pid, query),
      ]),
    )
    .orderBy(sorted(column), direction)
    .orderBy(sorted('run.first_seq'), direction)
    .limit(limit + 1)
    .execute();
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const next = last ? [last.value, last.first_seq] : end;
  return {
    items: rows.slice(0, limit).map(({ body }) => JSON.parse(body) as HistoryRun),
    ...(next && { next }),
  };
}

export async function readRun(
  store: LogStore,
  pid: number,
  runId: RunId,
  scope: RunScope | undefined,
): Promise<HistoryRun | undefined> {
  const row = await store.db
    .selectFrom('run')
    .select('run.body')
    .where('run.pid', '=', pid)
    .where('run.run', '=', runId)
    .$if(scope !== undefined, (found) => found.where((eb) => scopeWhere(eb, 'run', pid, scope as RunScope)))
    .executeTakeFirst();
  return row && (JSON.parse(row.body) as HistoryRun);
}

const isByTime = ({ order }: RunsQuery): boolean => order === 'newest' || order === 'oldest';
const conditionsOf = ({ filter = {} }: RunsQuery): number =>
  Object.values(filter).filter((value) => value !== undefined).length;

/** Whether rows of the order may not match. A single status has an index with the order of time in it. */
function isNarrowed(query: RunsQuery): boolean {
  const { filter, scope, range } = query;
  const hasRange = range?.fromMs !== undefined || range?.toMs !== undefined;
  if (scope || (hasRange && !isByTime(query))) return true;
  return conditionsOf(query) > 0 && !(areStatuses(query) && filter?.statuses?.length === 1);
}

/** Whether states are all that is asked for, each with an index that has the order in it. */
function areStatuses(query: RunsQuery): boolean {
  const statuses = query.filter?.statuses ?? [];
  const isAll = !query.scope && isByTime(query) && conditionsOf(query) === 1;
  return isAll && statuses.length > 0 && !statuses.includes('waiting');
}

/** The last row of the order that this page looks at; `undefined`: there are fewer. */
async function endOfScan(
  store: LogStore,
  pid: number,
  { order, after, range }: RunsQuery,
  scanRows: number,
): Promise<HistoryPosition | undefined> {
  const column = columnOf[order];
  const isAscending = order === 'oldest';
  const direction = isAscending ? 'asc' : 'desc';
  const row = await store.db
    .selectFrom('run')
    .select([sql.ref<number>(column).as('value'), 'run.first_seq'])
    .where('run.pid', '=', pid)
    .where((eb) =>
      eb.and([
        ...(column === 'run.at_ms' ? rangeWhere(column, range) : []),
        ...afterWhere(column, 'run.first_seq', after, isAscending),
      ]),
    )
    .orderBy(sql.ref(column), direction)
    .orderBy('run.first_seq', direction)
    .offset(scanRows)
    .limit(1)
    .executeTakeFirst();
  return row && [row.value, row.first_seq];
}

function filterWhere(eb: ExpressionBuilder<LogTables, 'run'>, store: LogStore, pid: number, query: RunsQuery) {
  const { statuses, minDurationMs, minCostNanoUsd, text, ...filter } = query.filter ?? {};
  const facet = (of: string, names: readonly string[] | undefined) =>
    facetWhere(eb as never, pid, 'run.run', of, names);
  const find = sql.raw(store.kind === 'postgres' ? 'strpos' : 'instr');
  const status = isNarrowed(query) ? unindexed<string>(store, 'run.status') : 'run.status';
  return [
    ...statusWhere(status, statuses),
    ...listWhere('run.user_id', filter.userIds),
    ...listWhere('run.session_id', filter.sessionIds),
    ...listWhere('run.group_id', filter.groupIds),
    ...facet('agent', filter.agentNames),
    ...facet('tool', filter.toolNames),
    ...facet('model', filter.modelNames),
    ...(minDurationMs === undefined ? [] : [sql<SqlBool>`${unindexed(store, 'run.duration_ms')} >= ${minDurationMs}`]),
    ...(minCostNanoUsd === undefined ? [] : [sql<SqlBool>`${unindexed(store, 'run.cost')} >= ${minCostNanoUsd}`]),
    ...(text === undefined ? [] : [sql<SqlBool>`${find}(run.search, ${text}) > 0`]),
  ];
}

/** `waiting`: with a pending approval, also while other spans work. */
function statusWhere(column: string | RawBuilder<string>, statuses: readonly string[] | undefined) {
  const named = listWhere(column, statuses);
  return statuses?.includes('waiting') ? [sql<SqlBool>`(${sql.join(named)} or run.pending > 0)`] : named;
}
