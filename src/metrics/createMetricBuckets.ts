import type { RunId, SpanKey } from '../model/ids.ts';
import { BUCKET_MS, BUCKETS_KEPT, type MetricBucket, type MetricCounts, metricCounts } from '../model/metricBucket.ts';
import type { Span } from '../model/span.ts';
import { none, type SpanReader, spanCounts } from './spanCounts.ts';

/**
 * Calls, tokens, errors and cost by time and agent, derived from spans. A span that comes again, changed or not, takes the
 * place of what it gave before: nothing is ever only added.
 */
export interface MetricBuckets {
  put(span: Span, reader: SpanReader): void;
  /** Lets go of the spans of a run; what they gave stays. When they are put again, all of them, they take its place. */
  forget(runId: RunId): void;
  /** Lets go of the run as well: its spans are not put again. */
  drop(runId: RunId): void;
  /** Takes away what the spans of a run gave. */
  remove(runId: RunId): void;
  /** The buckets that changed since the last call, older first. Those that are too old are let go. */
  takeChanged(nowMs: number): readonly MetricBucket[];
  /** All that are held, older first; the one of all agents stands before those of its agents. */
  all(): readonly MetricBucket[];
}

interface Share {
  readonly startMs: number;
  readonly agentName: string | undefined;
  /** `undefined`: it only shows that the agent was active. */
  readonly counts: MetricCounts | undefined;
  /** Spans in it. */
  readonly marks: number;
}

type Sum = { -readonly [Count in keyof MetricCounts]: number };
interface Cell {
  readonly sum: Sum;
  /** How many spans say that the agent was active. */
  marks: number;
}
interface Slot {
  readonly total: Cell;
  readonly byAgent: Map<string, Cell>;
}

/** Names in one bucket: more than that are nobody's agents. */
const MAX_AGENTS = 5000;

const startOf = (timeMs: number) => Math.floor(timeMs / BUCKET_MS) * BUCKET_MS;
const newCell = (): Cell => ({ sum: { ...none }, marks: 0 });

export function createMetricBuckets(): MetricBuckets {
  const slots = new Map<number, Slot>();
  const sharesByRun = new Map<RunId, Map<SpanKey, readonly Share[]>>();
  /** Of runs whose spans were let go. */
  const sumsByRun = new Map<RunId, readonly Share[]>();
  const changed = new Map<number, Set<string | undefined>>();

  const sharesOf = (span: Span, reader: SpanReader): readonly Share[] => {
    const { startedAtMs, endedAtMs, agentName } = span;
    const counts = spanCounts(span, reader);
    const startMs = startedAtMs === undefined ? undefined : startOf(startedAtMs);
    const endMs = endedAtMs === undefined ? undefined : startOf(endedAtMs);
    const shares: Share[] = [];
    if (startMs !== undefined && startMs !== endMs) shares.push({ startMs, agentName, counts: undefined, marks: 1 });
    if (endMs !== undefined) shares.push({ startMs: endMs, agentName, counts, marks: 1 });
    return shares;
  };

  const add = (cell: Cell, { counts, marks }: Share, sign: 1 | -1) => {
    cell.marks += sign * marks;
    if (counts) for (const count of metricCounts) cell.sum[count] += sign * counts[count];
  };

  const apply = (share: Share, sign: 1 | -1) => {
    const { startMs, agentName } = share;
    let slot = slots.get(startMs);
    if (!slot) {
      slot = { total: newCell(), byAgent: new Map() };
      slots.set(startMs, slot);
    }
    add(slot.total, share, sign);
    const marked = changed.get(startMs) ?? new Set();
    changed.set(startMs, marked.add(undefined));
    if (agentName === undefined || (!slot.byAgent.has(agentName) && slot.byAgent.size >= MAX_AGENTS)) return;
    const cell = slot.byAgent.get(agentName) ?? newCell();
    slot.byAgent.set(agentName, cell);
    add(cell, share, sign);
    marked.add(agentName);
  };

  const remember = (span: Span, shares: readonly Share[]) => {
    const sum = sumsByRun.get(span.runId);
    if (sum) {
      sumsByRun.delete(span.runId);
      for (const share of sum) apply(share, -1);
    }
    const known = sharesByRun.get(span.runId) ?? new Map();
    sharesByRun.set(span.runId, known);
    const before = known.get(span.key) as readonly Share[] | undefined;
    known.set(span.key, shares);
    return before;
  };

  const bucketOf = (startMs: number, agentName: string | undefined): MetricBucket | undefined => {
    const slot = slots.get(startMs);
    const cell = agentName === undefined ? slot?.total : slot?.byAgent.get(agentName);
    if (!slot || !cell) return undefined;
    const isActive = ({ marks }: Cell) => marks > 0;
    const activeAgents =
      agentName === undefined ? [...slot.byAgent.values()].filter(isActive).length : isActive(cell) ? 1 : 0;
    return { startMs, sizeMs: BUCKET_MS, ...(agentName !== undefined && { agentName }), activeAgents, ...cell.sum };
  };

  const read = (startMs: number, agentNames: Iterable<string | undefined>): MetricBucket[] =>
    [...agentNames].flatMap((name) => bucketOf(startMs, name) ?? []);

  return {
    put(span, reader) {
      const shares = sharesOf(span, reader);
      const before = remember(span, shares);
      if (before && JSON.stringify(before) === JSON.stringify(shares)) return;
      for (const share of before ?? []) apply(share, -1);
      for (const share of shares) apply(share, 1);
    },
    forget(runId) {
      const shares = [...(sharesByRun.get(runId)?.values() ?? [])].flat();
      sharesByRun.delete(runId);
      if (shares.length > 0) sumsByRun.set(runId, sumUp(shares));
    },
    remove(runId) {
      const shares = [...(sharesByRun.get(runId)?.values() ?? []), sumsByRun.get(runId) ?? []].flat();
      for (const share of shares) apply(share, -1);
      sharesByRun.delete(runId);
      sumsByRun.delete(runId);
    },
    drop(runId) {
      sharesByRun.delete(runId);
      sumsByRun.delete(runId);
    },
    takeChanged(nowMs) {
      const oldestMs = startOf(nowMs) - (BUCKETS_KEPT - 1) * BUCKET_MS;
      const newestMs = startOf(nowMs) + BUCKETS_KEPT * BUCKET_MS; // of agents whose clocks are ahead
      for (const startMs of slots.keys()) if (startMs < oldestMs || startMs > newestMs) slots.delete(startMs);
      const starts = [...changed.keys()].sort((a, b) => a - b);
      const buckets = starts.flatMap((startMs) => read(startMs, changed.get(startMs) ?? []));
      changed.clear();
      return buckets;
    },
    all: () =>
      [...slots.keys()]
        .sort((a, b) => a - b)
        .flatMap((startMs) => read(startMs, [undefined, ...(slots.get(startMs)?.byAgent.keys() ?? [])])),
  };
}

/** The same in few: one share for each bucket and agent. */
function sumUp(shares: readonly Share[]): readonly Share[] {
  const sums = new Map<string, { startMs: number; agentName: string | undefined; counts: Sum; marks: number }>();
  for (const { startMs, agentName, counts, marks } of shares) {
    const key = JSON.stringify([startMs, agentName ?? null]);
    const sum = sums.get(key) ?? { startMs, agentName, counts: { ...none }, marks: 0 };
    sums.set(key, sum);
    sum.marks += marks;
    if (counts) for (const count of metricCounts) sum.counts[count] += counts[count];
  }
  return [...sums.values()];
}
