import { randomBytes } from 'node:crypto';
import { createFold } from '../../fold/createFold.ts';
import type { Fold } from '../../fold/types.ts';
import { createMetricBuckets, type MetricBuckets } from '../../metrics/createMetricBuckets.ts';
import type { MonitorEvent } from '../../model/event.ts';
import { type RunId, spanKeyOf } from '../../model/ids.ts';
import { BUCKET_MS, BUCKETS_KEPT, type MetricBucket } from '../../model/metricBucket.ts';
import { chargeDimensions, type Run } from '../../model/run.ts';
import type { Span } from '../../model/span.ts';
import type { Lens } from '../projection/createLens.ts';
import { saysScope } from '../projection/runScopes.ts';
import { createTurns } from '../turns.ts';
import type { RowFacts } from './rowFilter.ts';
import { runRowText } from './runRowText.ts';

/** A row as it was sent last. */
export type PublishedRow = {
  readonly text: string;
  /** Place in the order of publishing; no two have the same. */
  readonly order: number;
  /** The log's newest number when it was derived. */
  readonly seq: number;
} & ({ readonly facts: RowFacts } | { readonly bucket: MetricBucket });

export interface RowBookOptions {
  /** The merged facts of everything that is held, or of one run, unprojected. */
  readonly readFacts: (runId?: RunId) => Promise<AsyncIterable<readonly MonitorEvent[]>>;
  /** What the readers of this book see. */
  readonly lens: Lens;
  /** Epoch ms. */
  readonly now: () => number;
  /** The newest number of the log. */
  readonly head: () => number;
  readonly onFault: (cause: unknown) => void;
  readonly publishBytes?: number | undefined;
  readonly maxRuns?: number | undefined;
}

/**
 * Run totals and metric buckets, derived by the fold that the store uses, from events that went through the projection first:
 * so a row has nothing that its readers' events would not have. One book for all readers of a class.
 */
export interface RowBook {
  /** No other book has it. */
  readonly id: string;
  /** Everything that is held was read. */
  readonly isReady: boolean;
  /** Place of the row that was published last. */
  readonly order: number;
  /** Reads what is held; news may come meanwhile. */
  open(): Promise<void>;
  /** In the order of the log; what the lens has to know of its run is read before. */
  take(event: MonitorEvent): void;
  /** Call it twice a second: derives what changed and publishes, oldest change first, as much as fits into a turn. */
  publish(): void;
  /** The rows, least lately published first. */
  rows(): Iterable<PublishedRow>;
}

/** Of one publishing: bounds what a reader gets, however busy the agents are. */
const PUBLISH_BYTES = 32 * 1024;
const MAX_RUNS = 2000;
/** A run that ended this long ago is let go; its row stays. A price or a late end comes within moments. */
const SETTLED_MS = 30_000;
const BUCKET_HORIZON_MS = BUCKETS_KEPT * BUCKET_MS;

interface HeldRun {
  readonly toolNames: Set<string>;
  readonly modelNames: Set<string>;
  /** The id in the log. */
  readonly rawId: RunId;
  touchedAtMs: number;
  run: Run | undefined;
}

export function createRowBook(options: RowBookOptions): RowBook {
  const { lens, now, publishBytes = PUBLISH_BYTES, maxRuns = MAX_RUNS } = options;
  const fold: Fold = createFold();
  const buckets: MetricBuckets = createMetricBuckets();
  const held = new Map<RunId, HeldRun>();
  /** Ended runs whose spans were let go. */
  const settled = new Map<RunId, HeldRun>();
  /** News of settled runs that are being read again. */
  const waiting = new Map<RunId, MonitorEvent[]>();
  const published = new Map<string, PublishedRow>();
  /** Changed since they were published, first change first. */
  const dirtyRuns = new Set<RunId>();
  const dirtyBuckets = new Map<string, MetricBucket>();
  let order = 0;
  let hasPublished = false;
  let seq = 0;
  let isReady = false;

  /** @param rawId - the run as the log knows it */
  const apply = (event: MonitorEvent, rawId: RunId | undefined) => {
    fold.apply(event);
    if (event.run === undefined || rawId === undefined) return;
    const known = held.get(event.run);
    if (known) known.touchedAtMs = now();
    else {
      const again = settled.get(event.run);
      settled.delete(event.run);
      const fresh = { toolNames: new Set<string>(), modelNames: new Set<string>(), run: undefined };
      held.set(event.run, { ...fresh, ...again, rawId, touchedAtMs: now() });
    }
  };

  const noteNames = (span: Span) => {
    const run = held.get(span.runId);
    if (span.kind === 'tool' && span.name !== '') run?.toolNames.add(span.name);
    const model = span.model ?? span.requestModel;
    if (model !== undefined) run?.modelNames.add(model);
  };

  const settle = () => {
    const touched = fold.settle();
    for (const span of touched.spans) {
      noteNames(span);
      buckets.put(span, fold.reader);
      // whether a call is a wrapper shows with its first child
      const { parentId } = span;
      const parent = parentId === undefined ? undefined : fold.reader.getSpan(spanKeyOf(span.runId, parentId));
      if (parent?.kind === 'llm' && span.kind === 'llm') buckets.put(parent, fold.reader);
    }
    for (const run of touched.runs) {
      const entry = held.get(run.runId);
      if (entry) entry.run = run;
      dirtyRuns.add(run.runId);
    }
  };

  const readAgain = async (runId: RunId, rawId: RunId) => {
    const known: MonitorEvent[] = [];
    try {
      for await (const facts of await options.readFacts(rawId)) {
        await prepare(lens, facts);
        for (const fact of facts) {
          const event = lens.show(fact);
          if (event) known.push(event);
        }
      }
    } catch (cause) {
      options.onFault(cause);
    }
    // at once, with nothing in between: all its spans are put again
    for (const event of known) apply(event, rawId);
    const news = waiting.get(runId) ?? [];
    waiting.delete(runId);
    for (const event of news) apply(event, rawId);
    settle();
  };

  const nextOrder = () => (order += 1);
  const put = (key: string, row: PublishedRow) => {
    published.delete(key); // so that the map stands in the order of publishing
    published.set(key, row);
  };

  const publishRun = (runId: RunId): number => {
    const entry = held.get(runId);
    if (!entry?.run) return 0;
    const { rawId, run, toolNames, modelNames } = entry;
    const lines = Object.fromEntries(
      chargeDimensions.map((dimension) => [dimension, fold.reader.chargeLines(runId, dimension)]),
    );
    const text = runRowText(run, lines);
    put(`run ${runId}`, { text, order: nextOrder(), seq, facts: { rawId, run, toolNames, modelNames } });
    return text.length;
  };

  const publishBucket = (key: string, bucket: MetricBucket): number => {
    const text = JSON.stringify(bucket, (_name, value: unknown) => (value === 0 ? undefined : value));
    put(key, { text, order: nextOrder(), seq, bucket });
    return text.length;
  };

  /** A run that comes into a scope has events of before; one that leaves it leaves its book. */
  const isMove = (event: MonitorEvent, rawId: RunId): boolean =>
    lens.isScoped && saysScope(event) && (lens.hasRun(rawId) || lens.hadRun(rawId));
  const move = (rawId: RunId) => {
    const shown = lens.view === 'names' ? rawId : (lens.standIns.id(rawId) as RunId);
    for (const runs of [held, settled]) runs.delete(shown);
    fold.removeRun(shown);
    buckets.remove(shown);
    dirtyRuns.delete(shown);
    if (!lens.hasRun(rawId)) published.delete(`run ${shown}`);
    else if (!waiting.has(shown)) {
      waiting.set(shown, []);
      void readAgain(shown, rawId);
    }
  };

  const letGo = (nowMs: number) => {
    for (const [runId, entry] of held) {
      if (entry.run?.endedAtMs === undefined || dirtyRuns.has(runId) || waiting.has(runId)) continue;
      if (nowMs - entry.touchedAtMs < SETTLED_MS || entry.run.status === 'waiting') continue;
      fold.removeRun(runId);
      buckets.forget(runId);
      held.delete(runId);
      settled.set(runId, entry);
    }
    const drop = (runs: Map<RunId, HeldRun>) => {
      for (const runId of runs.keys()) {
        if (held.size + settled.size <= maxRuns) return;
        if (waiting.has(runId)) continue;
        runs.delete(runId);
        fold.removeRun(runId);
        buckets.drop(runId);
        dirtyRuns.delete(runId);
        published.delete(`run ${runId}`);
      }
    };
    drop(settled);
    drop(held);
    for (const [key, row] of published) {
      if ('bucket' in row && row.bucket.startMs < nowMs - BUCKET_HORIZON_MS) published.delete(key);
    }
  };

  return {
    id: randomBytes(6).toString('hex'),
    get isReady() {
      return isReady;
    },
    get order() {
      return order;
    },
    async open() {
      const turns = createTurns();
      seq = Math.max(seq, options.head());
      for await (const facts of await options.readFacts()) {
        await prepare(lens, facts);
        for (const fact of facts) {
          const event = lens.show(fact);
          if (event) apply(event, fact.run);
          const othersGo = turns.giveWay();
          if (othersGo) await othersGo;
        }
        settle();
      }
      isReady = true;
    },
    take(raw) {
      seq = Math.max(seq, raw.seq ?? 0);
      if (raw.run !== undefined && isMove(raw, raw.run)) return move(raw.run);
      const event = lens.show(raw);
      if (!event) return;
      const news = event.run === undefined ? undefined : waiting.get(event.run);
      if (news) {
        news.push(event);
      } else if (event.run !== undefined && settled.has(event.run)) {
        waiting.set(event.run, [event]);
        void readAgain(event.run, raw.run ?? event.run);
      } else {
        apply(event, raw.run);
      }
    },
    publish() {
      if (!isReady) return;
      const nowMs = now();
      settle();
      for (const bucket of buckets.takeChanged(nowMs)) {
        const key = `bucket ${bucket.startMs} ${bucket.agentName ?? ''}`;
        dirtyBuckets.set(key, bucket); // keeps its place in the line
      }
      const budget = hasPublished ? publishBytes : Number.POSITIVE_INFINITY; // nobody has anything yet
      hasPublished = true;
      let bytes = 0;
      for (const [key, bucket] of dirtyBuckets) {
        if (bytes >= budget / 2) break; // runs have at least the other half
        bytes += publishBucket(key, bucket);
        dirtyBuckets.delete(key);
      }
      for (const runId of dirtyRuns) {
        if (bytes >= budget) break;
        if (waiting.has(runId)) continue;
        bytes += publishRun(runId);
        dirtyRuns.delete(runId);
      }
      letGo(nowMs);
    },
    rows: () => published.values(),
  };
}

async function prepare(lens: Lens, events: readonly MonitorEvent[]): Promise<void> {
  if (!lens.isScoped) return;
  const runIds = new Set(events.map(({ run }) => run));
  for (let wait = lens.prepare(runIds); wait; wait = lens.prepare(runIds)) await wait;
}
