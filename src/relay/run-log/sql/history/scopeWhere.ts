import {
  type Expression,
  type ExpressionBuilder,
  type RawBuilder,
  type SelectQueryBuilder,
  type SqlBool,
  sql,
} from 'kysely';
import type { RunScope, TimeRange } from '../../../history/RunHistory.ts';
import type { LogTables } from '../LogTables.ts';

type WithRun = 'run' | 'log_line' | 'measure' | 'run_facet' | 'entity';

/** Rows whose run a restricted reader may know of. What belongs to no run is in no scope. */
export function scopeWhere(
  eb: ExpressionBuilder<LogTables, 'run'>,
  table: WithRun,
  pid: number,
  { sessionId, userId, tags = [] }: RunScope,
): Expression<SqlBool> {
  const run = sql.ref<string>(`${table}.run`);
  const people = eb
    .selectFrom('run as scoped')
    .select('scoped.run')
    .where('scoped.pid', '=', pid)
    .where('scoped.run', '=', run)
    .$if(sessionId !== undefined, (query) => query.where('scoped.session_id', '=', sessionId as string))
    .$if(userId !== undefined, (query) => query.where('scoped.user_id', '=', userId as string));
  const tagged = tags.map((tag) =>
    hasRow(
      eb
        .selectFrom('run_facet as tagged')
        .select('tagged.run')
        .where('tagged.pid', '=', pid)
        .where('tagged.kind', '=', 'tag')
        .where('tagged.name', '=', tag)
        .where('tagged.run', '=', run),
    ),
  );
  return eb.and([hasRow(people), ...tagged]);
}

/**
 * Looked up for each row that is come to. Of an `exists` PostgreSQL makes a join, for which it reads all rows of a name or of a person
 * before it finds the few that a page has.
 */
const hasRow = (rows: SelectQueryBuilder<LogTables, never, { run: string }>): Expression<SqlBool> =>
  sql<SqlBool>`(${rows.limit(1)}) is not null`;

/** A column by its name, or as an expression of it. */
type Column = string | RawBuilder<unknown>;
const refOf = (column: Column): RawBuilder<unknown> => (typeof column === 'string' ? sql.ref(column) : column);

/** `[fromMs, toMs)` of a column. */
export function rangeWhere(column: Column, range: TimeRange | undefined): Expression<SqlBool>[] {
  const { fromMs, toMs } = range ?? {};
  return [
    ...(fromMs === undefined ? [] : [sql<SqlBool>`${refOf(column)} >= ${fromMs}`]),
    ...(toMs === undefined ? [] : [sql<SqlBool>`${refOf(column)} < ${toMs}`]),
  ];
}

/** An absent list asks for nothing, an empty one matches nothing. */
export function listWhere(column: Column, list: readonly string[] | undefined): Expression<SqlBool>[] {
  if (list === undefined) return [];
  if (list.length === 0) return [sql<SqlBool>`1 = 0`];
  return [sql<SqlBool>`${refOf(column)} in (${sql.join(list)})`];
}

/** Rows of a run that has one of the names. @param runColumn - e.g. `run.run` */
export function facetWhere(
  eb: ExpressionBuilder<LogTables, 'run_facet'>,
  pid: number,
  runColumn: string,
  kind: string,
  names: readonly string[] | undefined,
): Expression<SqlBool>[] {
  if (names === undefined) return [];
  const named = eb
    .selectFrom('run_facet')
    .select('run_facet.run')
    .where('run_facet.pid', '=', pid)
    .where('run_facet.kind', '=', kind)
    .where((inner) => inner.and(listWhere('run_facet.name', names)))
    .where('run_facet.run', '=', sql.ref<string>(runColumn));
  return [hasRow(named)];
}

/** What comes behind a position in the order (value, seq). */
export function afterWhere(
  column: Column,
  seqColumn: Column,
  after: readonly number[] | undefined,
  isAscending: boolean,
): Expression<SqlBool>[] {
  const [value, seq] = after ?? [];
  if (value === undefined || seq === undefined) return [];
  const sign = sql.raw(isAscending ? '>' : '<');
  return [sql<SqlBool>`(${refOf(column)}, ${refOf(seqColumn)}) ${sign} (${value}, ${seq})`];
}
