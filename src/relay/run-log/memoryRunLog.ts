import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { createFold } from '../../fold/createFold.ts';
import type { Fold } from '../../fold/types.ts';
import type { MonitorEvent } from '../../model/event.ts';
import { asRunId, type RunId, type SpanKey } from '../../model/ids.ts';
import { refsOfDetail } from '../../model/refsOfDetail.ts';
import type { RunFacts } from '../../model/scope.ts';
import type { Span } from '../../model/span.ts';
import { createMemoryRunHistory, type RunMark } from '../history/memoryRunHistory.ts';
import { entityKeyOf, isOfAlert } from '../history/runEntities.ts';
import { createTurns } from '../turns.ts';
import { type ContentStore, createContentStore, textsOfDetail } from './contentStore.ts';
import { createEventRing, type EventRing } from './eventRing.ts';
import type { Appended, AppendResult, LogHead, RunLog } from './RunLog.ts';
import { findRunsToLetGo, type RunBounds } from './retainRuns.ts';
import { createRunWeights, type RunWeights } from './runWeights.ts';
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
  readonly marks: Map<RunId, RunMark>;
  /** Of each alert: the number of its first event. */
  readonly alertNumbers: Map<string, number>;
  /** Ids that were taken, oldest first, with their place. */
  readonly seqById: Map<string, number>;
  /** The fold keeps no lines. */
  readonly lines: MonitorEvent[];
  sweptAtMs: number;
  readonly weights: RunWeights;
  /** Appends one after the other: each has its numbers in a row. */
  appending: Promise<unknown>;
}

const SWEEP_EVERY_MS = 60_000;
const RUNS_A_TURN = 50;
/** Events that are derived together: what hostile ones cost comes out at their settling. */
const EVENTS_A_SETTLE = 8;
/** Producers and alerts that are held, each. */
const MAX_COMMON = 1000;

const isHeldInRun = ({ type }: MonitorEvent): boolean => /^(?:run|span|approval|score)\b/.test(type);

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
      marks: new Map(),
      alertNumbers: new Map(),
      seqById: new Map(),
      lines: [],
      sweptAtMs: options.now(),
      weights: createRunWeights(),
      appending: Promise.resolve(),
    };
    projects.set(project, made);
    return made;
  };

  const store = (log: ProjectLog, event: MonitorEvent, rts: number): MonitorEvent => {
    const { detail, refs: given, ...head } = event;
    const texts = textsOfDetail(detail ?? {});
    const refs = refsOfDetail(detail, given, (part) => Buffer.byteLength(texts.get(part) ?? ''));
    const stored: MonitorEvent = { ...head, seq: log.ring.head + 1, rts, ...(refs && { refs }) };
    log.content.add(event, texts);
    const sizeBytes = sizeOfEvent(stored);
    log.ring.push({ event: stored, sizeBytes });
    log.weights.add(stored, sizeBytes);
    log.fold.apply(stored);
    const { run } = stored;
    if (run !== undefined && isHeldInRun(stored) && !log.marks.has(run)) {
      log.marks.set(run, { firstSeq: log.ring.head, firstAtMs: stored.ts, entities: new Map() });
    }
    markEntity(log, stored);
    log.seqById.set(event.id, log.ring.head);
    if (log.seqById.size > options.events * 2) log.seqById.delete(log.seqById.keys().next().value as string);
    if (stored.type === 'log' && log.lines.push(stored) > maxLines * 2) log.lines.splice(0, maxLines);
    return stored;
  };

  const markEntity = ({ marks, alertNumbers, fold }: ProjectLog, event: MonitorEvent) => {
    const { run, ref, seq = 0 } = event;
    const key = entityKeyOf(event);
    const numbers = run === undefined ? undefined : marks.get(run)?.entities;
    if (key !== undefined && numbers && !numbers.has(key)) numbers.set(key, seq);
    if (!isOfAlert(event) || ref === undefined || alertNumbers.has(ref)) return;
    alertNumbers.set(ref, seq);
    if (alertNumbers.size <= 2 * MAX_COMMON) return;
    for (const id of alertNumbers.keys()) if (id !== ref && !fold.reader.alerts.has(id)) alertNumbers.delete(id);
  };

  const appendNow = async (log: ProjectLog, events: readonly MonitorEvent[]): Promise<AppendResult> => {
    const turns = createTurns();
    const from = log.ring.head;
    const rts = options.now();
    const stored: MonitorEvent[] = [];
    const verdicts: Appended[] = [];
    const spans = new Map<SpanKey, Span>();
    const settle = () => {
      for (const span of log.fold.settle().spans) spans.set(span.key, span);
    };
    for (const event of events) {
      const knownSeq = log.seqById.get(event.id);
      if (knownSeq === undefined) stored.push(store(log, event, rts));
      verdicts.push(knownSeq === undefined ? { st: 'ok', seq: log.ring.head } : { st: 'dup', seq: knownSeq });
      if (verdicts.length % EVENTS_A_SETTLE !== 0) continue;
      settle();
      const othersGo = turns.giveWay();
      if (othersGo) await othersGo;
    }
    settle();
    letGo(log, rts);
    return { epoch: log.epoch, from, to: log.ring.head, verdicts, stored, spans: [...spans.values()] };
  };

  const letGo = (log: ProjectLog, nowMs: number) => {
    const { reader } = log.fold;
    const { bounds } = options;
    log.fold.trimCommon(MAX_COMMON, MAX_COMMON);
    const isOver = reader.runIds.length > bounds.runs || reader.spanCount + log.weights.total > bounds.spans;
    if (!isOver && nowMs - log.sweptAtMs < SWEEP_EVERY_MS) return;
    log.sweptAtMs = nowMs;
    for (const runId of findRunsToLetGo(reader, log.weights, bounds, nowMs)) {
      log.fold.removeRun(runId);
      log.content.removeRun(runId);
      log.weights.removeRun(runId);
      log.marks.delete(runId);
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
    kind: 'memory',
    place: 'memory',
    keepsContent: options.detailBytes > 0,
    head: async (project) => headOf(projectLog(project)),
    append(project, events) {
      const log = projectLog(project);
      const appended = log.appending.then(() => appendNow(log, events));
      log.appending = appended.catch(() => {});
      return appended;
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
    history: createMemoryRunHistory((project) => {
      const log = projectLog(project);
      return { ...log, head: log.ring.head };
    }),
    async readRunFacts(project, runIds) {
      const { reader } = projectLog(project).fold;
      const facts = new Map<RunId, RunFacts>();
      for (const runId of runIds) {
        const run = reader.getRun(runId);
        if (run) facts.set(runId, { sessionId: run.sessionId, userId: run.userId, tags: run.tags });
      }
      return facts;
    },
    async runOfEvent(project, eventId) {
      const runId = projectLog(project).content.runOfEvent(eventId);
      return runId === undefined ? undefined : asRunId(runId);
    },
    readDetail: async (project, key) => projectLog(project).content.read(key),
    async close() {
      projects.clear();
    },
  };
}
