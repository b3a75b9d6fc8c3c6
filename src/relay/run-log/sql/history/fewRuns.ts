import { type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { RunsQuery } from '../../../history/RunHistory.ts';
import type { LogStore } from '../LogStore.ts';
import type { LogTables } from '../LogTables.ts';
import { listWhere } from './scopeWhere.ts';

/** Ids of runs, found by an index. */
export type RunIds = SelectQueryBuilder<LogTables, 'run' | 'run_facet', { run: string }>;

/** Runs of which one condition of the question leaves few. @returns `undefined`: every condition leaves many */
export async function findFewRuns(
  store: LogStore,
  pid: number,
  query: RunsQuery,
  fewRows: number,
): Promise<RunIds | undefined> {
  for (const runs of candidates(store, pid, query)) {
    const found = await runs.limit(fewRows + 1).execute();
    if (found.length <= fewRows) return runs;
  }
  return undefined;
}

function* candidates({ db }: LogStore, pid: number, { filter = {}, scope }: RunsQuery): Iterable<RunIds> {
  const { statuses, minDurationMs, minCostNanoUsd } = filter;
  const facet = (kind: string, names: readonly string[]) =>
    db
      .selectFrom('run_facet')
      .select('run_facet.run')
      .where('run_facet.pid', '=', pid)
      .where('run_facet.kind', '=', kind)
      .where((eb) => eb.and(listWhere('run_facet.name', names))) as unknown as RunIds;
  const runs = () => db.selectFrom('run').select('run.run').where('run.pid', '=', pid);

  const named = {
    session: scope?.sessionId === undefined ? filter.sessionIds : [scope.sessionId],
    user: scope?.userId === undefined ? filter.userIds : [scope.userId],
    group: filter.groupIds,
    agent: filter.agentNames,
    tool: filter.toolNames,
    model: filter.modelNames,
  };
  for (const [kind, names] of Object.entries(named)) if (names) yield facet(kind, names);
  for (const tag of scope?.tags ?? []) yield facet('tag', [tag]);
  if (statuses) {
    const others = statuses.filter((status) => status !== 'waiting');
    const ofStatus = runs().where((eb) => eb.and(listWhere('run.status', others)));
    // who waits has something pending: an index has those alone
    const waiting = runs().where(sql<SqlBool>`run.pending > 0`);
    yield (others.length === statuses.length
      ? ofStatus
      : others.length === 0
        ? waiting
        : ofStatus.unionAll(waiting)) as unknown as RunIds;
  }
  if (minCostNanoUsd !== undefined) yield runs().where('run.cost', '>=', minCostNanoUsd) as unknown as RunIds;
  if (minDurationMs !== undefined) yield runs().where('run.duration_ms', '>=', minDurationMs) as unknown as RunIds;
}
