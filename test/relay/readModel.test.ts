import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createFold } from '../../src/fold/createFold.ts';
import { asRunId } from '../../src/model/ids.ts';
import { createLogReader } from '../../src/relay/run-log/sql/logReader.ts';
import { createReadModel } from '../../src/relay/run-log/sql/readModel.ts';
import { openSqliteStore } from '../../src/relay/run-log/sql/sqliteStore.ts';
import { logEvent } from './describeRunLog.ts';
import { onEnd } from './support.ts';

const run = asRunId('trace_great');
const SPANS = 600;
const usage = { scope: 'leaf', inputTokens: 1 };

/** Tables that follow a fold of one great run, whose rows are about to be made. */
async function openTables() {
  const folder = await mkdtemp(join(tmpdir(), 'spanlight-log-'));
  onEnd(() => rm(folder, { recursive: true, force: true }));
  const store = await openSqliteStore({ folder, durability: 'process' });
  onEnd(() => store.close());
  const { pid } = await store.stream('p');
  const onFault = (cause: unknown) => expect.unreachable(String(cause));
  const model = createReadModel({ store, pid, reader: createLogReader(store, pid), onFault });
  await model.catchUp(0);
  const fold = createFold();
  let seq = 0;
  const take = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      seq += 1;
      const a = { kind: 'tool', name: 'look', startedAtMs: 1000, endedAtMs: 2000, usage };
      const event = { ...logEvent({ run, type: 'span.end', span: `span_${seq}`, a }), seq, rts: 5 };
      model.mark(event);
      fold.apply(event);
    }
    model.note(
      fold,
      fold.settle().runs.map(({ runId }) => runId),
      false,
      seq,
    );
  };
  take(SPANS);
  const read = async () => ({
    runs: await store.db.selectFrom('run').select(['spans', 'at']).execute(),
    measures: (await store.db.selectFrom('measure').select('kind').execute()).length,
    madeTo: (await store.db.selectFrom('model').select('at').executeTakeFirst())?.at,
  });
  return { model, fold, take, read };
}

/** Writes, and does something when the first step of making the rows is over. */
async function flushAnd(
  { model, fold }: Awaited<ReturnType<typeof openTables>>,
  betweenSteps: () => void,
): Promise<void> {
  let nowMs = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 10)); // each step uses a turn up
  onEnd(() => clock.mockRestore());
  const { chargesOf } = fold;
  const charges = vi.spyOn(fold, 'chargesOf').mockImplementationOnce((runId) => {
    queueMicrotask(betweenSteps); // its turn comes when the making waits for its own
    return chargesOf.call(fold, runId);
  });
  await model.flush(true);
  expect(charges).toHaveBeenCalled();
  clock.mockRestore();
}

const MEASURES_A_SPAN = 2; // as a call, and as a tool

it('has all rows of a run that is let go of while they are being made', async () => {
  const tables = await openTables();
  const { model, fold, read } = tables;
  await flushAnd(tables, () => {
    model.letGo(fold, run);
    fold.removeRun(run);
  });
  expect(await read()).toEqual({
    runs: [{ spans: SPANS, at: SPANS }],
    measures: 1 + SPANS * MEASURES_A_SPAN,
    madeTo: SPANS,
  });
  await model.close();
});

it('says of a run that grew while its rows were being made that they go further than the tables do, and writes it anew', async () => {
  const tables = await openTables();
  const { model, take, read } = tables;
  await flushAnd(tables, () => take(1));
  expect(await read()).toMatchObject({ runs: [{ at: SPANS + 1 }], madeTo: SPANS });
  await model.flush(true);
  expect(await read()).toEqual({
    runs: [{ spans: SPANS + 1, at: SPANS + 1 }],
    measures: 1 + (SPANS + 1) * MEASURES_A_SPAN,
    madeTo: SPANS + 1,
  });
  await model.close();
});
