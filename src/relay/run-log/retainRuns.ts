import type { EntityReader } from '../../fold/types.ts';
import type { RunId } from '../../model/ids.ts';
import type { Run } from '../../model/run.ts';
import type { RunWeights } from './runWeights.ts';

export interface RunBounds {
  readonly runs: number;
  /** Spans, and what weighs as much, see `runWeights.ts`. */
  readonly spans: number;
  /** How long an ended run stays. */
  readonly endedForMs: number;
}

/** Room that one round makes beyond the bound, so that rounds are rare. */
const SLACK = 0.05;

/** Runs to let go: what ended too long ago, then as many as the bounds ask for. Ended ones first, the longest silent before. */
export function findRunsToLetGo(
  reader: EntityReader,
  weights: Pick<RunWeights, 'of' | 'total'>,
  bounds: RunBounds,
  nowMs: number,
): readonly RunId[] {
  const weightOf = (run: Run) => run.spanCount + weights.of(run.runId);
  const runs = reader.runIds.map((runId) => reader.getRun(runId)).filter((run) => run !== undefined);
  const gone = new Set<RunId>();
  let runsLeft = runs.length;
  let weightLeft = reader.spanCount + weights.total;
  const isTooMuch = runsLeft > bounds.runs || weightLeft > bounds.spans;
  const remove = (run: Run) => {
    gone.add(run.runId);
    runsLeft -= 1;
    weightLeft -= weightOf(run);
  };
  for (const run of runs) if (isOver(run) && run.lastEventAtMs < nowMs - bounds.endedForMs) remove(run);
  if (!isTooMuch) return [...gone];
  for (const run of runs.sort(byWorth)) {
    if (runsLeft <= bounds.runs * (1 - SLACK) && weightLeft <= bounds.spans * (1 - SLACK)) break;
    if (!gone.has(run.runId)) remove(run);
  }
  return [...gone];
}

const isOver = (run: Run): boolean => run.status !== 'running' && run.pendingApprovalCount === 0;
const byWorth = (left: Run, right: Run): number =>
  Number(isOver(right)) - Number(isOver(left)) || left.lastEventAtMs - right.lastEventAtMs;
