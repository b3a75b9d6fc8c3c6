import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';

/** What runs weigh beside the number of their spans, in spans. */
export interface RunWeights {
  /** Of all runs. */
  readonly total: number;
  of(runId: RunId): number;
  add(event: MonitorEvent, sizeBytes: number): void;
  removeRun(runId: RunId): void;
}

/** Named fields that are longer than this weigh as another span: a span may carry lists of 64 KiB. */
const BYTES_A_SPAN = 2048;

/** Approvals and scores are held like spans, and any number of them fits in one run. */
const isHeldBesideSpans = ({ type }: MonitorEvent): boolean => type === 'score' || type.startsWith('approval.');

export function createRunWeights(): RunWeights {
  const byRun = new Map<RunId, number>();
  let total = 0;
  return {
    get total() {
      return total;
    },
    of: (runId) => byRun.get(runId) ?? 0,
    add(event, sizeBytes) {
      if (event.run === undefined || event.type === 'log') return;
      const weight = Math.floor(sizeBytes / BYTES_A_SPAN) + (isHeldBesideSpans(event) ? 1 : 0);
      if (weight === 0) return;
      byRun.set(event.run, (byRun.get(event.run) ?? 0) + weight);
      total += weight;
    },
    removeRun(runId) {
      total -= byRun.get(runId) ?? 0;
      byRun.delete(runId);
    },
  };
}
