import { sql } from 'kysely';
import { crashPoint } from '../../crashPoint.ts';
import { contentOwner } from '../contentOwner.ts';
import type { LogStore } from './LogStore.ts';
import type { EventTable } from './LogTables.ts';
import { ROW_BYTES } from './rowBytes.ts';

/** How long each class of facts is held. */
export interface Retention {
  /** Log lines, and what a reader can resume over. */
  readonly logHours: number;
  /** Runs that ended, with their spans and content. */
  readonly runHours: number;
  readonly metricHours: number;
  /** Of events and content, a project. */
  readonly bytes: number;
}

export const defaultRetention: Retention = { logHours: 24, runHours: 72, metricHours: 168, bytes: 20 * 1024 ** 3 };

/** Rows of one step: short enough that ingest does not notice. */
const STEP_ROWS = 500;

/**
 * Moves the oldest number that can be resumed over past everything stored before `beforeMs`, and lets the lines of the log go on
 * the way. Events of runs stay below it for as long as their run does: its facts are made of them.
 * @returns the oldest number now
 */
export async function retainEvents(store: LogStore, pid: number, beforeMs: number): Promise<number> {
  const { db } = store;
  for (;;) {
    const { oldest } = await db.selectFrom('stream').select('oldest').where('pid', '=', pid).executeTakeFirstOrThrow();
    const rows = await db
      .selectFrom('event')
      .select(['seq', 'id', 'type', 'run', 'rts', ({ fn }) => fn<number>('length', ['body']).as('size')])
      .where('pid', '=', pid)
      .where('seq', '>=', oldest)
      .orderBy('seq')
      .limit(STEP_ROWS)
      .execute();
    const old = rows.slice(
      0,
      lengthWhile(rows, ({ rts }) => rts < beforeMs),
    );
    const last = old.at(-1);
    if (!last) return oldest;
    const isLeft = await leftBehind(store, pid, old);
    const going = old.filter((event) => event.type === 'log' || event.run === null || isLeft(event));
    const seqs = going.map(({ seq }) => seq);
    const owners = going.map(({ id }) => contentOwner({ eventId: id }));
    const bytes = going.reduce((sum, { size }) => sum + size + ROW_BYTES, 0);
    const ofLines = await contentBytes(store, pid, owners);
    crashPoint('retention');
    await store.write([
      ...(seqs.length > 0
        ? [
            db.deleteFrom('content').where('pid', '=', pid).where('owner', 'in', owners).compile(),
            db.deleteFrom('log_line').where('pid', '=', pid).where('seq', 'in', seqs).compile(),
            db.deleteFrom('event').where('pid', '=', pid).where('seq', 'in', seqs).compile(),
          ]
        : []),
      db
        .updateTable('stream')
        .set({
          oldest: last.seq + 1,
          event_bytes: sql`event_bytes - ${bytes}`,
          content_bytes: sql`content_bytes - ${ofLines}`,
        })
        .where('pid', '=', pid)
        .where('oldest', '=', oldest)
        .compile(),
    ]);
  }
}

async function contentBytes({ db }: LogStore, pid: number, owners: readonly string[]): Promise<number> {
  if (owners.length === 0) return 0;
  const held = await db
    .selectFrom('content')
    .select(sql<number | null>`sum(length(body) + ${sql.lit(ROW_BYTES)})`.as('bytes'))
    .where('pid', '=', pid)
    .where('owner', 'in', owners)
    .executeTakeFirst();
  return Number(held?.bytes ?? 0);
}

/** Events of runs that were let go while these could still be resumed over: a run that is held has a row, once the tables are so far. */
async function leftBehind(
  { db }: LogStore,
  pid: number,
  events: readonly Pick<EventTable, 'seq' | 'run' | 'type'>[],
): Promise<(event: Pick<EventTable, 'seq' | 'run'>) => boolean> {
  const runs = new Set(events.flatMap(({ run, type }) => (run === null || type === 'log' ? [] : [run])));
  if (runs.size === 0) return () => false;
  const model = await db.selectFrom('model').select('at').where('pid', '=', pid).executeTakeFirst();
  const rows = await db
    .selectFrom('run')
    .select('run')
    .where('pid', '=', pid)
    .where('run', 'in', [...runs])
    .execute();
  for (const { run } of rows) runs.delete(run);
  return ({ seq, run }) => seq <= (model?.at ?? 0) && run !== null && runs.has(run);
}

const lengthWhile = <T>(items: readonly T[], holds: (item: T) => boolean): number => {
  const end = items.findIndex((item) => !holds(item));
  return end === -1 ? items.length : end;
};
