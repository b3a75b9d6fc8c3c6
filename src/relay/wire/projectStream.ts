import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { formatCursor, type LiveText, type Subscription, type Topic } from '../../model/wire.ts';
import type { News } from '../fan-out/FanOut.ts';
import type { Lens } from '../projection/createLens.ts';
import type { Projection } from '../projection/projections.ts';
import { saysScope } from '../projection/runScopes.ts';
import { createEventRing } from '../run-log/eventRing.ts';
import type { LogHead, RunLog } from '../run-log/RunLog.ts';
import { createBatchCache } from './batchCache.ts';
import { createEventFilter, type EventFilter } from './eventFilter.ts';
import { createLanes, type Lane, type LaneMember, type LaneTerms } from './lanes.ts';
import { createLiveBook, type LiveBook } from './liveBook.ts';
import { createProjectLoad, type ProjectLoad } from './projectLoad.ts';
import { createReadyFrame, type ReadyFrame } from './readyFrame.ts';
import { createRowStream, type RowStream } from './rowStream.ts';
import type { ReadySnapshot, SnapshotBudget } from './snapshotBudget.ts';
import { createSnapshotCache } from './snapshotCache.ts';
import { BATCH_BYTES, BATCH_EVENTS, SCAN_EVENTS, type WireTimings } from './timings.ts';

/** One batch frame, ready to send; the same object serves every reader who stands at the same place and sees the same. */
export interface ReadyBatch {
  readonly to: number;
  readonly frame: ReadyFrame;
  /** When the newest of its events was stored; `undefined` where it has none, and for what was read from the log. */
  readonly newestAtMs?: number | undefined;
  /** Runs that may have come into what is seen, or left it: what is held of them is to be replaced. */
  readonly moved: readonly RunId[];
}

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
  /** Reads where the log stands; call it before anything else. */
  open(): Promise<LogHead>;
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
  /**
   * The next events after `from`, at most `maxEvents` (default and most: 128); `undefined` when there are none, `'behind'` when the
   * ring no longer has them, `'unprepared'` when what a run says of itself has to be read first.
   */
  nextBatch(
    lens: Lens,
    filter: EventFilter,
    from: number,
    maxEvents?: number,
  ): ReadyBatch | 'behind' | 'unprepared' | undefined;
  /** Reads what {@link nextBatch} needs. */
  prepare(lens: Lens, from: number): Promise<void>;
  /** As {@link nextBatch}, from the log; `'gone'` when the log does not have them either. */
  nextBatchFromLog(lens: Lens, filter: EventFilter, from: number, maxEvents?: number): Promise<ReadyBatch | 'gone'>;
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

interface RingItem {
  readonly event: MonitorEvent;
  sizeBytes: number;
  /** By view: who may see the event at all sees it alike. */
  readonly texts: { [View in Lens['view']]?: string };
}

export function createProjectStream(options: ProjectStreamOptions): ProjectStream {
  const { project, log, projection, budget, timings, now } = options;
  const ring = createEventRing<RingItem>(options.ringEvents, options.ringBytes);
  const readers = new Set<StreamReader>();
  /** Those of them who look after themselves; the others are in lanes. */
  const alone = new Set<StreamReader>();
  const batches = createBatchCache<ReadyBatch>();
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

  const textOf = (item: RingItem, lens: Lens): string => {
    if (lens.isScoped) return JSON.stringify(lens.show(item.event)) ?? '';
    const known = item.texts[lens.view];
    if (known !== undefined) return known;
    const projected = lens.show(item.event);
    const text = projected ? JSON.stringify(projected) : '';
    item.texts[lens.view] = text;
    item.sizeBytes += text.length;
    ring.grow(text.length);
    return text;
  };

  const batchOf = (from: number, to: number, texts: readonly string[], moved: Iterable<RunId>): ReadyBatch => ({
    to,
    moved: [...moved],
    frame: createReadyFrame(`{"t":"batch","epoch":"${epoch}","from":${from},"to":${to},"ev":[${texts.join(',')}]}`, {
      cursor: formatCursor(epoch, to),
      eventCount: texts.length,
      isNews: texts.length > 0,
    }),
  });

  const push = (event: MonitorEvent) => {
    live.hear(event);
    projection.take(event);
    rows.take(event);
    load.note(1);
    ring.push({ event, sizeBytes: 512, texts: {} });
  };

  /** A run that now says it is in scope may have events before this one that were not sent; one that left is to be taken away. */
  const isMove = (event: MonitorEvent, lens: Lens): event is MonitorEvent & { run: RunId } =>
    saysScope(event) && event.run !== undefined && (lens.hasRun(event.run) || lens.hadRun(event.run));

  const nextBatch: ProjectStream['nextBatch'] = (lens, filter, from, maxEvents = BATCH_EVENTS) => {
    const asksForRuns = lens.isScoped || filter.isScoped;
    if (from >= ring.head) return undefined;
    if (from < ring.oldest - 1) return 'behind';
    const most = Math.min(maxEvents, BATCH_EVENTS);
    const known = batches.get(lens.key, filter.key, from, most);
    if (known) return known;
    const texts: string[] = [];
    const moved = new Set<RunId>();
    let isUnprepared = false;
    let bytes = 0;
    let to = from;
    let newestAtMs: number | undefined;
    while (to < ring.head && to - from < SCAN_EVENTS && texts.length < most && bytes < BATCH_BYTES) {
      const item = ring.at(to + 1);
      if (!item) break; // serialising grew the ring over its bound and the oldest went
      if (asksForRuns) {
        isUnprepared = item.event.run !== undefined && !projection.runs.isKnown(item.event.run);
        if (isUnprepared) break;
        if (isMove(item.event, lens)) moved.add(item.event.run);
      }
      const text = filter.matches(item.event) ? textOf(item, lens) : '';
      to += 1;
      if (text === '') continue;
      texts.push(text);
      bytes += text.length;
      newestAtMs = item.event.rts;
    }
    if (to === from) return isUnprepared ? 'unprepared' : 'behind';
    const batch = { ...batchOf(from, to, texts, moved), newestAtMs };
    const place = { lensKey: lens.key, filterKey: filter.key, from, maxEvents: most };
    batches.set(place, batch, batch.frame.sizeBytes * 2); // and the form of one wire
    return batch;
  };

  const noteSent = ({ newestAtMs, to }: ReadyBatch, count: number) => {
    if (newestAtMs !== undefined && to === ring.head) options.onDelivered(now() - newestAtMs, count);
  };

  const lanes = createLanes({
    nextBatch,
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
    open() {
      opening ??= log.head(project).then(async (head) => {
        if (epoch === '') reset(head);
        await projection.open(true); // after it: names that are declared from here on come with the news
        return head;
      });
      opening.catch(() => {
        opening = undefined; // the next reader tries again
      });
      return opening.then(() => log.head(project));
    },
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
    nextBatch,
    async prepare(lens, from) {
      const runIds = new Set<RunId | undefined>();
      for (let seq = from + 1; seq <= Math.min(ring.head, from + SCAN_EVENTS); seq += 1)
        runIds.add(ring.at(seq)?.event.run);
      await lens.prepare(runIds);
    },
    async nextBatchFromLog(lens, filter, from, maxEvents = BATCH_EVENTS) {
      const at = await log.head(project);
      if (at.epoch !== epoch || from < at.oldest - 1) return 'gone';
      const events = await log.read(project, from, at.head, BATCH_EVENTS);
      if (events[0]?.seq !== from + 1) return 'gone';
      const asksForRuns = lens.isScoped || filter.isScoped;
      if (asksForRuns) {
        const runIds = new Set(events.map(({ run }) => run));
        for (let wait = lens.prepare(runIds); wait; wait = lens.prepare(runIds)) await wait;
      }
      const texts: string[] = [];
      const moved = new Set<RunId>();
      let to = from;
      let bytes = 0;
      for (const event of events) {
        if (event.seq !== to + 1 || bytes >= BATCH_BYTES || texts.length >= maxEvents) break;
        to += 1;
        if (asksForRuns && isMove(event, lens)) moved.add(event.run);
        const projected = filter.matches(event) ? lens.show(event) : undefined;
        if (!projected) continue;
        const text = JSON.stringify(projected);
        texts.push(text);
        bytes += text.length;
      }
      return batchOf(from, to, texts, moved);
    },
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
