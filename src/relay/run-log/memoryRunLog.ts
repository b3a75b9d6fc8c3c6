import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { createFold } from '../../fold/createFold.ts';
import type { Fold } from '../../fold/types.ts';
import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { refsOfDetail } from '../../model/refsOfDetail.ts';
import { type ContentStore, createContentStore } from './contentStore.ts';
import { createEventRing, type EventRing } from './eventRing.ts';
import type { Appended, AppendResult, LogHead, RunLog } from './RunLog.ts';
import { findRunsToLetGo, type RunBounds } from './retainRuns.ts';
import { sizeOfEvent } from './sizeOfEvent.ts';

export interface MemoryRunLogOptions {
  /** Events that can be read again, a project. */
  readonly events: number;
  readonly eventBytes: number;
  readonly detailBytes: number;
  readonly bounds: RunBounds;
  /** Log lines that a snapshot carries. Default 1000. */
  readonly logLines?: number | undefined;
  /** Epoch ms. */
  readonly now: () => number;
}

interface StoredEvent {
  readonly event: MonitorEvent;
  readonly sizeBytes: number;
}

interface ProjectLog {
  readonly epoch: string;
  readonly ring: EventRing<StoredEvent>;
  readonly fold: Fold;
  readonly content: ContentStore;
  /** Ids that were taken, oldest first, with their place. */
  readonly seqById: Map<string, number>;
  /** The fold keeps no lines. */
  readonly lines: MonitorEvent[];
  sweptAtMs: number;
}

const SWEEP_EVERY_MS = 60_000;
const RUNS_A_TURN = 50;

/** Keeps everything in this process: nothing survives a restart, and every answer says so. */
export function createMemoryRunLog(options: MemoryRunLogOptions): RunLog {
  const projects = new Map<string, ProjectLog>();
  const maxLines = options.logLines ?? 1000;

  const projectLog = (project: string): ProjectLog => {
    const known = projects.get(project);
    if (known) return known;
    const made: ProjectLog = {
      epoch: randomBytes(16).toString('hex'),
      ring: createEventRing(options.events, options.eventBytes),
      fold: createFold(),
      content: createContentStore(options.detailBytes),
      seqById: new Map(),
      lines: [],
      sweptAtMs: options.now(),
    };
    projects.set(project, made);
    return made;
  };

  const store = (log: ProjectLog, event: MonitorEvent, rts: number): MonitorEvent => {
    const { detail, refs: given, ...head } = event;
    const refs = refsOfDetail(detail, given);
    const stored: MonitorEvent = { ...head, seq: log.ring.head + 1, rts, ...(refs && { refs }) };
    log.content.add(event);
    log.ring.push({ event: stored, sizeBytes: sizeOfEvent(stored) });
    log.fold.apply(stored);
    log.seqById.set(event.id, log.ring.head);
    if (log.seqById.size > options.events * 2) log.seqById.delete(log.seqById.keys().next().value as string);
    if (stored.type === 'log' && log.lines.push(stored) > maxLines * 2) log.lines.splice(0, maxLines);
    return stored;
  };

  const letGo = (log: ProjectLog, nowMs: number) => {
    const { reader } = log.fold;
    const { bounds } = options;
    const isOver = reader.runIds.length > bounds.runs || reader.spanCount > bounds.spans;
    if (!isOver && nowMs - log.sweptAtMs < SWEEP_EVERY_MS) return;
    log.sweptAtMs = nowMs;
    for (const runId of findRunsToLetGo(reader, bounds, nowMs)) {
      log.fold.removeRun(runId);
      log.content.removeRun(runId);
    }
    log.fold.settle();
  };

  async function* factsOf(log: ProjectLog, runId: RunId | undefined): AsyncGenerator<readonly MonitorEvent[]> {
    if (runId === undefined) yield log.fold.commonFacts();
    let count = 0;
    for (const id of runId === undefined ? [...log.fold.reader.runIds] : [runId]) {
      if (log.fold.reader.getRun(id)) yield log.fold.factsOf(id);
      count += 1;
      if (count % RUNS_A_TURN === 0) await setImmediate(); // other readers and ingest have their turn
    }
    yield log.lines.slice(-maxLines).filter((line) => runId === undefined || line.run === runId);
  }

  const headOf = ({ epoch, ring }: ProjectLog): LogHead => ({ epoch, head: ring.head, oldest: ring.oldest });

  return {
    durability: 'memory',
    head: async (project) => headOf(projectLog(project)),
    async append(project, events): Promise<AppendResult> {
      const log = projectLog(project);
      const from = log.ring.head;
      const rts = options.now();
      const stored: MonitorEvent[] = [];
      const verdicts = events.map((event): Appended => {
        const knownSeq = log.seqById.get(event.id);
        if (knownSeq !== undefined) return { st: 'dup', seq: knownSeq };
        stored.push(store(log, event, rts));
        return { st: 'ok', seq: log.ring.head };
      });
      const { spans } = log.fold.settle();
      letGo(log, rts);
      return { epoch: log.epoch, from, to: log.ring.head, verdicts, stored, spans };
    },
    async read(project, from, to, limit) {
      const { ring } = projectLog(project);
      const events: MonitorEvent[] = [];
      for (
        let seq = Math.max(from + 1, ring.oldest);
        seq <= Math.min(to, ring.head) && events.length < limit;
        seq += 1
      ) {
        const item = ring.at(seq);
        if (item) events.push(item.event);
      }
      return events;
    },
    async snapshot(project, runId) {
      const log = projectLog(project);
      return { epoch: log.epoch, at: log.ring.head, facts: factsOf(log, runId) };
    },
    readDetail: async (project, key) => projectLog(project).content.read(key),
    async close() {
      projects.clear();
    },
  };
}
