import type { NamesQuery } from '../../../history/RunHistory.ts';
import type { LogStore } from '../LogStore.ts';
import { scopeWhere } from './scopeWhere.ts';

/** Different names of a kind, along an index. */
export async function readNames({ db }: LogStore, pid: number, query: NamesQuery): Promise<readonly string[]> {
  const { kind, scope, after, limit } = query;
  if (kind === 'source') {
    const rows = await db
      .selectFrom('log_line')
      .select('log_line.source as name')
      .distinct()
      .where('log_line.pid', '=', pid)
      .where('log_line.source', 'is not', null)
      .$if(after !== undefined, (some) => some.where('log_line.source', '>', after as string))
      .$if(scope !== undefined, (some) => some.where((eb) => scopeWhere(eb as never, 'log_line', pid, scope ?? {})))
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
    .$if(scope !== undefined, (some) => some.where((eb) => scopeWhere(eb as never, 'run_facet', pid, scope ?? {})))
    .orderBy('run_facet.name')
    .limit(limit)
    .execute();
  return rows.map(({ name }) => name);
}
