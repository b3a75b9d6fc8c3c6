import type { EntityReader, Settled } from '../fold/types.ts';
import type { RunId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { Span } from '../model/span.ts';
import { sizeOfDetail } from './sizeOf.ts';

/** Bytes of a run and of a span without content, with maps, lists and merge marks: `bench/memory` measures about 500 a span. */
const RUN_BYTES = 2000;
const SPAN_BYTES = 600;
/** A run that nobody has spoken of for so long may go when nothing that ended is left to go. */
const SILENT_MS = 3_600_000;

/** Estimates what is held, from what each settle touched. */
export interface SizeBook {
  /** Bytes of so many runs and spans with the content that is known of them. */
  bytesOf(runs: number, spans: number): number;
  note(settled: Settled): void;
  readonly forget: (runId: RunId) => void;
  clear(): void;
}

interface RunSizes {
  own: number;
  spans: number;
}

export function createSizeBook(): SizeBook {
  const byRun = new Map<RunId, RunSizes>();
  let content = 0;
  let lastId: RunId | undefined;
  let last: RunSizes | undefined;
  const sizesOf = (runId: RunId): RunSizes => {
    let sizes = runId === lastId ? last : byRun.get(runId);
    if (!sizes) {
      sizes = { own: 0, spans: 0 };
      byRun.set(runId, sizes);
    }
    lastId = runId;
    last = sizes;
    return sizes;
  };
  const add = ({ runId, detail }: Span, sign: 1 | -1) => {
    if (detail === undefined) return;
    const size = sizeOfDetail(detail) * sign;
    sizesOf(runId).spans += size;
    content += size;
  };
  return {
    bytesOf: (runs, spans) => content + spans * SPAN_BYTES + runs * RUN_BYTES,
    note({ runs, spans, replaced }) {
      for (const { runId, detail } of runs) {
        if (detail === undefined && !byRun.has(runId)) continue;
        const sizes = sizesOf(runId);
        const size = sizeOfDetail(detail);
        content += size - sizes.own;
        sizes.own = size;
      }
      for (const span of replaced) add(span, -1);
      for (const span of spans) add(span, 1);
    },
    forget(runId) {
      const sizes = byRun.get(runId);
      if (!sizes) return;
      byRun.delete(runId);
      if (runId === lastId) lastId = undefined;
      content -= sizes.own + sizes.spans;
    },
    clear() {
      byRun.clear();
      lastId = undefined;
      content = 0;
    },
  };
}

/** Share of the runs that may be held for those that wait for an answer that never comes. */
const MOST_ASKING = 1 / 4;

/**
 * Runs in the order in which they may go: those that nobody ever answered, as far as they are more than a quarter of the runs that
 * may be held, the oldest first; those that ended, the oldest first; then those that nobody has spoken of for an hour. Never another
 * run that works or waits for a person, nor one that somebody has open.
 * @param mostRuns - runs that may be held
 */
export function evictionOrder(
  reader: EntityReader,
  nowMs: number,
  isOpen: (runId: RunId) => boolean,
  mostRuns: number,
): Run[] {
  const ended: Run[] = [];
  const silent: Run[] = [];
  const asking: Run[] = [];
  for (const runId of reader.runIds) {
    const run = reader.getRun(runId);
    if (!run || isOpen(runId)) continue;
    if (run.pendingApprovalCount > 0 && !run.isBeforeRestart) asking.push(run);
    else if (run.isBeforeRestart || (run.status !== 'running' && run.status !== 'waiting')) ended.push(run);
    else if (nowMs - run.lastEventAtMs > SILENT_MS) silent.push(run);
  }
  ended.sort((a, b) => endOf(a) - endOf(b));
  silent.sort((a, b) => a.lastEventAtMs - b.lastEventAtMs);
  asking.sort((a, b) => a.lastEventAtMs - b.lastEventAtMs);
  const tooMany = Math.max(0, asking.length - Math.ceil(mostRuns * MOST_ASKING));
  return [...asking.splice(0, tooMany), ...ended, ...silent];
}

const endOf = (run: Run): number => run.endedAtMs ?? run.lastEventAtMs;
