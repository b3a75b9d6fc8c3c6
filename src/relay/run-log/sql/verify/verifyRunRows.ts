import { createFold } from '../../../../fold/createFold.ts';
import type { Fold } from '../../../../fold/types.ts';
import { asRunId, type RunId } from '../../../../model/ids.ts';
import { approvalKeyOf, entityKeyOf, scoreKeyOf } from '../../../history/runEntities.ts';
import type { LogStore } from '../LogStore.ts';
import type { ApprovalTable, RunTable, ScoreTable } from '../LogTables.ts';
import { createLogReader } from '../logReader.ts';
import { isHeldInRun, markAfter, type RunMark } from '../modelRows.ts';
import { createWrittenRuns } from '../writtenRuns.ts';
import type { Made } from './Made.ts';
import { rowText } from './rowText.ts';

const PAGE_RUNS = 200;

/** Tables with rows of a run, beside that of the run itself. */
const partTables = ['run_facet', 'measure', 'approval', 'score'] as const;
type PartTable = (typeof partTables)[number];

/** Rows of every run against the fold of its events, in each table. */
export async function verifyRunRows(store: LogStore, pid: number, { at, wholeTo }: Made) {
  const problems: string[] = [];
  let runs = 0;
  for (let after = ''; ; ) {
    const rows = await store.db
      .selectFrom('run')
      .selectAll()
      .where('pid', '=', pid)
      .where('run', '>', after)
      .orderBy('run')
      .limit(PAGE_RUNS)
      .execute();
    for (const row of rows) {
      if (row.at > at) continue;
      runs += 1;
      problems.push(...(await verifyRun(store, pid, row, Math.max(row.at, wholeTo))));
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_RUNS) break;
    after = last.run;
  }
  problems.push(...(await verifyMissing(store, pid, wholeTo)), ...(await verifyOrphans(store, pid)));
  return { runs, problems };
}

async function verifyRun(store: LogStore, pid: number, row: RunTable, to: number): Promise<readonly string[]> {
  const runId = asRunId(row.run);
  const { fold, mark, numbers } = await foldRun(store, pid, runId, to);
  const expected = mark && createWrittenRuns(pid).rowsOf(fold, runId, mark, row.at);
  if (!expected) return [`the row of the run ${row.run} is not what its events say`];
  const wanted: Readonly<Record<PartTable, readonly object[]>> = {
    run_facet: expected.facets ?? [],
    measure: [...expected.measures],
    approval: expected.entities?.approvals ?? [],
    score: expected.entities?.scores ?? [],
  };
  const problems: string[] = [];
  if (rowText(row, ['at']) !== rowText(expected.run, ['at']))
    problems.push(`the row of the run ${row.run} is not what its events say`);
  for (const table of partTables) {
    const held = await store.db.selectFrom(table).selectAll().where('pid', '=', pid).where('run', '=', runId).execute();
    const isSame = textOf(held) === textOf(wanted[table]) && held.every((one) => isNumbered(table, one, numbers));
    if (!isSame) problems.push(`rows of the run ${row.run} in ${table} are not what its events say`);
  }
  return problems;
}

/** The number that tells an approval or a score from another of the same time is that of an event of its own. */
function isNumbered(table: PartTable, row: object, numbers: FoldedRun['numbers']): boolean {
  const { call = '', span = '', name = '', n } = row as Partial<ApprovalTable & ScoreTable>;
  if (table === 'approval') return numbers.get(approvalKeyOf(call))?.has(Number(n)) ?? false;
  return table !== 'score' || (numbers.get(scoreKeyOf(span, name))?.has(Number(n)) ?? false);
}

/** Rows of a run that did not change are not written again: how far they go is older than that of its row. */
const textOf = (rows: readonly object[]): string =>
  rows
    .map((row) => rowText(row, ['at', 'n']))
    .sort()
    .join('\n');

interface FoldedRun {
  readonly fold: Fold;
  readonly mark: RunMark | undefined;
  /** Of each approval and score, by its key: the numbers of its events. */
  readonly numbers: ReadonlyMap<string, ReadonlySet<number>>;
}

async function foldRun(store: LogStore, pid: number, runId: RunId, to: number): Promise<FoldedRun> {
  const fold = createFold();
  const numbers = new Map<string, Set<number>>();
  let mark: RunMark | undefined;
  for await (const page of createLogReader(store, pid).eventsOf(runId, to)) {
    for (const event of page) {
      if (event.type === 'log') continue;
      fold.apply(event);
      if (isHeldInRun(event)) mark = markAfter(mark, event);
      const key = entityKeyOf(event);
      if (key === undefined) continue;
      const known = numbers.get(key) ?? new Set();
      numbers.set(key, known.add(event.seq ?? 0));
    }
    fold.settle();
  }
  return { fold, mark, numbers };
}

/** A run that runs, or waits for somebody, is never let go: it must have a row. One that is over may have been let go. */
async function verifyMissing(store: LogStore, pid: number, to: number): Promise<readonly string[]> {
  const { db } = store;
  const problems: string[] = [];
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('event')
      .select('event.run')
      .distinct()
      .where('event.pid', '=', pid)
      .where('event.run', '>', after)
      .where('event.type', '<>', 'log')
      .where('event.seq', '<=', to)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb.selectFrom('run').select('run.run').where('run.pid', '=', pid).whereRef('run.run', '=', 'event.run'),
          ),
        ),
      )
      .orderBy('event.run')
      .limit(PAGE_RUNS)
      .execute();
    for (const { run } of rows) {
      const runId = asRunId(run ?? '');
      const { fold } = await foldRun(store, pid, runId, to);
      const found = fold.reader.getRun(runId);
      const isOpen = found && (found.openSpanCount > 0 || found.pendingApprovalCount > 0);
      if (isOpen) problems.push(`the run ${run} has not ended, and has no row`);
    }
    const last = rows.at(-1)?.run;
    if (last == null || rows.length < PAGE_RUNS) return problems;
    after = last;
  }
}

/** What goes in one stroke with the row of its run: none of it may be left without. */
async function verifyOrphans({ db }: LogStore, pid: number): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const table of ['approval', 'score'] as const) {
    const { count } = await db
      .selectFrom(table)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where(`${table}.pid`, '=', pid)
      .where(`${table}.run`, 'not in', db.selectFrom('run').select('run').where('pid', '=', pid))
      .executeTakeFirstOrThrow();
    if (Number(count) > 0) problems.push(`${count} rows in ${table} belong to no run`);
  }
  const { count } = await db
    .selectFrom('run_facet')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('pid', '=', pid)
    .where('kind', 'in', ['user', 'session', 'group', 'tag'])
    .where('run', 'not in', db.selectFrom('run').select('run').where('pid', '=', pid))
    .executeTakeFirstOrThrow();
  if (Number(count) > 0) problems.push(`${count} rows in run_facet belong to no run`);
  return problems;
}
