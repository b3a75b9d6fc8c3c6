import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyLog } from '../../../src/relay/run-log/sql/copyLog.ts';
import type { LogStore } from '../../../src/relay/run-log/sql/LogStore.ts';
import { openSqliteStore } from '../../../src/relay/run-log/sql/sqliteStore.ts';
import { verifyLog } from '../../../src/relay/run-log/sql/verifyLog.ts';
import { logEvent } from '../describeRunLog.ts';
import { sqlLog } from '../describeSqlRunLog.ts';
import { eventsOf, planRuns } from '../history/planRuns.ts';
import { onEnd } from '../support.ts';

async function emptyFolder(): Promise<() => Promise<LogStore>> {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-copy-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  return () => openSqliteStore({ folder, durability: 'process' });
}

/** Everything that a log is made of, the numbers of its projects by their names. */
async function everythingIn({ db }: LogStore) {
  const streams = await db.selectFrom('stream').selectAll().orderBy('project').execute();
  return Promise.all(
    streams.map(async ({ pid, project, epoch, head, oldest, event_bytes, content_bytes }) => ({
      project,
      epoch,
      head,
      oldest,
      event_bytes,
      content_bytes,
      events: (await db.selectFrom('event').selectAll().where('pid', '=', pid).orderBy('seq').execute()).map(
        ({ pid: _pid, ...event }) => event,
      ),
      content: (
        await db.selectFrom('content').selectAll().where('pid', '=', pid).orderBy('owner').orderBy('part').execute()
      ).map(({ pid: _pid, ...part }) => part),
    })),
  );
}

describe('a copy of a log', () => {
  it('has every event and all content of every project under the same numbers, goes on, and knows what is sent again', async () => {
    const [openFrom, openTo] = [await emptyFolder(), await emptyFolder()];
    const first = sqlLog(await openFrom(), { retention: { logHours: 1, runHours: 1000 } });
    await first.log.append('gone', [logEvent({ type: 'log', run: undefined, span: undefined, a: {} })]);
    const events = planRuns(110, 3).flatMap(eventsOf);
    await first.log.append('p', [
      logEvent({ type: 'log', run: undefined, span: undefined, a: {}, detail: { message: 'old' } }),
      ...events.slice(0, 400),
    ]);
    first.pass(2);
    await first.log.append('p', events.slice(400));
    await first.log.append(
      'q',
      Array.from({ length: 300 }, (_, n) => logEvent({ span: `s${n}`, detail: { input: `in ${n}`, output: 'out' } })),
    );
    await first.log.retain(); // the line is gone, and the first numbers of `p` can no longer be resumed over
    const runsIn = async ({ history }: typeof first.log) => {
      const { items } = await history.runs('p', { order: 'dearest', limit: 20 });
      return items.map(({ run, ...found }) => ({ ...found, run: { ...run, revision: 0 } }));
    };
    const runs = await runsIn(first.log);
    await first.log.close();

    const [from, to] = [await openFrom(), await openTo()];
    onEnd(() => Promise.all([from.close(), to.close()]));
    const before = await everythingIn(from);
    const total = before.reduce((sum, project) => sum + project.events.length, 0);
    expect(before.map(({ content }) => content.length)).toEqual([0, expect.any(Number), 600]);
    expect(before[1]?.oldest).toBeGreaterThan(400);
    expect(await copyLog(from, to)).toBe(total);
    expect(await everythingIn(to)).toEqual(before);
    expect((await verifyLog(to)).problems).toEqual([]);
    const after = await everythingIn(from);
    for (const [index, { epoch }] of before.entries()) expect(after[index]?.epoch).not.toBe(epoch); // either may go on

    const { log } = sqlLog(to, { retention: { runHours: 1000 } });
    onEnd(() => log.close());
    expect(await runsIn(log)).toEqual(runs);
    const { head = 0 } = before[1] ?? {};
    const again = await log.append('p', [events[1] as (typeof events)[number], logEvent()]);
    expect(again.verdicts).toEqual([
      { st: 'dup', seq: 3 },
      { st: 'ok', seq: head + 1 },
    ]);
  });

  it('goes into an empty place only', async () => {
    const [from, to] = [await (await emptyFolder())(), await (await emptyFolder())()];
    onEnd(() => Promise.all([from.close(), to.close()]));
    const { epoch } = await from.stream('p');
    await to.stream('another');
    await expect(copyLog(from, to)).rejects.toMatchObject({ code: 'log.target-not-empty' });
    expect((await from.stream('p')).epoch).toBe(epoch);
  });
});
