import { createFold } from '../../../fold/createFold.ts';
import type { MonitorEvent } from '../../../model/event.ts';
import type { RunId } from '../../../model/ids.ts';
import type { Run } from '../../../model/run.ts';
import { createTurns } from '../../turns.ts';
import type { ProjectFold, ProjectLogReader } from './projectFold.ts';

const RUNS_A_TURN = 50;

/** The facts of everything that is held in memory, in parts between which others have their turn. */
export async function* factsOfAll(held: ProjectFold): AsyncGenerator<readonly MonitorEvent[]> {
  const { fold } = held;
  yield fold.commonFacts();
  let count = 0;
  const turns = createTurns();
  const runIds: readonly RunId[] = fold.reader.runIds.slice();
  for (const id of runIds) {
    if (fold.reader.getRun(id)) yield fold.factsOf(id);
    count += 1;
    const othersGo = count % RUNS_A_TURN === 0 ? turns.giveWay() : undefined;
    if (othersGo) await othersGo;
  }
  yield held.lines;
}

/** The facts of one run; of one that is not held, its events. */
export async function* factsOfRun(
  reader: ProjectLogReader,
  held: ProjectFold,
  runId: RunId,
): AsyncGenerator<readonly MonitorEvent[]> {
  if (held.fold.reader.getRun(runId)) yield held.fold.factsOf(runId);
  else {
    for await (const page of reader.eventsOf(runId, held.at)) {
      yield page.filter(({ type }) => type !== 'log'); // events are facts, only not merged yet
    }
  }
  yield held.lines.filter(({ run }) => run === runId);
}

/** What a run that is not held declared of itself. */
export async function declaredRun(reader: ProjectLogReader, runId: RunId, to: number): Promise<Run | undefined> {
  const fold = createFold();
  for await (const page of reader.eventsOf(runId, to)) {
    for (const event of page) if (event.type.startsWith('run.') || !fold.reader.getRun(runId)) fold.apply(event);
    fold.settle();
  }
  return fold.reader.getRun(runId);
}
