import { createFold } from '../fold/index.ts';
import type { EntityReader, Fold, Settled } from '../fold/types.ts';
import type { MonitorEvent } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';
import type { Run } from '../model/run.ts';
import type { RunRow } from '../model/wire.ts';
import { createPricing } from './pricing.ts';
import { fromRelay } from './readRow.ts';
import { mergeSettled } from './touchedLedger.ts';
import type { SpanPrices } from './types.ts';

/** What the store holds: the fold, the rows of runs whose spans are not here, and what is left from before a restart. */
export interface Entities {
  /** Always the same object; reads what is held now. */
  readonly reader: EntityReader;
  readonly repeatedEvents: number;
  readonly cyclesCut: number;
  apply(event: MonitorEvent): void;
  /** @param atMost - see {@link Fold.settle} */
  settle(atMost?: number): Settled;
  readonly isSettled: boolean;
  putRows(rows: readonly RunRow[]): void;
  removeRun(runId: RunId): void;
  /** A snapshot that replaces everything builds up beside what is shown … */
  beginReplacement(): void;
  stage(event: MonitorEvent): void;
  /** … and takes its place in one step. What is marked as from before a restart stays. */
  commitReplacement(): void;
  /** Everything that was said of a run, as events; without a run, what belongs to none. */
  factsOf(runId: RunId | undefined): readonly MonitorEvent[];
  /** Marks all runs held now: the relay lost its log, so nothing will say more of them. */
  markBeforeRestart(): void;
  isBeforeRestart(runId: RunId): boolean;
  /** A new connection sends its rows anew: older ones may go with the next replacement. */
  ageRows(): void;
  checkpoint(): EntityReader;
  clear(): void;
}

export function createEntities(prices: SpanPrices | undefined): Entities {
  const pricing = prices && createPricing(prices);
  let fold = createFold();
  let staged: Fold | undefined;
  let rows = new Map<RunId, HeldRow>();
  /** Rows that came since the last settle. */
  let newRows: HeldRow[] = [];
  let beforeRestart = new Set<RunId>();
  /** Runs that changed by other means than the fold. */
  let changedRunIds = new Set<RunId>();
  let goneRunIds = new Set<RunId>();
  let isReplaced = false;
  let generation = 0;
  let repeatedBase = 0;
  let cyclesBase = 0;
  const reader = createMergedReader(() => ({ base: fold.reader, rows, beforeRestart }));

  const swapFold = (next: Fold) => {
    for (const runId of reader.runIds) goneRunIds.add(runId);
    repeatedBase += fold.counters.repeatedEvents;
    cyclesBase += fold.counters.cyclesCut;
    fold = next;
    pricing?.clear();
    isReplaced = true;
  };

  const hear = (runId: RunId | undefined) => {
    if (beforeRestart.size === 0 || runId === undefined || !beforeRestart.has(runId)) return;
    beforeRestart = withoutId(beforeRestart, runId);
    changedRunIds.add(runId);
  };

  return {
    reader,
    get repeatedEvents() {
      return repeatedBase + fold.counters.repeatedEvents;
    },
    get cyclesCut() {
      return cyclesBase + fold.counters.cyclesCut;
    },
    apply(event) {
      hear(event.run);
      fold.apply(event);
    },
    get isSettled() {
      return fold.isSettled;
    },
    settle(atMost) {
      let touched = fold.settle(atMost);
      if (pricing?.apply(fold, touched.spans)) touched = mergeSettled(touched, fold.settle(atMost));
      const areOthersChanged = changedRunIds.size + goneRunIds.size > 0;
      let { runs, restructuredRunIds } = touched;
      if (rows.size + changedRunIds.size + beforeRestart.size > 0) {
        for (const run of runs) changedRunIds.add(run.runId);
        runs = [...changedRunIds].map((runId) => reader.getRun(runId)).filter((run) => run !== undefined);
      }
      if (goneRunIds.size > 0) restructuredRunIds = new Set([...restructuredRunIds, ...goneRunIds]);
      touched = {
        ...touched,
        runs,
        restructuredRunIds,
        hasNewRuns: touched.hasNewRuns || areOthersChanged,
        areApprovalsTouched: touched.areApprovalsTouched || areOthersChanged,
        areProducersTouched: touched.areProducersTouched || isReplaced,
        areAlertsTouched: touched.areAlertsTouched || isReplaced,
      };
      for (const row of newRows) row.heldThen = fold.reader.getRun(row.run.runId);
      newRows = [];
      changedRunIds = new Set();
      goneRunIds = new Set();
      isReplaced = false;
      return touched;
    },
    putRows(incoming) {
      const next = new Map(rows);
      for (const row of incoming) {
        const runId = row.run.runId;
        hear(runId);
        const held: HeldRow = { run: fromRelay(row.run), lines: row.lines, generation, heldThen: undefined };
        newRows.push(held);
        next.set(runId, held);
        changedRunIds.add(runId);
      }
      rows = next;
    },
    removeRun(runId) {
      fold.removeRun(runId);
      pricing?.forget(runId);
      if (rows.has(runId)) rows = withoutKey(rows, runId);
      if (beforeRestart.has(runId)) beforeRestart = withoutId(beforeRestart, runId);
      changedRunIds.delete(runId);
      goneRunIds.add(runId);
    },
    beginReplacement() {
      staged = createFold();
    },
    stage(event) {
      hear(event.run);
      staged?.apply(event);
    },
    commitReplacement() {
      if (!staged) return;
      for (const runId of beforeRestart) for (const fact of fold.factsOf(runId)) staged.apply(fact);
      swapFold(staged);
      staged = undefined;
      rows = new Map([...rows].filter(([runId, row]) => row.generation === generation || beforeRestart.has(runId)));
      for (const runId of rows.keys()) changedRunIds.add(runId);
    },
    factsOf: (runId) => (runId === undefined ? fold.commonFacts() : fold.factsOf(runId)),
    markBeforeRestart() {
      beforeRestart = new Set(reader.runIds);
      for (const runId of beforeRestart) changedRunIds.add(runId);
    },
    isBeforeRestart: (runId) => beforeRestart.has(runId),
    ageRows() {
      generation += 1;
      staged = undefined;
    },
    checkpoint() {
      const frozen = { base: fold.checkpoint(), rows, beforeRestart };
      return createMergedReader(() => frozen);
    },
    clear() {
      swapFold(createFold());
      staged = undefined;
      rows = new Map();
      beforeRestart = new Set();
      changedRunIds = new Set();
    },
  };
}

interface HeldRow {
  readonly run: Run;
  readonly lines: RunRow['lines'];
  readonly generation: number;
  /** What was held of the run when the row came: while it stays that, the row is the newer of the two. */
  heldThen: Run | undefined;
}

/** The maps and sets are replaced, never changed in place, so that a checkpoint shares them. */
interface Held {
  readonly base: EntityReader;
  readonly rows: ReadonlyMap<RunId, HeldRow>;
  readonly beforeRestart: ReadonlySet<RunId>;
}

const withoutId = (ids: ReadonlySet<RunId>, runId: RunId) => {
  const next = new Set(ids);
  next.delete(runId);
  return next;
};
const withoutKey = <T>(map: ReadonlyMap<RunId, T>, runId: RunId) => {
  const next = new Map(map);
  next.delete(runId);
  return next;
};

/** The relay's row speaks as long as it knows more than the spans that are held: then the spans say the same and more. */
const rowOf = (held: Run | undefined, row: HeldRow | undefined): HeldRow | undefined => {
  if (row === undefined || held === undefined) return row;
  const isHeldWhole = held.spanCount >= row.run.spanCount && held.lastEventAtMs >= row.run.lastEventAtMs;
  // a price can come in the same moment as the end before it
  const isNews = held === row.heldThen && !hasSameFigures(held, row.run);
  return isHeldWhole && !isNews ? undefined : row;
};

const hasSameFigures = (held: Run, run: Run): boolean =>
  held.status === run.status &&
  held.openSpanCount === run.openSpanCount &&
  held.errorSpanCount === run.errorSpanCount &&
  held.totals.totalTokens === run.totals.totalTokens &&
  held.totals.costNanoUsd === run.totals.costNanoUsd &&
  held.totals.unpricedCalls === run.totals.unpricedCalls;

function createMergedReader(read: () => Held): EntityReader {
  const marked = new WeakMap<Run, Run>();
  const mark = (run: Run): Run => {
    let known = marked.get(run);
    if (!known) {
      known = { ...run, isBeforeRestart: true };
      marked.set(run, known);
    }
    return known;
  };
  const joined: { base?: readonly RunId[]; rows?: ReadonlyMap<RunId, HeldRow>; ids: readonly RunId[] } = { ids: [] };
  return {
    get runIds() {
      const { base, rows } = read();
      if (rows.size === 0) return base.runIds;
      if (joined.base !== base.runIds || joined.rows !== rows) {
        joined.base = base.runIds;
        joined.rows = rows;
        joined.ids = [...base.runIds, ...[...rows.keys()].filter((runId) => base.getRun(runId) === undefined)];
      }
      return joined.ids;
    },
    get spanCount() {
      return read().base.spanCount;
    },
    getRun(runId) {
      const { base, rows, beforeRestart } = read();
      const held = base.getRun(runId);
      const run = rowOf(held, rows.get(runId))?.run ?? held;
      return run && beforeRestart.has(runId) ? mark(run) : run;
    },
    chargeLines(runId, dimension) {
      const { base, rows } = read();
      const row = rowOf(base.getRun(runId), rows.get(runId));
      return row ? (row.lines?.[dimension] ?? []) : base.chargeLines(runId, dimension);
    },
    getSpan: (key) => read().base.getSpan(key),
    rootSpanIds: (runId) => read().base.rootSpanIds(runId),
    childSpanIds: (key) => read().base.childSpanIds(key),
    spansOf: (runId) => read().base.spansOf(runId),
    approvalsOf: (runId) => read().base.approvalsOf(runId),
    scoresOf: (runId) => read().base.scoresOf(runId),
    get producers() {
      return read().base.producers;
    },
    get alerts() {
      return read().base.alerts;
    },
  };
}
