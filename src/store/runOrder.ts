import type { EntityReader, Touched } from '../fold/types.ts';
import type { RunId } from '../model/ids.ts';

/** Ids of all runs, newest start first. The list stays the same object while the order does. */
export interface RunOrder {
  /** @param gone - runs that are no longer held */
  update(touched: Touched, gone: readonly RunId[]): readonly RunId[];
}

export function createRunOrder(reader: EntityReader): RunOrder {
  let ids: readonly RunId[] = [];
  const startById = new Map<RunId, number>();
  const compare = (a: RunId, b: RunId) =>
    (startById.get(b) ?? 0) - (startById.get(a) ?? 0) || (a < b ? 1 : a > b ? -1 : 0);

  return {
    update(touched, gone) {
      let isChanged = false;
      for (const runId of gone) if (startById.delete(runId)) isChanged = true;
      for (const { runId } of touched.runs) {
        const run = reader.getRun(runId);
        if (!run) continue;
        // Its start is not known yet: it is the newest.
        const startMs = run.startedAtMs ?? Number.MAX_VALUE;
        if (startById.get(runId) === startMs) continue;
        startById.set(runId, startMs);
        isChanged = true;
      }
      if (isChanged) ids = [...startById.keys()].sort(compare);
      return ids;
    },
  };
}
