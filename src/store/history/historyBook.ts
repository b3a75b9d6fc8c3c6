import type { HistoryRunRow } from '../../model/history.ts';
import type { RunId } from '../../model/ids.ts';
import type { Run } from '../../model/run.ts';
import { fromRelay } from '../readRow.ts';

/** Runs that pages of the history brought, for as long as somebody shows those pages. */
export interface HistoryBook {
  readonly runs: ReadonlyMap<RunId, Run>;
  /** Counted: two lists may show the same run. A newer row takes the place of an older one. */
  keep(rows: readonly HistoryRunRow[]): void;
  release(rows: readonly HistoryRunRow[]): void;
  clear(): void;
}

export function createHistoryBook(onChange: () => void): HistoryBook {
  let runs: ReadonlyMap<RunId, Run> = new Map();
  const counts = new Map<RunId, number>();
  return {
    get runs() {
      return runs;
    },
    keep(rows) {
      if (rows.length === 0) return;
      const next = new Map(runs);
      for (const { run } of rows) {
        const known = next.get(run.runId);
        if (!known || known.lastEventAtMs <= run.lastEventAtMs) next.set(run.runId, fromRelay(run));
        counts.set(run.runId, (counts.get(run.runId) ?? 0) + 1);
      }
      runs = next;
      onChange();
    },
    release(rows) {
      if (rows.length === 0) return;
      const next = new Map(runs);
      for (const { run } of rows) {
        const count = (counts.get(run.runId) ?? 0) - 1;
        if (count > 0) counts.set(run.runId, count);
        else {
          counts.delete(run.runId);
          next.delete(run.runId);
        }
      }
      runs = next;
      onChange();
    },
    clear() {
      runs = new Map();
      counts.clear();
      onChange();
    },
  };
}
