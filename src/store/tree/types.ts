import type { SpanId, SpanKey } from '../../model/ids.ts';
import type { CriticalPath } from './criticalPath.ts';
import type { IdleTime } from './idleTime.ts';

/**
 * `lean`: task and turn rows are left out, their children stand in their place, and the target of a handoff is drawn under the
 * agent that handed off. `exact`: every span under its true parent.
 */
export type SpanTreeLayout = 'lean' | 'exact';

/** One shown row. Plain values, so that a memoised row compares them. */
export interface SpanTreeRow {
  readonly spanKey: SpanKey;
  readonly spanId: SpanId;
  /** Place among the shown rows, from 0. */
  readonly index: number;
  /** From 1, as `aria-level`. */
  readonly level: number;
  /** Rows right under it, shown or not. */
  readonly childCount: number;
  /** From 1, as `aria-posinset`. */
  readonly posInSet: number;
  readonly setSize: number;
  readonly hasChildren: boolean;
  readonly isExpanded: boolean;
  /** Which try this is, from 1, where the same call was tried more than once. */
  readonly attempt: number | undefined;
  readonly attempts: number | undefined;
}

/** What a row and all below it cost. */
export interface SpanTreeCost {
  /** Nano-dollars; `undefined` where no price is known. */
  readonly costNanoUsd: number | undefined;
  /** Some calls below have no price. */
  readonly isLowerBound: boolean;
}

/** What the spans of the run add up to. Replaced when it changed. */
export interface SpanTreeSummary {
  readonly spanCount: number;
  /** Shown rows. */
  readonly rowCount: number;
  /** A large run is read in parts: more rows are to come. */
  readonly isLoading: boolean;
  /** Spans that are read, told now and then while {@link isLoading}; else all. */
  readonly readCount: number;
  /** Failed spans and tripped guardrails, in collapsed rows too. */
  readonly errorCount: number;
  /** Spans that have not ended. */
  readonly openCount: number;
  /** Earliest start and latest time heard of, epoch ms by the agent's clock; `undefined` while no span says a time. */
  readonly startMs: number | undefined;
  readonly endMs: number | undefined;
  /** Sum over all calls with a known price, nano-dollars. */
  readonly costNanoUsd: number;
}

/**
 * The rows of one run, read by windows: the cost of a window or of a change hardly grows with the number of spans, whatever the
 * width or depth of the tree. Kept from what the store's flushes touched.
 */
export interface SpanTreeIndex {
  /** Grows when the rows, their order or their state of expansion changed. */
  readonly version: number;
  readonly layout: SpanTreeLayout;
  readonly summary: SpanTreeSummary;
  /** Heard after {@link version} or {@link summary} changed. @returns unsubscribe */
  readonly subscribe: (listener: () => void) => () => void;
  /** Begins to follow the store, where it was made with `isListening: false`. @returns stop */
  listen(): () => void;
  /** Shown rows `from` (included) to `to` (left out), cut to what there is. O(rows read). */
  readRows(from: number, to: number): readonly SpanTreeRow[];
  rowAt(index: number): SpanTreeRow | undefined;
  /** -1: not shown, because something above it is collapsed, the layout hides it, or it is not known. */
  rowIndexOf(key: SpanKey): number;
  /** The row that it is drawn under, `undefined` for a top row. */
  parentOf(key: SpanKey): SpanKey | undefined;
  has(key: SpanKey): boolean;
  /** First start and last end right below it, epoch ms: the times of a parent that was not received. */
  timesBelow(key: SpanKey): { readonly startMs: number | undefined; readonly endMs: number | undefined };
  costOf(key: SpanKey): SpanTreeCost | undefined;
  isExpanded(key: SpanKey): boolean;
  setExpanded(key: SpanKey, isExpanded: boolean): void;
  /** Expands or collapses all that stand beside it, as the row itself is to be. */
  setSiblingsExpanded(key: SpanKey, isExpanded: boolean): void;
  /** Expands all above it. @returns the key of its row: itself, or where the layout hides it the next row above or below */
  reveal(key: SpanKey): SpanKey | undefined;
  /** The next failed row after (before) a row, collapsed ones included, around the end; from the top where `from` is `undefined`. */
  findError(from: SpanKey | undefined, direction: 'next' | 'previous'): SpanKey | undefined;
  /** The spans that the run waited for. O(spans on the path and beside it). @param nowMs - where open spans end so far */
  findCriticalPath(nowMs: number): CriticalPath;
  /** Where nothing worked for long, up to `untilMs` or the latest time heard of. Open spans work up to there. O(spans). */
  findIdleTime(untilMs: number): IdleTime;
  /** Takes in what was touched and waits, now. */
  settle(): void;
  /** Stops following the store. */
  destroy(): void;
}
