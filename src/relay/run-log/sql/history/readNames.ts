import { type RawBuilder, sql } from 'kysely';
import type { NamesQuery, RunScope } from '../../../history/RunHistory.ts';
import type { LogStore } from '../LogStore.ts';
import { scopeWhere } from './scopeWhere.ts';

/** Different names of a kind: from one to the next along an index, however many rows have each. */
export async function readNames({ db }: LogStore, pid: number, query: NamesQuery): Promise<readonly string[]> {
  const { kind, scope, after, limit } = query;
  if (scope) return readScopedNames(db, pid, query, scope);
  const table = kind === 'source' ? sql`log_line` : sql`run_facet`;
  const column = kind === 'source' ? sql`source` : sql`name`;
  const ofKind = kind === 'source' ? sql`` : sql`and kind = ${kind}`;
  const firstAfter = (bound: RawBuilder<unknown>) =>
    sql`(select min(${column}) from ${table} where pid = ${pid} ${ofKind} and ${column} ${bound})`;
  const { rows } = await sql<{ name: string }>`
    with recursive names(name) as (
      select ${firstAfter(after === undefined ? sql`is not null` : sql`> ${after}`)}
      union all
      select ${firstAfter(sql`> names.name`)} from names where names.name is not null
    )
    select name from names where name is not null limit ${limit}`.execute(db);
  return rows.map(({ name }) => name);
}

/** O(rows of the kind): a name counts where a run of the scope has it. */
async function readScopedNames(
  db: LogStore['db'],
  pid: number,
  { kind, after, limit }: NamesQuery,
  scope: RunScope,
): Promise<readonly string[]> {
  if (kind === 'source') {
    const rows = await db
      .selectFrom('log_line')
      .select('log_line.source as name')
      .distinct()
      .where('log_line.pid', '=', pid)
      .where('log_line.source', 'is not', null)
      .$if(after !== undefined, (some) => some.where('log_line.source', '>', after as string))
      .where((eb) => scopeWhere(eb as never, 'log_line', pid, scope))
      .orderBy('name')
      .limit(limit)
      .execute();
    return rows.flatMap(({ name }) => name ?? []);
  }
  const rows = await db
    .selectFrom('run_facet')
    .select('run_facet.name')
    .distinct()
    .where('run_facet.pid', '=', pid)
    .where('run_facet.kind', '=', kind)
    .$if(after !== undefined, (some) => some.where('run_facet.name', '>', after as string))
    .where((eb) => scopeWhere(eb as never, 'run_facet', pid, scope))
    .orderBy('run_facet.name')
    .limit(limit)
    .execute();
  return rows.map(({ name }) => name);
}
