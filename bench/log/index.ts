import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqlRunLog, type SqlRunLog } from '../../src/relay/run-log/sql/createSqlRunLog.ts';
import { openSqliteStore } from '../../src/relay/run-log/sql/sqliteStore.ts';
import { compare, measureRounds } from '../measure.ts';
import type { BenchRow } from '../types.ts';
import { openBareTable } from './bareTable.ts';
import { createLogLoad, FIRST_MS, type LogLoad, MS_A_ROW } from './logLoad.ts';
import { multiplyLog } from './multiplyLog.ts';
import { questions } from './questions.ts';

const BATCH = 500;
/** Batches that are under way at once, as from several senders. */
const SENDERS = 4;
const HOUR_MS = 3_600_000;
const FULL = process.env.BENCH_FULL === '1';
const SMALL_ROWS = 10_000;
const GREAT_ROWS = FULL ? 5_000_000 : 500_000;
/** Rows whose taking is timed. */
const TIMED_ROWS = 10_000;
/** The page at this many rows is what that of the great log is held against. */
const SMALL_PAGE_ROWS = 50_000;
const PROJECT = 'bench';

interface OpenLog {
  readonly folder: string;
  readonly log: SqlRunLog;
  readonly load: LogLoad;
  close(): Promise<void>;
}

/** @param heldRows - what the folder holds: its runs are older than those that come */
async function openLog(given?: string, heldRows = 0): Promise<OpenLog> {
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'spanlight-bench-')));
  const store = await openSqliteStore({ folder, durability: 'disk' });
  const log = createSqlRunLog({
    store,
    bounds: { runs: 500, spans: 50_000, endedForMs: 72 * HOUR_MS },
    keepsContent: true,
    now: Date.now,
  });
  return {
    folder,
    log,
    load: createLogLoad(FIRST_MS + heldRows * MS_A_ROW),
    async close() {
      await log.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Appends as a relay does. @returns rows a second, until the last is acknowledged */
async function fill({ log, load }: OpenLog, rows: number): Promise<number> {
  const batches = Array.from({ length: rows / BATCH }, () => load.next(BATCH)).reverse();
  const started = performance.now();
  const sender = async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) await log.append(PROJECT, batch);
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return rows / ((performance.now() - started) / 1000);
}

/** Everything that follows an append is done. */
const settled = ({ log }: OpenLog) => log.history.runs(PROJECT, { order: 'newest', limit: 1 });

/** For each question, the time of a page in each of some rounds. */
async function pagesMs({ log }: OpenLog, rows: number): Promise<readonly (readonly number[])[]> {
  const times: number[][] = [];
  for (const question of questions) {
    const ask = await question.prepare({ history: log.history, project: PROJECT, rows });
    await ask();
    const own: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const started = performance.now();
      for (let index = 0; index < 10; index += 1) await ask();
      own.push((performance.now() - started) / 10);
    }
    times.push(own);
  }
  return times;
}

/** The run log in SQLite: what an acknowledged row costs, and whether that grows. */
export async function run(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  const against = await openLog();
  const bare = await openBareTable();
  const { ours, theirs } = await measureRounds(
    {
      ours: async () => {
        const rate = await fill(against, TIMED_ROWS);
        await settled(against); // what it left to do is not another's to pay
        return rate;
      },
      theirs: () => bare.fill(createLogLoad(), TIMED_ROWS, BATCH),
    },
    5,
    2,
  );
  rows.push(
    compare({
      name: 'events acknowledged from disk, against bare batched inserts of the same rows',
      goal: 'log',
      ours,
      theirs,
      limit: 0.5,
      better: 'higher',
      unit: 'rows/s',
      note: `batches of ${BATCH}`,
    }),
  );
  await bare.close();
  await against.close();

  let great = await openLog();
  await fill(great, SMALL_ROWS);
  await settled(great);
  const early: number[] = [];
  for (let round = 0; round < 3; round += 1) early.push(await timedFill(great));
  await fill(great, SMALL_PAGE_ROWS - SMALL_ROWS - 3 * TIMED_ROWS);
  const smallPages = await pagesMs(great, SMALL_PAGE_ROWS);
  const { folder } = great;
  await great.log.close();
  const heldRows = multiplyLog(folder, GREAT_ROWS);
  great = await openLog(folder, heldRows);
  const greatPages = await pagesMs(great, heldRows);
  const late: number[] = [];
  for (let round = 0; round < 3; round += 1) late.push(await timedFill(great));
  await great.close();
  const size = GREAT_ROWS.toLocaleString('en');
  rows.push(
    compare({
      name: `events acknowledged from disk at ${size} rows, against the rate at 10,000`,
      goal: 'growth',
      ours: late,
      theirs: early,
      limit: 0.8,
      better: 'higher',
      unit: 'rows/s',
    }),
    ...questions.map(({ name }, index) =>
      compare({
        name: `history, ${name}, at ${size} rows, against that at 50,000`,
        goal: 'growth',
        ours: greatPages[index] ?? [],
        theirs: smallPages[index] ?? [],
        limit: 3,
        better: 'lower',
        unit: 'ms',
      }),
    ),
  );
  return rows;
}

async function timedFill(log: OpenLog): Promise<number> {
  const rate = await fill(log, TIMED_ROWS);
  await settled(log);
  return rate;
}
