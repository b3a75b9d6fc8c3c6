import type { Touched } from '../../fold/types.ts';
import type { RunId, SpanKey } from '../../model/ids.ts';
import { createProgress, type ReadParts } from '../slices.ts';
import type { MonitorStore } from '../types.ts';
import { walkCriticalPath } from './criticalPath.ts';
import { measureIdleTime } from './idleTime.ts';
import { findErrorKey, isExpandedNode, readCost, readRows, readSummary, readTimesBelow } from './readTree.ts';
import { RunTree } from './runTree.ts';
import { type Node, ROOT } from './treeTable.ts';
import type { SpanTreeIndex, SpanTreeLayout, SpanTreeSummary } from './types.ts';

export interface SpanTreeIndexOptions {
  readonly store: Pick<MonitorStore, 'getView' | 'subscribe' | 'subscribeTouched'>;
  readonly runId: RunId;
  /** Default `lean`. */
  readonly layout?: SpanTreeLayout | undefined;
  /** Rows down to this level are expanded at first, and all that leads to a running span. Default: all rows. */
  readonly initialLevels?: number | undefined;
  /** What somebody expanded or collapsed by hand. Hand the same map to a second index and it opens as the first was left. */
  readonly choices?: Map<SpanKey, boolean> | undefined;
  /** `false`: it follows the store only from {@link SpanTreeIndex.listen} on. Default `true`. */
  readonly isListening?: boolean | undefined;
  /** Calls `settle` when the view may change, e.g. at most ten times a second. Default: at once with each flush. */
  readonly schedule?: ((settle: () => void) => void) | undefined;
  /** Reads a large run in parts, so that no part takes long: rows of the first part show at once. Default: all at once. */
  readonly parts?: SpanTreeParts | undefined;
}

export type SpanTreeParts = ReadParts;

/**
 * The rows of a run for a windowed tree, kept beside the store.
 * @remarks Made in O(n) for spans in order; then O(changed) inserts of O(square root of n) a flush. About 150 B a span.
 */
export function createSpanTreeIndex(options: SpanTreeIndexOptions): SpanTreeIndex {
  const { store, runId, layout = 'lean', initialLevels = Number.POSITIVE_INFINITY, parts } = options;
  const choices = options.choices ?? new Map<SpanKey, boolean>();
  const schedule = options.schedule ?? ((settle: () => void) => settle());
  const readEntities = () => store.getView().entities;
  const tree = new RunTree({ runId, layout, initialLevels, choices, readEntities }, parts);
  const progress = createProgress();
  const readAll = () => {
    const held = readEntities().getRun(runId)?.spanCount ?? 0;
    return readSummary(tree.nodes, tree.isLoading ? progress.told(tree.readCount, held) : undefined);
  };
  const listeners = new Set<() => void>();
  let version = 0;
  let summary: SpanTreeSummary = readAll();
  let isDue = false;
  let entities = store.getView().entities;
  let wasPast = store.getView().view.mode === 'past';

  const publish = (isMoved: boolean) => {
    const next = readAll();
    const isSame = (Object.keys(next) as (keyof SpanTreeSummary)[]).every((name) => next[name] === summary[name]);
    if (isMoved) version += 1;
    if (!isSame) summary = next;
    if (isMoved || !isSame) for (const listener of listeners) listener();
  };
  const settle = () => {
    isDue = false;
    const current = store.getView();
    // A moment of the past is another reader; so is the way back. A pause shows what stood there before.
    const isOther = current.view.mode === 'past' || wasPast || tree.isLoading;
    const isJump = current.entities !== entities && isOther;
    entities = current.entities;
    wasPast = current.view.mode === 'past';
    if (isJump) load();
    publish(isJump || tree.settle());
    if (!cancelPart) readOn();
  };
  const ask = () => {
    if (isDue) return;
    isDue = true;
    schedule(settle);
  };
  const onTouched = (touched: Touched) => {
    if (tree.note(touched)) ask();
  };
  const onChange = () => {
    if (store.getView().entities === entities) return;
    if (tree.isLoading) settle();
    else ask();
  };
  let stops: (() => void)[] = [];
  let followers = 0;
  /** Flushes may have gone by since it was read. */
  let isUnheard = false;
  /** What was read last: the reader, and how the run stood in it. */
  let loadedRevision: number | undefined;
  const readRevision = () => store.getView().entities.getRun(runId)?.revision;
  let cancelPart: (() => void) | undefined;
  const load = () => {
    tree.load();
    entities = store.getView().entities;
    loadedRevision = readRevision();
    readOn();
  };
  const readOn = () => {
    cancelPart?.();
    cancelPart = undefined;
    const wasLoading = tree.isLoading;
    if (!(tree.isLoading || tree.isBehind) || followers === 0) return;
    cancelPart = parts?.next(() => {
      const isDone = tree.loadMore();
      const isMoved = isDone && tree.settle(); // what was touched meanwhile, or more of it
      publish(wasLoading ? isDone : isMoved);
      readOn();
    });
  };
  const stop = () => {
    cancelPart?.();
    cancelPart = undefined;
    for (const end of stops) end();
    stops = [];
  };
  const listen = () => {
    followers += 1;
    if (followers === 1) {
      stops = [store.subscribeTouched(onTouched), store.subscribe(onChange)];
      if (isUnheard || readRevision() !== loadedRevision || store.getView().entities !== entities) {
        isUnheard = false;
        load();
        publish(true);
      } else readOn();
    }
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      followers -= 1;
      // What is touched from now on goes by unheard: read all anew when somebody listens again.
      if (followers === 0) {
        stop();
        isUnheard = true;
      }
    };
  };

  load();
  summary = readAll();
  if (options.isListening ?? true) listen();

  /** @returns whether it changed */
  const choose = (node: Node, isExpanded: boolean): boolean => {
    if (tree.nodes.table.isHidden(node) || !tree.nodes.hasRowsBelow(node)) return false;
    choices.set(tree.nodes.keyOf(node), isExpanded);
    if (tree.nodes.table.isCollapsed(node) !== isExpanded) return false;
    tree.nodes.shape.setCollapsed(node, !isExpanded);
    return true;
  };
  /** The key of a row, of nothing for what stands above all rows. */
  const keyOfRow = (node: Node): SpanKey | undefined => (node > ROOT ? tree.nodes.keyOf(node) : undefined);

  return {
    get version() {
      return version;
    },
    layout,
    get summary() {
      return summary;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    readRows: (from, to) => readRows(tree.nodes, from, to),
    rowAt: (index) => readRows(tree.nodes, index, index + 1)[0],
    rowIndexOf(key) {
      const node = tree.nodes.byKey(key);
      const { rows } = tree.nodes.shape;
      return node !== undefined && rows.isShown(node) ? rows.shownBefore(node) : -1;
    },
    parentOf(key) {
      const node = tree.nodes.byKey(key);
      return node === undefined ? undefined : keyOfRow(tree.nodes.shape.rowAbove(node));
    },
    has: (key) => tree.nodes.byKey(key) !== undefined,
    timesBelow(key) {
      const node = tree.nodes.byKey(key);
      return node === undefined ? { startMs: undefined, endMs: undefined } : readTimesBelow(tree.nodes, node);
    },
    costOf(key) {
      const node = tree.nodes.byKey(key);
      return node === undefined ? undefined : readCost(tree.nodes, node);
    },
    isExpanded(key) {
      const node = tree.nodes.byKey(key);
      return node !== undefined && isExpandedNode(tree.nodes, node);
    },
    setExpanded(key, isExpanded) {
      const node = tree.nodes.byKey(key);
      if (node !== undefined && choose(node, isExpanded)) publish(true);
    },
    setSiblingsExpanded(key, isExpanded) {
      const node = tree.nodes.byKey(key);
      if (node === undefined) return;
      let isMoved = false;
      for (const sibling of tree.nodes.rowsUnder(tree.nodes.shape.rowAbove(node))) {
        if (choose(sibling, isExpanded)) isMoved = true;
      }
      if (isMoved) publish(true);
    },
    reveal(key) {
      const node = tree.nodes.byKey(key);
      if (node === undefined) return undefined;
      const { table, shape } = tree.nodes;
      let isMoved = false;
      for (let above = table.placeOf(node); above > ROOT; above = table.placeOf(above)) {
        if (table.isCollapsed(above) && choose(above, true)) isMoved = true;
      }
      if (isMoved) publish(true);
      if (!table.isHidden(node)) return key;
      return keyOfRow(shape.rowAbove(node)) ?? keyOfRow(shape.rows.shownAt(shape.rows.shownBefore(node)));
    },
    findError: (from, direction) =>
      findErrorKey(tree.nodes, from === undefined ? undefined : tree.nodes.byKey(from), direction),
    findCriticalPath: (nowMs) => walkCriticalPath(tree.nodes.table, nowMs),
    findIdleTime(untilMs) {
      const { startMs, endMs } = summary;
      if (startMs === undefined || endMs === undefined) return { stretches: [], share: 0 };
      return measureIdleTime(tree.nodes.table.spans, startMs, Math.max(untilMs, endMs));
    },
    settle,
    listen,
    destroy() {
      stop();
      listeners.clear();
    },
  };
}
