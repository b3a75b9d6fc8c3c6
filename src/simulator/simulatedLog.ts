import type { Detail } from '../model/detail.ts';
import { type MonitorEvent, rankByType } from '../model/event.ts';
import { type RunId, type SpanKey, splitSpanKey } from '../model/ids.ts';

/** What a relay would keep: numbered events, whole runs, and the last events in their order. Bounded. */
export interface SimulatedLog {
  readonly epoch: string;
  readonly head: number;
  /** Number of the oldest event that a reader can go on from. */
  readonly oldest: number;
  append(event: MonitorEvent, atMs: number): void;
  /** Numbers that were given to events which are gone. */
  skip(count: number): void;
  /** Events after `seq`, in order, up to a moment. */
  tail(seq: number, untilMs: number, limit: number): { readonly to: number; readonly events: readonly MonitorEvent[] };
  /** Everything that is kept, oldest first. */
  all(): readonly MonitorEvent[];
  /** Content of a span, `undefined` for one that was never heard of. */
  detailOf(key: SpanKey): Detail | undefined;
  /** The relay lost its memory. */
  restart(epoch: string): void;
}

/** Events kept for readers that come back. */
const TAIL_EVENTS = 5000;
/** Events kept of whole runs; the oldest runs that are over go first. */
const RUN_EVENTS = 40_000;

interface KeptRun {
  readonly events: MonitorEvent[];
  isOver: boolean;
}

export function createSimulatedLog(firstEpoch: string): SimulatedLog {
  let epoch = firstEpoch;
  let head = 0;
  let recent: MonitorEvent[] = [];
  let common: MonitorEvent[] = [];
  let runs = new Map<RunId, KeptRun>();
  let kept = 0;

  const evict = () => {
    for (const [runId, run] of runs) {
      if (kept <= RUN_EVENTS) return;
      if (!run.isOver) continue;
      kept -= run.events.length;
      runs.delete(runId);
    }
  };
  const keep = (event: MonitorEvent) => {
    if (event.run === undefined) {
      // of a process only its hello and its last beat tell something
      common = [...common.filter(({ type }) => type !== event.type || type === 'producer.hello'), event].slice(-100);
      return;
    }
    const run = runs.get(event.run) ?? { events: [], isOver: false };
    if (!runs.has(event.run)) runs.set(event.run, run);
    run.events.push(event);
    run.isOver = event.type === 'run.end' || event.type === 'run.fail' || (run.isOver && event.type !== 'run.start');
    kept += 1;
    if (kept > RUN_EVENTS) evict();
  };

  return {
    get epoch() {
      return epoch;
    },
    get head() {
      return head;
    },
    get oldest() {
      return recent[0]?.seq ?? head + 1;
    },
    append(event, atMs) {
      head += 1;
      const stored: MonitorEvent = { ...event, seq: head, rts: atMs };
      recent.push(stored);
      if (recent.length > 2 * TAIL_EVENTS) recent = recent.slice(-TAIL_EVENTS);
      keep(stored);
    },
    skip(count) {
      head += count;
    },
    tail(seq, untilMs, limit) {
      const events: MonitorEvent[] = [];
      for (let index = firstAfter(recent, seq); index < recent.length; index += 1) {
        const event = recent[index] as MonitorEvent;
        if ((event.rts ?? 0) > untilMs || events.length === limit) return { to: (event.seq ?? 0) - 1, events };
        events.push(event);
      }
      return { to: head, events };
    },
    all: () => [...common, ...[...runs.values()].flatMap(({ events }) => events)].sort(bySeq),
    detailOf(key) {
      const { runId, spanId } = splitSpanKey(key);
      const own = runs.get(runId)?.events.filter(({ span }) => span === spanId) ?? [];
      if (own.length === 0) return undefined;
      const byRank = [...own].sort((left, right) => rankByType[left.type] - rankByType[right.type]);
      return Object.assign({}, ...byRank.map(({ detail }) => detail)) as Detail;
    },
    restart(nextEpoch) {
      epoch = nextEpoch;
      head = 0;
      recent = [];
      common = [];
      runs = new Map();
      kept = 0;
    },
  };
}

const bySeq = (left: MonitorEvent, right: MonitorEvent) => (left.seq ?? 0) - (right.seq ?? 0);

/** Index of the first event with a higher number. O(log n). */
function firstAfter(events: readonly MonitorEvent[], seq: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.seq ?? 0) <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
