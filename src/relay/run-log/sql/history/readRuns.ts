import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { RunId } from '../../../../model/ids.ts';
import type {
  HistoryRun,
  HistoryRunFilter,
  Page,
  RunOrderName,
  RunScope,
  RunsQuery,
} from '../../../history/RunHistory.ts';
import type { LogStore } from '../LogStore.ts';
import type { LogTables } from '../LogTables.ts';
import { afterWhere, facetWhere, listWhere, rangeWhere, scopeWhere } from './scopeWhere.ts';

const columnOf = {
  newest: 'run.at_ms',
  oldest: 'run.at_ms',
  longest: 'run.duration_ms',
  dearest: 'run.cost',
} as const satisfies Record<RunOrderName, string>;

/** A page of runs, read along the index of its order. */
export async function readRuns(store: LogStore, pid: number, query: RunsQuery): Promise<Page<HistoryRun>> {
  const { range, scope, filter, order, after, limit } = query;
  const column = columnOf[order];
  const isAscending = order === 'oldest';
  const direction = isAscending ? 'asc' : 'desc';
  const rows = await store.db
    .selectFrom('run')
    .select(['run.body', 'run.first_seq', sql.ref<number>(column).as('value')])
    .where('run.pid', '=', pid)
    .where((eb) =>
      eb.and([
        ...rangeWhere('run.at_ms', range),
        ...afterWhere(column, 'run.first_seq', after, isAscending),
        ...(scope ? [scopeWhere(eb, 'run', pid, scope)] : []),
        ...filterWhere(eb, store, pid, filter ?? {}),
      ]),
    )
    .orderBy(sql.ref(column), direction)
    .orderBy('run.first_seq', direction)
    .limit(limit + 1)
    .execute();
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(({ body }) => JSON.parse(body) as HistoryRun),
    ...(last && { next: [last.value, last.first_seq] }),
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

function filterWhere(
  eb: ExpressionBuilder<LogTables, 'run'>,
  { kind }: LogStore,
  pid: number,
  filter: HistoryRunFilter,
) {
  const { statuses, minDurationMs, minCostNanoUsd, text } = filter;
  const facet = (of: string, names: readonly string[] | undefined) =>
    facetWhere(eb as never, pid, 'run.run', of, names);
  const find = sql.raw(kind === 'postgres' ? 'strpos' : 'instr');
  return [
    ...statusWhere(statuses),
    ...listWhere('run.user_id', filter.userIds),
    ...listWhere('run.session_id', filter.sessionIds),
    ...listWhere('run.group_id', filter.groupIds),
    ...facet('agent', filter.agentNames),
    ...facet('tool', filter.toolNames),
    ...facet('model', filter.modelNames),
    ...(minDurationMs === undefined ? [] : [sql<SqlBool>`run.duration_ms >= ${minDurationMs}`]),
    ...(minCostNanoUsd === undefined ? [] : [sql<SqlBool>`run.cost >= ${minCostNanoUsd}`]),
    ...(text === undefined ? [] : [sql<SqlBool>`${find}(run.search, ${text}) > 0`]),
  ];
}

/** `waiting`: with a pending approval, also while other spans work. */
function statusWhere(statuses: readonly string[] | undefined) {
  const named = listWhere('run.status', statuses);
  return statuses?.includes('waiting') ? [sql<SqlBool>`(${sql.join(named)} or run.pending > 0)`] : named;
}
