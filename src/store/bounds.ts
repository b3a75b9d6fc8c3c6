import type { EntityReader, Touched } from '../fold/types.ts';
import type { RunId, SpanId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import { sizeOfDetail } from './sizeOf.ts';

/** Bytes of a run and of a span without content, with maps, lists and merge marks: `bench/memory` measures about 500 a span. */
const RUN_BYTES = 2000;
const SPAN_BYTES = 600;
/** A run that nobody has spoken of for so long may go when nothing that ended is left to go. */
const SILENT_MS = 3_600_000;

/** Estimates what is held, from what each flush touched. */
export interface SizeBook {
  /** Bytes of so many runs and spans with the content that is known of them. */
  bytesOf(runs: number, spans: number): number;
  note(touched: Touched): void;
  forget(runId: RunId): void;
  clear(): void;
}

export function createSizeBook(): SizeBook {
  const contentByRun = new Map<RunId, Map<SpanId | '', number>>();
  let content = 0;
  /** Most things that are touched have no content, or the content they had. */
  const set = (runId: RunId, id: SpanId | '', size: number) => {
    let sizes = contentByRun.get(runId);
    const before = sizes?.get(id) ?? 0;
    if (size === before) return;
    if (!sizes) {
      sizes = new Map();
      contentByRun.set(runId, sizes);
    }
    content += size - before;
    sizes.set(id, size);
  };
  return {
    bytesOf: (runs, spans) => content + spans * SPAN_BYTES + runs * RUN_BYTES,
    note(touched) {
      for (const run of touched.runs) set(run.runId, '', sizeOfDetail(run.detail));
      for (const span of touched.spans) set(span.runId, span.spanId, sizeOfDetail(span.detail));
    },
    forget(runId) {
      let freed = 0;
      for (const size of contentByRun.get(runId)?.values() ?? []) freed += size;
      contentByRun.delete(runId);
      content -= freed;
    },
    clear() {
      contentByRun.clear();
      content = 0;
    },
  };
}

/**
 * Runs in the order in which they may go: those that ended, the oldest first; then those that nobody has spoken of for an
 * hour. Never a run that works or waits for a person, nor one that somebody has open.
 */
export function evictionOrder(reader: EntityReader, nowMs: number, isOpen: (runId: RunId) => boolean): Run[] {
  const ended: Run[] = [];
  const silent: Run[] = [];
  for (const runId of reader.runIds) {
    const run = reader.getRun(runId);
    if (!run || isOpen(runId)) continue;
    if (run.pendingApprovalCount > 0 && !run.isBeforeRestart) continue;
    if (run.isBeforeRestart || (run.status !== 'running' && run.status !== 'waiting')) ended.push(run);
    else if (nowMs - run.lastEventAtMs > SILENT_MS) silent.push(run);
  }
  ended.sort((a, b) => endOf(a) - endOf(b));
  silent.sort((a, b) => a.lastEventAtMs - b.lastEventAtMs);
  return [...ended, ...silent];
}

const endOf = (run: Run): number => run.endedAtMs ?? run.lastEventAtMs;
