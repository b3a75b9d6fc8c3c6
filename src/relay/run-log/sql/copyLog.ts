import { MonitorError } from '../../../model/errors.ts';
import type { LogStore } from './LogStore.ts';

const PAGE_ROWS = 500;

/**
 * Copies a log into an empty one of any kind: same epoch, same numbers, so that readers go on where they were. Read models are
 * made from it at the first start. The source begins a new epoch: whichever of the two goes on, no number is given twice under one.
 * @returns how many events
 * @throws {MonitorError} `log.target-not-empty`
 */
export async function copyLog(source: LogStore, target: LogStore): Promise<number> {
  const held = await target.db.selectFrom('stream').select('project').limit(1).executeTakeFirst();
  if (held) {
    throw new MonitorError('log.target-not-empty', {
      happened: `The log at ${target.place} has something in it already.`,
      follows: 'Nothing was copied.',
      todo: 'Copy into an empty database or folder.',
    });
  }
  let copied = 0;
  for (const stream of await source.db.selectFrom('stream').selectAll().execute()) {
    const { pid } = await target.stream(stream.project);
    for (let after = -1; ; ) {
      const rows = await source.db
        .selectFrom('event')
        .selectAll()
        .where('pid', '=', stream.pid)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(PAGE_ROWS)
        .execute();
      const last = rows.at(-1);
      if (!last) break;
      const values = rows.map(({ seq, id, type, run, rts, body }) => ({ pid, seq, id, type, run, rts, body }));
      await target.write([target.db.insertInto('event').values(values).compile()]);
      copied += rows.length;
      after = last.seq;
    }
    for (let after: { readonly owner: string; readonly part: string } = { owner: '', part: '' }; ; ) {
      const rows = await source.db
        .selectFrom('content')
        .selectAll()
        .where('pid', '=', stream.pid)
        .where((eb) => eb(eb.refTuple('owner', 'part'), '>', eb.tuple(after.owner, after.part)))
        .orderBy('owner')
        .orderBy('part')
        .limit(PAGE_ROWS)
        .execute();
      const last = rows.at(-1);
      if (!last) break;
      const values = rows.map(({ owner, part, rank, ts, id, body }) => ({ pid, owner, part, rank, ts, id, body }));
      await target.write([target.db.insertInto('content').values(values).compile()]);
      after = last;
    }
    const { epoch, head, oldest, event_bytes, content_bytes } = stream;
    const moved = { epoch, head, oldest, event_bytes, content_bytes };
    await target.write([target.db.updateTable('stream').set(moved).where('pid', '=', pid).compile()]);
    await source.rotate(stream.pid, epoch);
  }
  return copied;
}
