import type { RunId } from '../model/ids.ts';

/** Runs that are held for who looks into them, and stand in no list. */
export interface AsideRuns {
  readonly has: (runId: RunId) => boolean;
  add(runId: RunId): void;
  delete(runId: RunId): boolean;
  /** The ids without these: the same list while neither changed. */
  without(ids: readonly RunId[]): readonly RunId[];
  clear(): void;
}

export function createAsideRuns(): AsideRuns {
  let runIds = new Set<RunId>();
  let seen:
    | { readonly ids: readonly RunId[]; readonly runIds: ReadonlySet<RunId>; readonly rest: readonly RunId[] }
    | undefined;
  return {
    has: (runId) => runIds.has(runId),
    add(runId) {
      if (!runIds.has(runId)) runIds = new Set(runIds).add(runId);
    },
    delete(runId) {
      if (runIds.size === 0 || !runIds.has(runId)) return false;
      runIds = new Set(runIds);
      return runIds.delete(runId);
    },
    without(ids) {
      if (runIds.size === 0) return ids;
      if (seen?.ids !== ids || seen.runIds !== runIds) {
        seen = { ids, runIds, rest: ids.filter((runId) => !runIds.has(runId)) };
      }
      return seen.rest;
    },
    clear() {
      runIds = new Set();
    },
  };
}
