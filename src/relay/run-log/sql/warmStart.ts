import { sql } from 'kysely';
import type { MonitorEvent } from '../../../model/event.ts';
import { asRunId } from '../../../model/ids.ts';
import type { RunBounds } from '../retainRuns.ts';
import { storedEvent } from './eventRow.ts';
import type { LogStore } from './LogStore.ts';
import type { ProjectLogReader, WarmStart } from './projectFold.ts';
import type { ReadModel } from './readModel.ts';

export interface WarmStartOptions {
  readonly store: LogStore;
  readonly pid: number;
  readonly reader: ProjectLogReader;
  readonly model: Pick<ReadModel, 'catchUp' | 'readCommon'>;
  readonly bounds: RunBounds;
  readonly logLines: number;
  readonly onFault: (cause: unknown) => void;
}

/** Events behind which the read models are caught up before anything else is done; more go on in the background. */
const CATCH_UP_FIRST = 200_000;
/** Share of the bounds that is filled: what comes next needs room, too. */
const FILLED = 0.8;

/** What the facts in memory begin with: few rows of the tables say which runs, so it takes as long for millions of events as for thousands. */
export async function readWarmStart(options: WarmStartOptions): Promise<WarmStart> {
  const { store, pid, model } = options;
  const { db } = store;
  const { head } = await db.selectFrom('stream').select('head').where('pid', '=', pid).executeTakeFirstOrThrow();
  const state = await db.selectFrom('model').select('at').where('pid', '=', pid).executeTakeFirst();
  const caughtUp = model.catchUp(head);
  if (head - (state?.at ?? 0) <= CATCH_UP_FIRST) await caughtUp;
  else caughtUp.catch(options.onFault);
  return { from: head, facts: factsUpTo(head, options) };
}

async function* factsUpTo(head: number, options: WarmStartOptions): AsyncGenerator<readonly MonitorEvent[]> {
  const { store, pid, reader, model, bounds } = options;
  const { db } = store;
  const common = await model.readCommon();
  yield common.facts;
  const ofNoRun = await db
    .selectFrom('event')
    .select(['seq', 'rts', 'body'])
    .where('pid', '=', pid)
    .where('seq', '>', common.at)
    .where('seq', '<=', head)
    .where('run', 'is', null)
    .where('type', '<>', sql.lit('log')) // as the index says it that has these alone
    .orderBy('seq', 'desc')
    .limit(10_000)
    .execute();
  yield ofNoRun.reverse().map(storedEvent);

  const latestRuns = (isOver: 0 | 1, count: number) =>
    db
      .selectFrom('run')
      .select(['run', 'spans', 'first_seq'])
      .where('pid', '=', pid)
      .where('is_over', '=', isOver)
      .orderBy('last_rts', 'desc')
      .limit(count)
      .execute();
  const count = Math.floor(bounds.runs * FILLED);
  const open = await latestRuns(0, count);
  const runs = [...open, ...(await latestRuns(1, count - open.length))];
  let room = bounds.spans * FILLED;
  const chosen = runs.filter(({ spans }) => {
    room -= spans;
    return room >= 0;
  });
  for (const { run } of chosen.sort((left, right) => left.first_seq - right.first_seq)) {
    for await (const page of reader.eventsOf(asRunId(run), head)) yield page.filter(({ type }) => type !== 'log');
  }

  const lines = await db
    .selectFrom('log_line')
    .innerJoin('event', (join) => join.onRef('event.pid', '=', 'log_line.pid').onRef('event.seq', '=', 'log_line.seq'))
    .select(['event.seq', 'event.rts', 'event.body'])
    .where('log_line.pid', '=', pid)
    .where('log_line.seq', '<=', head)
    .orderBy('log_line.seq', 'desc')
    .limit(options.logLines)
    .execute();
  yield lines.reverse().map(storedEvent);
}
