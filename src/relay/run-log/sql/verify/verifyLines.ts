import { sql } from 'kysely';
import type { EventOf } from '../../../../model/event.ts';
import { storedEvent } from '../eventRow.ts';
import type { LogStore } from '../LogStore.ts';
import { lineRowOf } from '../modelRows.ts';
import type { Made } from './Made.ts';
import { rowText } from './rowText.ts';

const PAGE_ROWS = 1000;

/** Every line of the log has its row, and every row its line. */
export async function verifyLines({ db }: LogStore, pid: number, { at, wholeTo }: Made): Promise<readonly string[]> {
  const problems: string[] = [];
  let lines = 0;
  for (let after = 0; ; ) {
    const events = await db
      .selectFrom('event')
      .select(['seq', 'rts', 'body'])
      .where('pid', '=', pid)
      .where('seq', '>', after)
      .where('seq', '<=', at)
      .where('type', '=', sql.lit('log'))
      .orderBy('seq')
      .limit(PAGE_ROWS)
      .execute();
    const last = events.at(-1);
    if (!last) break;
    const rows = await db
      .selectFrom('log_line')
      .selectAll()
      .where('pid', '=', pid)
      .where('seq', '>', after)
      .where('seq', '<=', last.seq)
      .execute();
    const rowBySeq = new Map(rows.map((row) => [Number(row.seq), row]));
    for (const event of events) {
      const row = rowBySeq.get(Number(event.seq));
      const isSame = row
        ? rowText(row) === rowText(lineRowOf(storedEvent(event) as EventOf<'log'>, pid))
        : event.seq > wholeTo;
      if (!isSame) problems.push(`the row of the line ${event.seq} is not what its event says`);
    }
    lines += events.length;
    after = last.seq;
  }
  const { count } = await db
    .selectFrom('log_line')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('pid', '=', pid)
    .where('seq', '<=', at)
    .executeTakeFirstOrThrow();
  if (Number(count) > lines) problems.push(`${lines} lines, and ${count} rows of lines`);
  return problems;
}
