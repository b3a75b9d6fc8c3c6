import { sql } from 'kysely';
import { createFold } from '../../../../fold/createFold.ts';
import type { MonitorEvent } from '../../../../model/event.ts';
import { storedEvent } from '../eventRow.ts';
import type { LogStore } from '../LogStore.ts';
import type { ModelTable } from '../LogTables.ts';
import { rowText } from './rowText.ts';

/** More than these are never held together: the fold lets the eldest go. */
const MAX_FACTS = 1000;

/** What belongs to no run (producers, alerts): the events that are left say nothing that is not in it. */
export async function verifyCommon({ db }: LogStore, model: ModelTable): Promise<readonly string[]> {
  const problem = ['the facts that belong to no run are not what their events say'];
  const events = await db
    .selectFrom('event')
    .select(['seq', 'rts', 'body'])
    .where('pid', '=', model.pid)
    .where('seq', '<=', model.common_at)
    .where('run', 'is', null)
    .where('type', '<>', sql.lit('log'))
    .orderBy('seq')
    .execute();
  let facts: readonly MonitorEvent[];
  try {
    facts = JSON.parse(model.common) as readonly MonitorEvent[];
  } catch {
    return problem;
  }
  const before = commonText(facts);
  const after = commonText([...facts, ...events.map(storedEvent)]);
  return after.count > MAX_FACTS || after.text === before.text ? [] : problem;
}

function commonText(facts: readonly MonitorEvent[]) {
  const fold = createFold();
  for (const fact of facts) if (fact.run === undefined) fold.apply(fact);
  fold.settle();
  const { producers, alerts } = fold.reader;
  const texts = fold.commonFacts().map((fact) => rowText({ body: JSON.stringify(fact) }));
  return { text: texts.sort().join('\n'), count: producers.size + alerts.size };
}
