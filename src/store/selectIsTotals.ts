import type { MonitorState } from './types.ts';

/** Enough to tell: while the relay sends rows, the newest runs are such. */
const LOOKED_AT = 50;

/** The relay sends totals of what runs now, not its spans: agents are busy, or that is what was asked for. O(1). */
export function selectIsTotals({ runIds, entities }: MonitorState): boolean {
  for (const runId of runIds.slice(0, LOOKED_AT)) {
    const run = entities.getRun(runId);
    if (run?.status === 'running' && run.totals.source === 'relay') return true;
  }
  return false;
}
