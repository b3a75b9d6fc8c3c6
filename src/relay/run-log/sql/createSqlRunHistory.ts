import { createFold } from '../../../fold/createFold.ts';
import type { MonitorEvent } from '../../../model/event.ts';
import type { RunId } from '../../../model/ids.ts';
import { pageOfFacts } from '../../history/factGroups.ts';
import type { RunHistory } from '../../history/RunHistory.ts';
import { createTurns } from '../../turns.ts';
import { readEntities } from './history/readEntities.ts';
import { readErrors } from './history/readErrors.ts';
import { readLogs } from './history/readLogs.ts';
import { readMetrics } from './history/readMetrics.ts';
import { readNames } from './history/readNames.ts';
import { readRun, readRuns } from './history/readRuns.ts';
import type { LogStore } from './LogStore.ts';
import type { ProjectFold, ProjectLogReader } from './projectFold.ts';

export interface HistoryProject {
  readonly pid: number;
  readonly facts: ProjectFold;
  readonly reader: ProjectLogReader;
}

/** @param openProject - gives a project whose read models have everything that it appended */
export function createSqlRunHistory(options: {
  readonly store: LogStore;
  readonly openProject: (project: string) => Promise<HistoryProject>;
  /** See `orderPlan.ts`. */
  readonly scanRows?: number | undefined;
}): RunHistory {
  const { store, openProject, scanRows } = options;
  const pidOf = async (project: string) => (await openProject(project)).pid;
  return {
    runs: async (project, query) => readRuns(store, await pidOf(project), query, scanRows),
    run: async (project, runId, scope) => readRun(store, await pidOf(project), runId, scope),
    async facts(project, { runId, scope, after, limit }) {
      const { pid, facts, reader } = await openProject(project);
      if (!(await readRun(store, pid, runId, scope))) return undefined;
      const { at, fold } = facts;
      const isHeld = fold.reader.getRun(runId) !== undefined;
      return pageOfFacts(isHeld ? fold.factsOf(runId) : await foldFacts(reader, runId, at), after, limit, at);
    },
    logs: async (project, query) => readLogs(store, await pidOf(project), query, scanRows),
    errors: async (project, query) => readErrors(store, await pidOf(project), query),
    metrics: async (project, query) => readMetrics(store, await pidOf(project), query),
    entities: async (project, query) => readEntities(store, await pidOf(project), query, scanRows),
    names: async (project, query) => readNames(store, await pidOf(project), query),
  };
}

const EVENTS_A_TURN = 64;

/** The facts of a run that is not held in memory. */
async function foldFacts(reader: ProjectLogReader, runId: RunId, to: number): Promise<readonly MonitorEvent[]> {
  const fold = createFold();
  const turns = createTurns();
  let count = 0;
  for await (const page of reader.eventsOf(runId, to)) {
    for (const event of page) {
      if (event.type !== 'log') fold.apply(event);
      count += 1;
      const othersGo = count % EVENTS_A_TURN === 0 ? turns.giveWay() : undefined;
      if (othersGo) await othersGo;
    }
  }
  fold.settle();
  return fold.factsOf(runId);
}
