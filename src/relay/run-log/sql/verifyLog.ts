import { sql } from 'kysely';
import { createFold } from '../../../fold/createFold.ts';
import { asRunId } from '../../../model/ids.ts';
import type { LogStore, StreamState } from './LogStore.ts';
import { createLogReader } from './logReader.ts';

export interface VerifiedLog {
  readonly events: number;
  /** Runs whose rows were held against the events they are made of. */
  readonly comparedRuns: number;
  /** What is not as it must be: names, numbers and ids of runs, no content. Empty: all is well. */
  readonly problems: readonly string[];
}

/** Runs of a project that are folded again. */
const SAMPLE_RUNS = 100;

/** Reads a log and says whether it holds together. The relay that writes it must be stopped, or stand still. */
export async function verifyLog(store: LogStore): Promise<VerifiedLog> {
  const streams = await store.db.selectFrom('stream').select(['pid', 'project', 'epoch', 'head', 'oldest']).execute();
  const problems: string[] = [];
  let [events, comparedRuns] = [0, 0];
  for (const stream of streams) {
    const found = [...(await verifyNumbers(store, stream)), ...(await verifyContent(store, stream))];
    const compared = await verifyRuns(store, stream);
    comparedRuns += compared.runs;
    problems.push(...[...found, ...compared.problems].map((problem) => `${stream.project}: ${problem}`));
    const { count } = await store.db
      .selectFrom('event')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('pid', '=', stream.pid)
      .executeTakeFirstOrThrow();
    events += Number(count);
  }
  return { events, comparedRuns, problems };
}

/** From `oldest` on every number is there, none is above the head, and no id stands twice. */
async function verifyNumbers({ db }: LogStore, { pid, head, oldest }: StreamState): Promise<readonly string[]> {
  const { count, ids, last } = await db
    .selectFrom('event')
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.fn.count<number>('id').distinct().as('ids'),
      eb.fn.max<number | null>('seq').as('last'),
    ])
    .where('pid', '=', pid)
    .where('seq', '>=', oldest)
    .executeTakeFirstOrThrow();
  const expected = head - oldest + 1;
  return [
    ...(Number(count) === expected ? [] : [`${expected} numbers from ${oldest} to ${head}, and ${count} events`]),
    ...(ids === count ? [] : [`${count} events, and ${ids} ids`]),
    ...(Number(last ?? 0) > head ? [`an event has the number ${last}, and the head is ${head}`] : []),
  ];
}

/** Every part of content came with an event that is there. */
async function verifyContent({ db }: LogStore, { pid }: StreamState): Promise<readonly string[]> {
  const { count } = await db
    .selectFrom('content')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('pid', '=', pid)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('event')
            .select(sql`1`.as('one'))
            .whereRef('event.pid', '=', 'content.pid')
            .whereRef('event.id', '=', 'content.id'),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(count) === 0 ? [] : [`${count} parts of content belong to no event`];
}

/** Rows of runs are what their events say. Rows that are behind the log are made anew at the next start. */
async function verifyRuns(store: LogStore, { pid }: StreamState) {
  const reader = createLogReader(store, pid);
  const rows = await store.db
    .selectFrom('run')
    .select(['run', 'status', 'spans', 'cost', 'at'])
    .where('pid', '=', pid)
    .orderBy('run')
    .limit(SAMPLE_RUNS)
    .execute();
  const problems: string[] = [];
  for (const row of rows) {
    const fold = createFold();
    for await (const page of reader.eventsOf(asRunId(row.run), row.at)) {
      for (const event of page) if (event.type !== 'log') fold.apply(event);
      fold.settle();
    }
    const run = fold.reader.getRun(asRunId(row.run));
    const isSame =
      run?.status === row.status && run.spanCount === row.spans && run.totals.costNanoUsd === Number(row.cost);
    if (!isSame) problems.push(`the row of the run ${row.run} is not what its events say`);
  }
  return { runs: rows.length, problems };
}
