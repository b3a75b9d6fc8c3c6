import { asRunId, type RunId } from '../../../model/ids.ts';
import { storedEvent } from './eventRow.ts';
import type { LogStore } from './LogStore.ts';
import type { ProjectLogReader } from './projectFold.ts';

/** Rows of one question: enough to be quick, few enough to hold nobody up. */
const PAGE_ROWS = 1000;

/**
 * Numbers of a run's events. Asked for by themselves: of their bodies SQLite would take the order of the whole log for the shorter
 * way and look through all of it.
 */
export const numbersOfRun = (db: LogStore['db'], pid: number, runId: string) =>
  db.selectFrom('event').select('seq').where('pid', '=', pid).where('run', '=', runId);

/** Reads events of one project. */
export function createLogReader({ db }: LogStore, pid: number): ProjectLogReader {
  const events = () => db.selectFrom('event').select(['seq', 'rts', 'body']).where('pid', '=', pid);

  return {
    async read(from, to) {
      const rows = await events()
        .where('seq', '>', from)
        .where('seq', '<=', to)
        .orderBy('seq')
        .limit(PAGE_ROWS)
        .execute();
      return rows.map(storedEvent);
    },
    async knownRuns(runIds, to) {
      const found: RunId[] = [];
      for (let index = 0; index < runIds.length; index += PAGE_ROWS) {
        const rows = await db
          .selectFrom('event')
          .select('run')
          .distinct()
          .where('pid', '=', pid)
          .where('run', 'in', runIds.slice(index, index + PAGE_ROWS))
          .where('seq', '<=', to)
          .execute();
        for (const { run } of rows) if (run !== null) found.push(asRunId(run));
      }
      return found;
    },
    async *eventsOf(runId, to) {
      let after = 0;
      for (;;) {
        const own = numbersOfRun(db, pid, runId).where('seq', '>', after).where('seq', '<=', to);
        const rows = await events().where('seq', 'in', own.orderBy('seq').limit(PAGE_ROWS)).orderBy('seq').execute();
        if (rows.length > 0) yield rows.map(storedEvent);
        if (rows.length < PAGE_ROWS) return;
        after = rows.at(-1)?.seq ?? after;
      }
    },
  };
}
