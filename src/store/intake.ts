import { type MonitorEvent, rankByType } from '../model/event.ts';
import { isMonitorEvent } from '../model/guardEvent.generated.ts';
import type { RunId } from '../model/ids.ts';
import type { MetricBucket } from '../model/metricBucket.ts';
import type { Entities } from './entities.ts';
import { readMetricBucket, readRunRow } from './readRow.ts';
import type { Work, WorkQueue } from './workQueue.ts';

/** How many events are done between two looks at the clock. */
const STRIDE = 128;

export interface IntakeCounters {
  accepted: number;
  rejected: number;
  unknownType: number;
  dropped: number;
}

export interface IntakeOptions {
  readonly queue: WorkQueue;
  readonly entities: Entities;
  readonly limit: number;
  readonly now: () => number;
  /** A late fact of a run that was let go: counted, not taken. */
  readonly isLate: (event: MonitorEvent) => boolean;
  /** Each event that was taken in, snapshots left out. */
  readonly onEvent: (event: MonitorEvent, receivedAtMs: number) => void;
  /** A fact of a snapshot that adds to what is held, after a restart of the relay. */
  readonly onMerged: (event: MonitorEvent) => void;
  /** After some of them: how many, and the newest. */
  readonly onEvents: (count: number, newest: MonitorEvent, receivedAtMs: number) => void;
  readonly onBuckets: (buckets: readonly MetricBucket[]) => void;
  /** A run is let go, because a snapshot brings it anew. */
  readonly onRemove: (runId: RunId) => void;
  /** A snapshot is in. `runIds`: the runs that it is of; all, when it replaces everything. */
  readonly onSnapshot: (runIds: readonly RunId[] | 'all') => void;
}

/** Between the wire and the fold: judges each event, keeps the order, works in slices. */
export interface Intake {
  readonly counters: Readonly<IntakeCounters>;
  readonly push: (work: Work) => void;
  /** Does what waits, for at most `budgetMs`. */
  readonly work: (budgetMs: number) => void;
}

export function createIntake({
  queue,
  entities,
  limit,
  now,
  isLate,
  onEvent,
  onMerged,
  onEvents,
  onBuckets,
  onRemove,
  onSnapshot,
}: IntakeOptions): Intake {
  const counters: IntakeCounters = { accepted: 0, rejected: 0, unknownType: 0, dropped: 0 };

  /** The event when it can be taken; else counted, so that its neighbours go on. */
  const judge = (event: unknown): MonitorEvent | undefined => {
    if (isMonitorEvent(event)) return event;
    const type = (event as { type?: unknown } | null | undefined)?.type;
    if (typeof type === 'string' && !Object.hasOwn(rankByType, type)) counters.unknownType += 1;
    else counters.rejected += 1;
    return undefined;
  };

  const takeEvents = (work: Extract<Work, { kind: 'events' }>, from: number, to: number) => {
    let count = 0;
    let newest: MonitorEvent | undefined;
    for (let at = from; at < to; at += 1) {
      const event = judge(work.events[at]);
      if (!event) continue;
      if (isLate(event)) {
        counters.dropped += 1;
        continue;
      }
      entities.apply(event);
      count += 1;
      newest = event;
      onEvent(event, work.receivedAtMs);
    }
    counters.accepted += count;
    if (newest) onEvents(count, newest, work.receivedAtMs);
  };

  const takeSnapshot = (work: Extract<Work, { kind: 'snapshot' }>, from: number, to: number) => {
    if (from === 0 && work.isFirst) {
      if (work.mode === 'replace') entities.beginReplacement();
      for (const runId of work.runIds) {
        entities.removeRun(runId);
        onRemove(runId);
      }
    }
    for (let at = from; at < to; at += 1) {
      const event = judge(work.events[at]);
      if (!event) continue;
      if (work.mode === 'replace') entities.stage(event);
      else {
        entities.apply(event);
        onMerged(event);
      }
    }
    if (to < work.events.length || !work.isLast) return;
    if (work.mode === 'replace') entities.commitReplacement();
    onSnapshot(work.mode === 'replace' ? 'all' : work.runIds);
  };

  const step = () => {
    const work = queue.head;
    if (!work) return;
    if (work.kind === 'rows') {
      const rows = work.rows.flatMap((row) => readRunRow(row) ?? []);
      const buckets = work.buckets.flatMap((bucket) => readMetricBucket(bucket) ?? []);
      counters.rejected += work.rows.length - rows.length + work.buckets.length - buckets.length;
      onBuckets(buckets);
      entities.putRows(rows);
      queue.advance(0);
      return;
    }
    const from = queue.done;
    const to = Math.min(work.events.length, from + STRIDE);
    if (work.kind === 'events') takeEvents(work, from, to);
    else takeSnapshot(work, from, to);
    queue.advance(to - from);
  };

  return {
    counters,
    push(work) {
      queue.push(work);
      if (queue.size <= limit) return;
      counters.dropped += queue.dropClassB();
      // What is left is lifecycle, cost and approvals: that is never let go, so it is worked off at once.
      while (queue.head && queue.size > limit / 2) step();
    },
    work(budgetMs) {
      const end = now() + budgetMs;
      while (queue.head) {
        step();
        if (now() >= end) return;
      }
    },
  };
}
