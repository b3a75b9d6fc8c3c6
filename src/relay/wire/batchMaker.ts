import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import { formatCursor } from '../../model/wire.ts';
import type { Lens } from '../projection/createLens.ts';
import type { Projection } from '../projection/projections.ts';
import { saysScope } from '../projection/runScopes.ts';
import type { EventRing } from '../run-log/eventRing.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import { createBatchCache } from './batchCache.ts';
import type { EventFilter } from './eventFilter.ts';
import { createReadyFrame, type ReadyFrame } from './readyFrame.ts';
import { BATCH_BYTES, BATCH_EVENTS, SCAN_EVENTS } from './timings.ts';

/** One batch frame, ready to send; the same object serves every reader who stands at the same place and sees the same. */
export interface ReadyBatch {
  readonly to: number;
  readonly frame: ReadyFrame;
  /** When the newest of its events was stored; `undefined` where it has none, and for what was read from the log. */
  readonly newestAtMs?: number | undefined;
  /** Runs that may have come into what is seen, or left it: what is held of them is to be replaced. */
  readonly moved: readonly RunId[];
}

/** An event in the ring, and what was written of it. */
export interface RingItem {
  readonly event: MonitorEvent;
  sizeBytes: number;
  /** By view: who may see the event at all sees it alike. */
  readonly texts: { [View in Lens['view']]?: string };
}

/** Makes batches: from the ring, once for all who stand at the same place and see the same, and from the log for who is behind. */
export interface BatchMaker {
  /**
   * The next events after `from`, at most `maxEvents` (default and most: 128); `undefined` when there are none, `'behind'` when the
   * ring no longer has them, `'unprepared'` when what a run says of itself has to be read first.
   */
  readonly next: (
    lens: Lens,
    filter: EventFilter,
    from: number,
    maxEvents?: number,
  ) => ReadyBatch | 'behind' | 'unprepared' | undefined;
  /** Reads what {@link next} needs. */
  readonly prepare: (lens: Lens, from: number) => Promise<void>;
  /** As {@link next}, from the log; `'gone'` when the log does not have them either. */
  readonly nextFromLog: (
    lens: Lens,
    filter: EventFilter,
    from: number,
    maxEvents?: number,
  ) => Promise<ReadyBatch | 'gone'>;
  /** What was made is of no more use: the ring moved on. */
  clear(): void;
}

export interface BatchMakerOptions {
  readonly project: string;
  readonly log: RunLog;
  readonly projection: Projection;
  readonly ring: EventRing<RingItem>;
  readonly epoch: () => string;
}

export function createBatchMaker({ project, log, projection, ring, epoch }: BatchMakerOptions): BatchMaker {
  const made = createBatchCache<ReadyBatch>();

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
    frame: createReadyFrame(`{"t":"batch","epoch":"${epoch()}","from":${from},"to":${to},"ev":[${texts.join(',')}]}`, {
      cursor: formatCursor(epoch(), to),
      eventCount: texts.length,
      isNews: texts.length > 0,
    }),
  });

  /** A run that now says it is in scope may have events before this one that were not sent; one that left is to be taken away. */
  const isMove = (event: MonitorEvent, lens: Lens): event is MonitorEvent & { run: RunId } =>
    saysScope(event) && event.run !== undefined && (lens.hasRun(event.run) || lens.hadRun(event.run));

  const next: BatchMaker['next'] = (lens, filter, from, maxEvents = BATCH_EVENTS) => {
    const asksForRuns = lens.isScoped || filter.isScoped;
    if (from >= ring.head) return undefined;
    if (from < ring.oldest - 1) return 'behind';
    const most = Math.min(maxEvents, BATCH_EVENTS);
    const known = made.get(lens.key, filter.key, from, most);
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
    made.set(place, batch, batch.frame.sizeBytes * 2); // and the form of one wire
    return batch;
  };

  return {
    next,
    async prepare(lens, from) {
      const runIds = new Set<RunId | undefined>();
      for (let seq = from + 1; seq <= Math.min(ring.head, from + SCAN_EVENTS); seq += 1)
        runIds.add(ring.at(seq)?.event.run);
      await lens.prepare(runIds);
    },
    async nextFromLog(lens, filter, from, maxEvents = BATCH_EVENTS) {
      const at = await log.head(project);
      if (at.epoch !== epoch() || from < at.oldest - 1) return 'gone';
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
    clear: () => made.clear(),
  };
}
