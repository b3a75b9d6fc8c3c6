import type { HistoryRunRow } from '../../model/history.ts';
import type { RunId } from '../../model/ids.ts';
import type { MonitorState } from '../../store/types.ts';
import type { RunListItem } from './runListSource.ts';

/**
 * The live list with the runs that pages of the history brought, newest start first, each run once. A run that is held live stands where
 * the live list has it, or nowhere when it left the filter. One that came to life while the list is held stays where its page has it.
 * @param rows - newest start first
 * @param waitingIds - live runs that match and wait until the list is no longer held
 */
export function joinRuns(
  items: readonly RunListItem[],
  rows: readonly HistoryRunRow[],
  { runIds, entities }: MonitorState,
  waitingIds: readonly RunId[] = [],
): readonly RunListItem[] {
  if (rows.length === 0) return items;
  const live = new Set<string>(runIds);
  for (const id of waitingIds) live.delete(id);
  for (const item of items) live.add(item.key);
  const older = rows.filter(({ run }) => !live.has(run.runId));
  const atMsOf = (item: RunListItem): number => {
    if (item.kind === 'gap') return item.gap.toMs;
    const run = entities.getRun(item.runId);
    return run?.startedAtMs ?? run?.lastEventAtMs ?? 0;
  };
  const joined: RunListItem[] = [];
  let at = 0;
  for (const item of items) {
    const itemAtMs = atMsOf(item);
    for (let row = older[at]; row && row.atMs > itemAtMs; row = older[at]) {
      joined.push(itemOf(row));
      at += 1;
    }
    joined.push(item);
  }
  for (const row of older.slice(at)) joined.push(itemOf(row));
  return joined;
}

const itemOf = ({ run: { runId } }: HistoryRunRow): RunListItem => ({ kind: 'run', key: runId, runId });
