import type { Touched } from '../../fold/types.ts';
import type { RunId, SpanKey } from '../../model/ids.ts';
import type { MonitorStore } from '../types.ts';
import { walkCriticalPath } from './criticalPath.ts';
import { measureIdleTime } from './idleTime.ts';
import type { TreeNode } from './treeNode.ts';
import { createTreeNodes } from './treeNodes.ts';
import type { SpanTreeIndex, SpanTreeLayout, SpanTreeRow, SpanTreeSummary } from './types.ts';

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
}

/**
 * The rows of a run for a windowed tree, kept beside the store.
 * @remarks Made in O(n log n) at worst, O(n) for spans in order; then O(changed x log n) a flush. About 200 B a span.
 */
export function createSpanTreeIndex(options: SpanTreeIndexOptions): SpanTreeIndex {
  const { store, runId, layout = 'lean', initialLevels = Number.POSITIVE_INFINITY } = options;
  const choices = options.choices ?? new Map<SpanKey, boolean>();
  const schedule = options.schedule ?? ((settle: () => void) => settle());
  const tree = createTreeNodes({ runId, layout, initialLevels, choices, readEntities: () => store.getView().entities });
  const listeners = new Set<() => void>();
  let version = 0;
  let summary: SpanTreeSummary = readSummary();
  let isDue = false;
  let entities = store.getView().entities;
  let wasPast = store.getView().view.mode === 'past';

  function readSummary(): SpanTreeSummary {
    return {
      spanCount: tree.spanCount,
      rowCount: tree.shape.rows.shownCount(),
      errorCount: tree.shape.rows.errorCount(),
      openCount: tree.extent.openCount,
      startMs: tree.extent.startMs,
      endMs: tree.extent.endMs,
      costNanoUsd: tree.shape.rows.sumOf(0, 'costNanoUsd'),
    };
  }
  const publish = (isMoved: boolean) => {
    const next = readSummary();
    const isSame = (Object.keys(next) as (keyof SpanTreeSummary)[]).every((name) => next[name] === summary[name]);
    if (isMoved) version += 1;
    if (!isSame) summary = next;
    if (isMoved || !isSame) for (const listener of [...listeners]) listener();
  };
  const settle = () => {
    isDue = false;
    const current = store.getView();
    // A moment of the past is another reader; so is the way back. A pause shows what stood there before.
    const isJump = current.entities !== entities && (current.view.mode === 'past' || wasPast);
    entities = current.entities;
    wasPast = current.view.mode === 'past';
    publish(isJump ? tree.load() : tree.settle());
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
    if (store.getView().entities !== entities) ask();
  };
  let stops: (() => void)[] = [];
  let followers = 0;
  let loadedRevision = -1;
  const load = () => {
    tree.load();
    ({ entities, revision: loadedRevision } = store.getView());
  };
  const stop = () => {
    for (const end of stops) end();
    stops = [];
  };
  const listen = () => {
    followers += 1;
    if (followers === 1) {
      stops = [store.subscribeTouched(onTouched), store.subscribe(onChange)];
      if (store.getView().revision !== loadedRevision) {
        load();
        publish(true);
      }
    }
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      followers -= 1;
      // What is touched from now on goes by unheard: read all anew when somebody listens again.
      if (followers === 0) {
        stop();
        loadedRevision = -1;
      }
    };
  };

  load();
  summary = readSummary();
  if (options.isListening ?? true) listen();

  const rowOf = (node: TreeNode, index: number): SpanTreeRow => {
    const hasChildren = tree.hasRowsBelow(node);
    const attempts = tree.retries.attemptsOf(node);
    return {
      spanKey: node.key,
      spanId: node.spanId,
      index,
      level: tree.shape.rows.levelOf(node.ordinal),
      childCount: node.children.length === 0 ? 0 : tree.shape.setSize(node),
      posInSet: tree.shape.posInSet(node),
      setSize: tree.shape.setSize(tree.shape.rowAbove(node)),
      hasChildren,
      isExpanded: hasChildren && !node.isCollapsed,
      attempt: attempts === undefined ? undefined : node.span?.attempt,
      attempts,
    };
  };
  const readRows = (from: number, to: number): SpanTreeRow[] => {
    const rows: SpanTreeRow[] = [];
    const end = Math.min(to, tree.shape.rows.shownCount());
    for (let index = Math.max(0, from); index < end; index += 1) {
      const node = tree.byOrdinal(tree.shape.rows.shownAt(index));
      if (node) rows.push(rowOf(node, index));
    }
    return rows;
  };
  /** @returns whether it changed */
  const choose = (node: TreeNode, isExpanded: boolean): boolean => {
    if (node.isHidden || !tree.hasRowsBelow(node)) return false;
    choices.set(node.key, isExpanded);
    if (node.isCollapsed !== isExpanded) return false;
    tree.shape.setCollapsed(node, !isExpanded);
    return true;
  };

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
    readRows,
    rowAt: (index) => readRows(index, index + 1)[0],
    rowIndexOf(key) {
      const node = tree.byKey(key);
      return node && tree.shape.rows.isShown(node.ordinal) ? tree.shape.rows.shownBefore(node.ordinal) : -1;
    },
    parentOf(key) {
      const node = tree.byKey(key);
      const above = node?.place ? tree.shape.rowAbove(node) : tree.shape.root;
      return above === tree.shape.root ? undefined : above.key;
    },
    has: (key) => tree.byKey(key) !== undefined,
    timesBelow(key) {
      const children = tree.byKey(key)?.children ?? [];
      let endMs: number | undefined;
      for (const { span } of children) {
        const childEndMs = span?.endedAtMs ?? span?.startedAtMs;
        if (childEndMs !== undefined && (endMs === undefined || childEndMs > endMs)) endMs = childEndMs;
      }
      return { startMs: children[0]?.span?.startedAtMs, endMs };
    },
    costOf(key) {
      const node = tree.byKey(key);
      return node && tree.costOf(node);
    },
    isExpanded(key) {
      const node = tree.byKey(key);
      return node !== undefined && tree.hasRowsBelow(node) && !node.isCollapsed;
    },
    setExpanded(key, isExpanded) {
      const node = tree.byKey(key);
      if (node && choose(node, isExpanded)) publish(true);
    },
    setSiblingsExpanded(key, isExpanded) {
      const node = tree.byKey(key);
      if (!node?.place) return;
      let isMoved = false;
      for (const sibling of tree.rowsOf(tree.shape.rowAbove(node))) if (choose(sibling, isExpanded)) isMoved = true;
      if (isMoved) publish(true);
    },
    reveal(key) {
      const node = tree.byKey(key);
      if (!node) return undefined;
      let isMoved = false;
      for (let above = node.place; above; above = above.place) {
        if (above.isCollapsed && choose(above, true)) isMoved = true;
      }
      if (isMoved) publish(true);
      if (!node.isHidden) return node.key;
      const above = tree.shape.rowAbove(node);
      if (above !== tree.shape.root) return above.key;
      return tree.byOrdinal(tree.shape.rows.shownAt(tree.shape.rows.shownBefore(node.ordinal)))?.key;
    },
    findError(from, direction) {
      const { rows } = tree.shape;
      const count = rows.errorCount();
      if (count === 0) return undefined;
      const node = from === undefined ? undefined : tree.byKey(from);
      const before = node ? rows.errorsBefore(node.ordinal) : 0;
      const isOwn = node !== undefined && tree.isError(node);
      let at: number;
      if (direction === 'next') at = before + (isOwn ? 1 : 0);
      else at = node ? before - 1 : count - 1;
      return tree.byOrdinal(rows.errorAt((at + count) % count))?.key;
    },
    findCriticalPath: (nowMs) => walkCriticalPath(tree.shape.root, nowMs),
    findIdleTime(nowMs) {
      const { startMs, endMs } = summary;
      if (startMs === undefined || endMs === undefined) return { stretches: [], share: 0 };
      return measureIdleTime(tree.spans(), startMs, Math.max(nowMs, endMs));
    },
    settle,
    listen,
    destroy() {
      stop();
      listeners.clear();
    },
  };
}
