import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import type { LiveText, Subscription, Topic } from '../../model/wire.ts';
import type { News } from '../fan-out/FanOut.ts';
import type { Lens } from '../projection/createLens.ts';
import type { Projection } from '../projection/projections.ts';
import { createEventRing } from '../run-log/eventRing.ts';
import type { LogHead, RunLog } from '../run-log/RunLog.ts';
import { type BatchMaker, createBatchMaker, type ReadyBatch, type RingItem } from './batchMaker.ts';
import { createEventFilter, type EventFilter } from './eventFilter.ts';
import { createHeadSoon } from './headSoon.ts';
import { createLanes, type Lane, type LaneMember, type LaneTerms } from './lanes.ts';
import { createLiveBook, type LiveBook } from './liveBook.ts';
import { createProjectLoad, type ProjectLoad } from './projectLoad.ts';
import { createRowStream, type RowStream } from './rowStream.ts';
import type { ReadySnapshot, SnapshotBudget } from './snapshotBudget.ts';
import { createSnapshotCache } from './snapshotCache.ts';
import type { WireTimings } from './timings.ts';

/** Somebody who reads a project's stream. */
export interface StreamReader {
  /** There may be more to send. Returns at once. */
  pump(): void;
}

/** Its place among the readers. */
export interface StreamSeat {
  /**
   * It has everything: from here on it gets what is new with all who see the same, and is not pumped.
   * @returns `undefined` where it cannot go with others now
   */
  joinLane(member: LaneMember, terms: LaneTerms): Lane | undefined;
  /** It left its lane and is pumped again. */
  goAlone(): void;
  leave(): void;
}

export interface ProjectStreamOptions {
  readonly project: string;
  readonly log: RunLog;
  readonly projection: Projection;
  readonly budget: SnapshotBudget;
  readonly ringEvents: number;
  readonly ringBytes: number;
  readonly timings: WireTimings;
  /** See {@link ProjectLoad}. */
  readonly overviewEventsPerSec: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly onFault: (code: string, cause: unknown) => void;
  /** Events that had just been stored went out to so many. @param lagMs - since the newest of them was */
  readonly onDelivered: (lagMs: number, readers: number) => void;
}

/** Live side of one project: the shared ring, its batches, its readers. */
export interface ProjectStream {
  readonly epoch: string;
  readonly head: number;
  readonly projection: Projection;
  /** Reads where the log stands; call it, or {@link headSoon}, before anything else. */
  open(): Promise<LogHead>;
  /** The same for who is greeted: see {@link HeadSoon}. */
  headSoon(): Promise<LogHead>;
  take(news: News): void;
  takeLive(texts: readonly LiveText[]): void;
  /** What running model calls have written. */
  readonly live: LiveBook;
  /** Run totals and metric buckets, for readers who do not get the spans. */
  readonly rows: RowStream;
  readonly load: ProjectLoad;
  /** Asks the log whether news was lost. */
  poll(): Promise<void>;
  join(reader: StreamReader): StreamSeat;
  /** A batch went out to so many. */
  noteSent(batch: ReadyBatch, readers: number): void;
  readonly readerCount: number;
  readonly ring: { readonly events: number; readonly bytes: number };
  /** See {@link BatchMaker}. */
  readonly nextBatch: BatchMaker['next'];
  readonly prepare: BatchMaker['prepare'];
  readonly nextBatchFromLog: BatchMaker['nextFromLog'];
  snapshot(
    lens: Lens,
    filter: EventFilter,
    scope:
      | {
          readonly topics: readonly Topic[];
          readonly runId?: RunId | undefined;
          /** What happened up to here must be in it. */
          readonly leastAt?: number;
        }
      | undefined,
  ): Promise<ReadySnapshot>;
  /** See {@link SnapshotBudget.hold}. */
  holdSnapshot(snapshot: ReadySnapshot, letGo: () => void): () => void;
  /** See {@link SnapshotBudget.patienceMs}. */
  readonly snapshotPatienceMs: number;
  filterOf(subs: readonly Subscription[], lens: Lens): EventFilter;
  close(): void;
}

export function createProjectStream(options: ProjectStreamOptions): ProjectStream {
  const { project, log, projection, budget, timings, now } = options;
  const ring = createEventRing<RingItem>(options.ringEvents, options.ringBytes);
  const readers = new Set<StreamReader>();
  /** Those of them who look after themselves; the others are in lanes. */
  const alone = new Set<StreamReader>();
  const batches = createBatchMaker({ project, log, projection, ring, epoch: () => epoch });
  const snapshots = createSnapshotCache({ project, log, budget, keepForMs: timings.snapshotForMs, now });
  const live = createLiveBook({ now, redactor: projection.redactor });
  const load = createProjectLoad(options.overviewEventsPerSec, now);
  const rows = createRowStream({
    project,
    log,
    rowsMs: timings.rowsMs,
    now,
    head: () => ring.head,
    onFault: (cause) => options.onFault('relay.rows-failed', cause),
    onPublished: () => askForFlush(),
  });
  const askedSoon = createHeadSoon(() => log.head(project));
  let epoch = '';
  let opening: Promise<LogHead> | undefined;
  let catchingUp: Promise<void> | undefined;
  let flushTimer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  let lastFlushMs = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  const flush = () => {
    flushTimer = undefined;
    lastFlushMs = performance.now();
    batches.clear();
    lanes.flush();
    for (const reader of alone) reader.pump();
  };
  const askForFlush = () => {
    if (flushTimer || isClosed || readers.size === 0) return;
    const waitMs = timings.flushMs - (performance.now() - lastFlushMs);
    flushTimer = waitMs > 0 ? setTimeout(flush, waitMs) : setImmediate(flush); // at once when it was quiet
  };

  const push = (event: MonitorEvent) => {
    live.hear(event);
    projection.take(event);
    rows.take(event);
    load.note(1);
    ring.push({ event, sizeBytes: 512, texts: {} });
  };

  const noteSent = ({ newestAtMs, to }: ReadyBatch, count: number) => {
    if (newestAtMs !== undefined && to === ring.head) options.onDelivered(now() - newestAtMs, count);
  };

  const lanes = createLanes({
    nextBatch: batches.next,
    head: () => ring.head,
    besideVersion: () => live.version + rows.version,
    now,
    onSent: noteSent,
    onScattered: () => askForFlush(),
  });

  const reset = (head: LogHead) => {
    epoch = head.epoch;
    projection.runs.clear();
    ring.reset(head.head);
    rows.reset();
    batches.clear();
    snapshots.clear();
    lanes.scatter();
  };

  const catchUp = async () => {
    for (;;) {
      const knownHead = ring.head; // news may push on while we wait for the log
      const at = await log.head(project);
      if (at.epoch !== epoch || at.head < knownHead) reset(at);
      if (at.head <= ring.head) break;
      const events = await log.read(project, ring.head, at.head, 1000);
      const missing = events.filter((event) => (event.seq ?? 0) > ring.head);
      if (missing.length === 0 && at.head > ring.head) reset(at); // the log itself let go of what we miss
      for (const event of missing) {
        if (event.seq !== ring.head + 1) {
          reset(at);
          break;
        }
        push(event);
      }
    }
    askForFlush();
  };
  const startCatchUp = () => {
    catchingUp ??= catchUp()
      .catch((cause: unknown) => options.onFault('relay.log-unreachable', cause))
      .finally(() => {
        catchingUp = undefined;
      });
    return catchingUp;
  };

  const open = (): Promise<LogHead> => {
    opening ??= log.head(project).then(async (head) => {
      if (epoch === '') reset(head);
      await projection.open(true); // after it: names that are declared from here on come with the news
      return head;
    });
    opening.catch(() => {
      opening = undefined; // the next reader tries again
    });
    return opening;
  };

  return {
    projection,
    get epoch() {
      return epoch;
    },
    get head() {
      return ring.head;
    },
    get ring() {
      return { events: ring.head - ring.oldest + 1, bytes: ring.sizeBytes };
    },
    get readerCount() {
      return readers.size;
    },
    open: () => open().then(() => log.head(project)),
    headSoon: () => open().then(() => askedSoon(epoch)),
    live,
    rows,
    load,
    takeLive(texts) {
      live.take(texts);
      askForFlush();
    },
    take(news) {
      if (epoch === '') for (const event of news.events ?? []) live.hear(event);
      if (epoch === '') return; // not open: whoever opens it reads the head
      if (news.epoch === epoch && news.to <= ring.head) return;
      if (news.epoch === epoch && news.from === ring.head && news.events) {
        for (const event of news.events) push(event);
        askForFlush();
      } else {
        void startCatchUp();
      }
    },
    async poll() {
      const at = await log.head(project);
      if (at.epoch !== epoch || at.head !== ring.head) await startCatchUp();
    },
    join(reader) {
      readers.add(reader);
      alone.add(reader);
      return {
        joinLane(member, terms) {
          const lane = lanes.join(member, terms);
          if (lane) alone.delete(reader);
          return lane;
        },
        goAlone: () => void alone.add(reader),
        leave() {
          readers.delete(reader);
          alone.delete(reader);
        },
      };
    },
    noteSent,
    nextBatch: batches.next,
    prepare: batches.prepare,
    nextBatchFromLog: batches.nextFromLog,
    snapshot: (lens, filter, scope) =>
      snapshots.get(lens, filter, scope, Math.max(ring.oldest - 1, scope?.leastAt ?? 0)),
    holdSnapshot: (...args) => budget.hold(...args),
    get snapshotPatienceMs() {
      return budget.patienceMs;
    },
    filterOf: createEventFilter,
    close() {
      isClosed = true;
      if (flushTimer) {
        clearTimeout(flushTimer as NodeJS.Timeout);
        clearImmediate(flushTimer as NodeJS.Immediate);
      }
      readers.clear();
      alone.clear();
      live.clear();
      rows.close();
    },
  };
}
