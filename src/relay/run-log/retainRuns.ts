import type { EntityReader } from '../../fold/types.ts';
import type { RunId } from '../../model/ids.ts';
import type { Run } from '../../model/run.ts';

export interface RunBounds {
  readonly runs: number;
  readonly spans: number;
  /** How long an ended run stays. */
  readonly endedForMs: number;
}

/** Room that one round makes beyond the bound, so that rounds are rare. */
const SLACK = 0.05;

/** Runs to let go: what ended too long ago, then as many as the bounds ask for. Ended ones first, the longest silent before. */
export function findRunsToLetGo(reader: EntityReader, bounds: RunBounds, nowMs: number): readonly RunId[] {
  const isOverCount = reader.runIds.length > bounds.runs || reader.spanCount > bounds.spans;
  const runs = reader.runIds.map((runId) => reader.getRun(runId)).filter((run) => run !== undefined);
  const old = runs.filter((run) => isOver(run) && run.lastEventAtMs < nowMs - bounds.endedForMs);
  const gone = new Set(old.map((run) => run.runId));
  if (!isOverCount) return [...gone];
  let runsLeft = runs.length - gone.size;
  let spansLeft = reader.spanCount - old.reduce((sum, run) => sum + run.spanCount, 0);
  for (const run of runs.sort(byWorth)) {
    if (runsLeft <= bounds.runs * (1 - SLACK) && spansLeft <= bounds.spans * (1 - SLACK)) break;
    if (gone.has(run.runId)) continue;
    gone.add(run.runId);
    runsLeft -= 1;
    spansLeft -= run.spanCount;
  }
  return [...gone];
}

const isOver = (run: Run): boolean => run.status !== 'running' && run.pendingApprovalCount === 0;
const byWorth = (left: Run, right: Run): number =>
  Number(isOver(right)) - Number(isOver(left)) || left.lastEventAtMs - right.lastEventAtMs;
