import type { Touched } from '../fold/types.ts';
import type { Approval } from '../model/approval.ts';
import type { MonitorEvent } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';
import { createAsideRuns } from './asideRuns.ts';
import { createSizeBook, evictionOrder } from './bounds.ts';
import { createBucketBook } from './bucketBook.ts';
import { createEntities, type Entities } from './entities.ts';
import { createEventLog, type EventLog } from './eventLog.ts';
import { createEvictedRuns } from './evictedRuns.ts';
import { createGapBook, type GapBook } from './gapBook.ts';
import { createIntake } from './intake.ts';
import { createLiveTexts, type LiveTexts } from './liveTexts.ts';
import { createLogBuffer } from './logBuffer.ts';
import { createProducerNumbers } from './producerNumbers.ts';
import { createRunOrder } from './runOrder.ts';
import { createThroughputMeter } from './throughputMeter.ts';
import { isUntouched, mergeSettled } from './touchedLedger.ts';
import type { MonitorState, SpanPrices, StoreCounters, StoreLimits } from './types.ts';
import { createWorkQueue, type Work } from './workQueue.ts';

/** Ids of evicted runs that are remembered, for each run that may be held. */
const REMEMBERED_PER_RUN = 10;

export interface HoldingsOptions {
  readonly limits: StoreLimits;
  readonly now: () => number;
  /** A clock that only measures; may be the same. */
  readonly elapsed: () => number;
  readonly prices: SpanPrices | undefined;
  /** Somebody looks into the run: it stays. */
  readonly isOpen: (runId: RunId) => boolean;
}

/** All that is held, within its bounds: entities, log lines, events, gaps, live text, and the queue before them. */
export interface Holdings {
  readonly entities: Entities;
  readonly log: EventLog;
  readonly gaps: GapBook;
  /** The relay lost its log: see {@link createProducerNumbers}. */
  markRestart(): void;
  readonly liveTexts: LiveTexts;
  /** Lines that leave the newest ones are kept for who reads older pages. @returns release */
  readonly holdLogLines: () => () => void;
  /** Something waits for the next frame. */
  readonly isBusy: boolean;
  /** What comes next belongs to a replay that shows only when it is whole. */
  readonly isHeldBack: boolean;
  /** A replay is coming in: hold back what it brings until it is whole. */
  setReplaying(isReplaying: boolean): void;
  readonly push: (work: Work) => void;
  readonly work: (budgetMs: number) => void;
  /** Derives, evicts. @param atMost - see {@link Entities.settle} @returns what was touched, `undefined` for nothing */
  settle(atMost?: number): Touched | undefined;
  /** The parts of the state that follow from what was touched. */
  readTouched(touched: Touched): Partial<MonitorState>;
  /** Counters, rate, gaps and live text where they changed. */
  readMeasured(previous: MonitorState): Partial<MonitorState> | undefined;
  /** Takes the facts of a run that was read from the history: it stands beside the live ones, in no list and no sum. */
  readonly pushAside: (facts: readonly MonitorEvent[]) => void;
  isAside(runId: RunId): boolean;
  /** Lets go of a run that only the history brought. */
  dropAside(runId: RunId): void;
  /** Another project: nothing of the old one stays. */
  clear(): void;
}

export function createHoldings({ limits, now, elapsed, prices, isOpen }: HoldingsOptions): Holdings {
  const queue = createWorkQueue();
  const entities = createEntities(prices);
  const log = createEventLog();
  const logBuffer = createLogBuffer();
  const gaps = createGapBook();
  const numbers = createProducerNumbers();
  const liveTexts = createLiveTexts();
  const bucketBook = createBucketBook();
  const meter = createThroughputMeter();
  const sizes = createSizeBook();
  const evicted = createEvictedRuns(limits.runs * REMEMBERED_PER_RUN);
  const lost = { runs: 0, spans: 0, logLines: 0, loggedEvents: 0 };
  let isReplaying = false;
  const runOrder = createRunOrder(entities.reader);
  let runIds: readonly RunId[] = [];
  const aside = createAsideRuns();
  const pendingByRun = new Map<RunId, readonly Approval[]>();
  let pendingApprovals: readonly Approval[] = [];

  function noteLostAtRestart(event: MonitorEvent): void {
    const lost = numbers.lostAtRestart(event);
    if (lost) gaps.addLostAtRestart(event, lost);
  }

  const intake = createIntake({
    queue,
    entities,
    limit: limits.queuedEvents,
    now: elapsed,
    isLate: evicted.isLate,
    onEvent(event, receivedAtMs) {
      if (event.run !== undefined) aside.delete(event.run); // it lives
      if (limits.loggedEvents > 0) log.push({ event, receivedAtMs });
      numbers.note(event);
      if (event.type === 'producer.gap') {
        noteLostAtRestart(event);
        const producerId = event.prod?.id ?? event.ref;
        const heard = producerId === undefined ? undefined : entities.reader.producers.get(producerId)?.lastHeardAtMs;
        gaps.addProducerGap(event, heard);
      }
    },
    onMerged: noteLostAtRestart,
    onEvents(count, newest, receivedAtMs) {
      if (limits.loggedEvents === 0) lost.loggedEvents += count;
      else if (log.size > limits.loggedEvents) lost.loggedEvents += log.dropOldest(log.size - limits.loggedEvents);
      meter.note(count, receivedAtMs);
      meter.noteLag(receivedAtMs - (newest.rts ?? newest.ts));
    },
    onBuckets: (buckets) => bucketBook.put(buckets),
    onRemove: sizes.forget,
    onSnapshot(runIdsOfIt) {
      evicted.clear();
      // what the relay sends by itself lives
      if (runIdsOfIt === 'all') {
        aside.clear();
        sizes.clear();
      } else for (const runId of runIdsOfIt) aside.delete(runId);
    },
  });

  const evict = (): boolean => {
    const { reader } = entities;
    // Nothing is read of the fold between a removal and the next settle, so the sums are kept here.
    let runs = reader.runIds.length;
    let spans = reader.spanCount;
    const bytes = () => sizes.bytesOf(runs, spans) + log.bytes + logBuffer.bytes;
    const isOver = () => runs > limits.runs || spans > limits.spans || bytes() > limits.bytes;
    if (bytes() > limits.bytes && log.size > 0) lost.loggedEvents += log.dropOldest(Math.ceil(log.size / 2));
    if (!isOver()) return false;
    const before = runs;
    for (const { runId } of evictionOrder(reader, now(), isOpen, limits.runs)) {
      if (!isOver()) break;
      const spansOfRun = [...reader.spansOf(runId)].length;
      entities.removeRun(runId);
      sizes.forget(runId);
      evicted.add(runId);
      runs -= 1;
      spans -= spansOfRun;
      lost.runs += 1;
      lost.spans += spansOfRun;
    }
    return runs < before;
  };

  return {
    entities,
    log,
    gaps,
    markRestart() {
      entities.markBeforeRestart();
      numbers.markRestart();
    },
    liveTexts,
    holdLogLines: () => logBuffer.hold(),
    get isBusy() {
      return queue.head !== undefined || (!isReplaying && !entities.isSettled);
    },
    get isHeldBack() {
      return queue.head ? queue.head.isHeld : isReplaying;
    },
    setReplaying(next) {
      isReplaying = next;
    },
    push: intake.push,
    work: intake.work,
    settle(atMost) {
      let touched = entities.settle(atMost);
      sizes.note(touched);
      if (evict()) {
        const after = entities.settle(atMost);
        sizes.note(after);
        touched = mergeSettled(touched, after);
      }
      if (touched.logLines.length > 0) lost.logLines += logBuffer.add(touched.logLines, limits.logLines);
      if (liveTexts.texts.size > 0)
        for (const span of touched.spans) if (span.endedAtMs !== undefined) liveTexts.end(span.key);
      return isUntouched(touched) ? undefined : touched;
    },
    readTouched(touched) {
      const { reader } = entities;
      const gone = [...touched.restructuredRunIds].filter((runId) => reader.getRun(runId) === undefined);
      for (const runId of gone) {
        sizes.forget(runId);
        pendingByRun.delete(runId);
      }
      runIds = aside.without(runOrder.update(touched, gone));
      if (touched.areApprovalsTouched) {
        for (const run of touched.runs) {
          // The relay that lost its log knows nothing of these any more: nobody can decide them.
          const approvals = run.isBeforeRestart ? [] : reader.approvalsOf(run.runId);
          const pending = approvals.filter((approval) => approval.state === 'pending');
          if (pending.length > 0) pendingByRun.set(run.runId, pending);
          else pendingByRun.delete(run.runId);
        }
        pendingApprovals = [...pendingByRun.values()].flat().sort((a, b) => askedAt(a) - askedAt(b));
      }
      return { runIds, pendingApprovals, logLines: logBuffer.lines };
    },
    readMeasured(previous) {
      const counters: StoreCounters = {
        acceptedEvents: intake.counters.accepted,
        repeatedEvents: entities.repeatedEvents,
        rejectedEvents: intake.counters.rejected,
        unknownTypeEvents: intake.counters.unknownType,
        queuedEvents: queue.size,
        droppedEvents: intake.counters.dropped,
        evictedRuns: lost.runs,
        evictedSpans: lost.spans,
        evictedLogLines: lost.logLines,
        evictedLoggedEvents: lost.loggedEvents,
        cyclesCut: entities.cyclesCut,
      };
      const throughput = meter.read(now());
      const changed: { -readonly [Key in keyof MonitorState]?: MonitorState[Key] } = {};
      if (!areEqual(counters, previous.counters)) changed.counters = counters;
      if (!areEqual(throughput, previous.throughput)) changed.throughput = throughput;
      if (gaps.gaps !== previous.gaps) changed.gaps = gaps.gaps;
      if (bucketBook.buckets !== previous.metricBuckets) changed.metricBuckets = bucketBook.buckets;
      if (logBuffer.left !== previous.leftLogLines) changed.leftLogLines = logBuffer.left;
      if (liveTexts.texts !== previous.liveText) changed.liveText = liveTexts.texts;
      return Object.keys(changed).length > 0 ? changed : undefined;
    },
    pushAside(facts) {
      for (const { run } of facts) if (run !== undefined && entities.reader.getRun(run) === undefined) aside.add(run);
      // not the last part of anything: what it says is of one run
      const rest = { isFirst: false, isLast: false, runIds: [], isHeld: false } as const;
      queue.push({ kind: 'snapshot', mode: 'merge', events: facts, ...rest });
    },
    isAside: aside.has,
    dropAside(runId) {
      if (!aside.delete(runId)) return;
      entities.removeRun(runId);
      sizes.forget(runId);
    },
    clear() {
      aside.clear();
      queue.clear();
      entities.clear();
      log.clear();
      logBuffer.clear();
      gaps.clear();
      numbers.clear();
      liveTexts.clear();
      bucketBook.clear();
      sizes.clear();
      evicted.clear();
      pendingByRun.clear();
    },
  };
}

const askedAt = (approval: Approval): number => approval.requestedAtMs ?? 0;

const areEqual = <T extends object>(a: T, b: T): boolean =>
  (Object.keys(a) as (keyof T)[]).every((key) => Object.is(a[key], b[key]));
