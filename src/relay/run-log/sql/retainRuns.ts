import { sql } from 'kysely';
import { asRunId, type RunId } from '../../../model/ids.ts';
import { crashPoint } from '../../crashPoint.ts';
import { contentOwnersOfRun } from '../contentOwner.ts';
import type { LogStore } from './LogStore.ts';
import { numbersOfRun } from './logReader.ts';
import { retainEvents } from './retainEvents.ts';
import { ROW_BYTES } from './rowBytes.ts';

/** Rows of one step: short enough that ingest does not notice. */
const STEP_ROWS = 500;
const BYTES_STEP_RUNS = 20;

/**
 * Lets a run go from memory as well. What is held there and what the tables say are made of the same events.
 * @param removeRows - the end of it: takes its rows away. Nothing new is taken in meanwhile
 */
export type LetGo = (runId: RunId, removeRows: () => Promise<void>) => Promise<void>;

/** Lets go of runs that are over and were last heard of before `beforeMs`; running ones and those that wait for somebody stay. */
export async function retainRuns(store: LogStore, pid: number, beforeMs: number, letGo: LetGo): Promise<void> {
  for (;;) {
    const runs = await endedRuns(store, pid).where('last_rts', '<', beforeMs).execute();
    for (const { run } of runs) await removeRun(store, pid, run, letGo);
    if (runs.length < STEP_ROWS) return;
  }
}

/**
 * Lets the runs go that ended first, until events and content take no more than `bytes`. What could be resumed over until then goes with
 * them: their events would stay else, and the log would only lose its history.
 */
export async function retainBytes(store: LogStore, pid: number, bytes: number, letGo: LetGo): Promise<void> {
  const isWithin = async () => {
    const { held } = await store.db
      .selectFrom('stream')
      .select(sql<number>`event_bytes + content_bytes`.as('held'))
      .where('pid', '=', pid)
      .executeTakeFirstOrThrow();
    return Number(held) <= bytes;
  };
  while (!(await isWithin())) {
    const runs = await endedRuns(store, pid).select('last_rts').limit(BYTES_STEP_RUNS).execute();
    if (runs.length === 0) return;
    for (const { run, last_rts } of runs) {
      await retainEvents(store, pid, last_rts + 1);
      await removeRun(store, pid, run, letGo);
      if (await isWithin()) return;
    }
  }
}

/** Facets that figures of a run are split by: they stay as long as the figures, those of people and tags go with the run. */
const figureFacets = ['agent', 'tool', 'model'];

/** Lets counts and costs go that are older than `beforeMs`, by the clock of the agents, and what they are split by. */
export async function retainMeasures(store: LogStore, pid: number, beforeMs: number): Promise<void> {
  const { db } = store;
  for (const kind of ['run', 'call', 'tool', 'error']) {
    for (;;) {
      const rows = await db
        .selectFrom('measure')
        .select(['run', 'span'])
        .where('pid', '=', pid)
        .where('kind', '=', kind)
        .where('at_ms', '<', beforeMs)
        .where((eb) =>
          eb.not(
            eb.exists(
              eb.selectFrom('run').select('run.run').where('run.pid', '=', pid).whereRef('run.run', '=', 'measure.run'),
            ),
          ),
        )
        .limit(STEP_ROWS)
        .execute();
      if (rows.length > 0) {
        await store.write(
          rows.flatMap(({ run, span }) => [
            db
              .deleteFrom('measure')
              .where('pid', '=', pid)
              .where('run', '=', run)
              .where('span', '=', span)
              .where('kind', '=', kind)
              .compile(),
            ...(kind === 'run'
              ? [db.deleteFrom('run_facet').where('pid', '=', pid).where('run', '=', run).compile()]
              : []),
          ]),
        );
      }
      if (rows.length < STEP_ROWS) break;
    }
  }
}

/** Lets alerts go that are resolved and were last heard of before `beforeMs`. */
export async function retainAlerts(store: LogStore, pid: number, beforeMs: number): Promise<void> {
  const { db } = store;
  for (;;) {
    const rows = await db
      .selectFrom('alert')
      .select('alert')
      .where('pid', '=', pid)
      .where('state', '=', 'resolved')
      .where('last_rts', '<', beforeMs)
      .limit(STEP_ROWS)
      .execute();
    const ids = rows.map(({ alert }) => alert);
    if (ids.length > 0)
      await store.write([db.deleteFrom('alert').where('pid', '=', pid).where('alert', 'in', ids).compile()]);
    if (ids.length < STEP_ROWS) return;
  }
}

const endedRuns = ({ db }: LogStore, pid: number) =>
  db
    .selectFrom('run')
    .select('run')
    .where('pid', '=', pid)
    .where('is_over', '=', 1)
    .orderBy('last_rts')
    .limit(STEP_ROWS);

/** Events first, the row that names the run last: what is cut off in between is let go at the next round. */
async function removeRun(store: LogStore, pid: number, run: string, letGo: LetGo): Promise<void> {
  const { db } = store;
  for (;;) {
    const rows = await db
      .selectFrom('event')
      .select(['seq', sql<number>`length(body)`.as('size')])
      .where('pid', '=', pid)
      .where('seq', 'in', numbersOfRun(db, pid, run))
      .where('type', '<>', 'log')
      // what can still be resumed over stays until its time: numbers have no hole
      .where('seq', '<', (eb) => eb.selectFrom('stream').select('oldest').where('pid', '=', pid))
      .limit(STEP_ROWS)
      .execute();
    if (rows.length === 0) break;
    const seqs = rows.map(({ seq }) => seq);
    const bytes = rows.reduce((sum, { size }) => sum + size + ROW_BYTES, 0);
    crashPoint('retention');
    await store.write([
      db.deleteFrom('event').where('pid', '=', pid).where('seq', 'in', seqs).compile(),
      db
        .updateTable('stream')
        .set({ event_bytes: sql`event_bytes - ${bytes}` })
        .where('pid', '=', pid)
        .compile(),
    ]);
  }
  await letGo(asRunId(run), () => removeRows(store, pid, run));
}

async function removeRows(store: LogStore, pid: number, run: string): Promise<void> {
  const { db } = store;
  const [first, end] = contentOwnersOfRun(run);
  const ofRun = () =>
    db.selectFrom('content').where('pid', '=', pid).where('owner', '>=', first).where('owner', '<', end);
  const held = await ofRun()
    .select(sql<number | null>`sum(length(body) + ${sql.lit(ROW_BYTES)})`.as('bytes'))
    .executeTakeFirst();
  crashPoint('retention');
  await store.write([
    db.deleteFrom('content').where('pid', '=', pid).where('owner', '>=', first).where('owner', '<', end).compile(),
    db
      .deleteFrom('run_facet')
      .where('pid', '=', pid)
      .where('run', '=', run)
      .where('kind', 'not in', figureFacets)
      .compile(),
    db.deleteFrom('approval').where('pid', '=', pid).where('run', '=', run).compile(),
    db.deleteFrom('score').where('pid', '=', pid).where('run', '=', run).compile(),
    db.deleteFrom('run').where('pid', '=', pid).where('run', '=', run).compile(),
    db
      .updateTable('stream')
      .set({ content_bytes: sql`content_bytes - ${Number(held?.bytes ?? 0)}` })
      .where('pid', '=', pid)
      .compile(),
  ]);
}
