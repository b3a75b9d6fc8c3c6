import { sql } from 'kysely';
import type { LogStore, StreamState } from './LogStore.ts';
import { SHARED_TAIL } from './readModel.ts';
import { verifyAlerts } from './verify/verifyAlerts.ts';
import { verifyCommon } from './verify/verifyCommon.ts';
import { verifyLines } from './verify/verifyLines.ts';
import { verifyRunRows } from './verify/verifyRunRows.ts';

export interface VerifiedLog {
  readonly events: number;
  /** Runs whose rows, in all tables, were held against the events they are made of. */
  readonly comparedRuns: number;
  /** Events that the tables do not have yet: those are made at the next start. */
  readonly eventsBehind: number;
  /** What is not as it must be: names, numbers and ids of runs, no content. Empty: all is well. */
  readonly problems: readonly string[];
}

/** Lines that are told of one project. */
const MAX_TOLD = 100;

/** Reads a log and says whether it holds together. The relay that writes it must be stopped, or stand still. */
export async function verifyLog(store: LogStore): Promise<VerifiedLog> {
  const streams = await store.db.selectFrom('stream').select(['pid', 'project', 'epoch', 'head', 'oldest']).execute();
  const problems: string[] = [];
  let [events, comparedRuns, eventsBehind] = [0, 0, 0];
  for (const stream of streams) {
    const found = [...(await verifyNumbers(store, stream)), ...(await verifyContent(store, stream))];
    const compared = await verifyModels(store, stream);
    comparedRuns += compared.runs;
    eventsBehind += compared.behind;
    const all = [...found, ...compared.problems];
    problems.push(...all.slice(0, MAX_TOLD).map((problem) => `${stream.project}: ${problem}`));
    if (all.length > MAX_TOLD) problems.push(`${stream.project}: ${all.length - MAX_TOLD} more`);
    const { count } = await store.db
      .selectFrom('event')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('pid', '=', stream.pid)
      .executeTakeFirstOrThrow();
    events += Number(count);
  }
  return { events, comparedRuns, eventsBehind, problems };
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

/** Every table of the read models against the fold of the events. */
async function verifyModels(store: LogStore, stream: StreamState) {
  const model = await store.db.selectFrom('model').selectAll().where('pid', '=', stream.pid).executeTakeFirst();
  if (!model) return { runs: 0, behind: stream.head, problems: [] }; // no table was made yet, e.g. after a copy
  const { at } = model;
  if (at > stream.head || model.common_at > stream.head) {
    return {
      runs: 0,
      behind: 0,
      problems: [`the tables go on to ${Math.max(at, model.common_at)}, and the head is ${stream.head}`],
    };
  }
  const made = { at, wholeTo: store.isShared ? at - SHARED_TAIL : at };
  const found = await verifyRunRows(store, stream.pid, made);
  const problems = [
    ...found.problems,
    ...(await verifyLines(store, stream.pid, made)),
    ...(await verifyAlerts(store, stream, made)),
    ...(await verifyCommon(store, model)),
  ];
  return { runs: found.runs, behind: stream.head - at, problems };
}
