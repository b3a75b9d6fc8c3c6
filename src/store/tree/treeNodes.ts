import type { EntityReader, Touched } from '../../fold/types.ts';
import { type RunId, type SpanId, type SpanKey, spanKeyOf, splitSpanKey } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import { createHandoffTargets } from './handoffTargets.ts';
import { createRetryGroups, type RetryGroups } from './retryGroups.ts';
import type { Amounts } from './rowSequence.ts';
import { createTimeExtent, type TimeExtent } from './timeExtent.ts';
import { TreeNode } from './treeNode.ts';
import { createTreeShape, type TreeShape } from './treeShape.ts';
import type { SpanTreeCost, SpanTreeLayout } from './types.ts';

export interface TreeNodesOptions {
  readonly runId: RunId;
  readonly layout: SpanTreeLayout;
  readonly initialLevels: number;
  readonly choices: ReadonlyMap<SpanKey, boolean>;
  readonly readEntities: () => EntityReader;
}

/** The spans of a run as tree nodes, kept from what flushes touched. */
export interface TreeNodes {
  readonly shape: TreeShape;
  readonly extent: TimeExtent;
  readonly retries: RetryGroups;
  /** Spans received; placeholders are not counted. */
  readonly spanCount: number;
  byKey(key: SpanKey): TreeNode | undefined;
  byOrdinal(ordinal: number): TreeNode | undefined;
  hasRowsBelow(node: TreeNode): boolean;
  isError(node: TreeNode): boolean;
  /** The rows right under a row, those of hidden nodes in their place. */
  rowsOf(above: TreeNode): Iterable<TreeNode>;
  /** What a span and all below it cost. */
  costOf(node: TreeNode): SpanTreeCost;
  /** All that are held, placeholders too. */
  spans(): Iterable<Span>;
  /** Keeps what a flush touched until {@link settle}. @returns whether there is something to settle */
  note(touched: Touched): boolean;
  /** @returns whether rows moved */
  settle(): boolean;
  /** Reads the whole run anew. */
  load(): true;
}

/** When more than this share of the spans changed at once, reading all anew is cheaper. */
const BULK_SHARE = 0.25;
const BULK_LEAST = 512;

const isError = ({ span }: TreeNode) => span?.status === 'error' || span?.triggered === true;
/** Spans that repeat what stands below them add nothing; turns are added up apart, for sources that say no cost of a call. */
const amountsOf = ({ span }: TreeNode): Amounts | undefined => {
  if (!span) return undefined;
  const { costNanoUsd = 0, usage, kind } = span;
  const isRepeat = usage?.scope === 'aggregate';
  const isUnpriced = kind === 'llm' && !isRepeat && usage !== undefined && span.costNanoUsd === undefined;
  if (costNanoUsd === 0 && !isUnpriced) return undefined;
  return {
    costNanoUsd: isRepeat ? 0 : costNanoUsd,
    turnCostNanoUsd: isRepeat && kind === 'turn' ? costNanoUsd : 0,
    unpricedCalls: isUnpriced ? 1 : 0,
  };
};
const isOpen = (span: Span) => !span.isPlaceholder && (span.status === 'running' || span.status === 'waiting');

export function createTreeNodes(options: TreeNodesOptions): TreeNodes {
  const { runId, layout, initialLevels, choices, readEntities } = options;
  const isLean = layout === 'lean';
  let nodes = new Map<SpanId, TreeNode>();
  let ordered: (TreeNode | undefined)[] = [];
  let shape = createTreeShape({ isError, amountsOf });
  let extent = createTimeExtent();
  let retries = createRetryGroups();
  let handoffs = createHandoffTargets();
  let spanCount = 0;
  let pending = new Map<SpanId, Span>();
  let isRestructured = false;
  /** What stands above handoffs or agents changed. */
  let isRegroupDue = false;
  let areLabelsChanged = false;

  const placeOf = (node: TreeNode): TreeNode => node.claimedBy ?? node.parent ?? shape.root;
  const isHiddenSpan = (span: Span) => isLean && !span.isPlaceholder && (span.kind === 'task' || span.kind === 'turn');
  const isCollapsedFirst = (node: TreeNode, level: number) => {
    const choice = choices.get(node.key);
    if (choice !== undefined) return !choice;
    return level >= initialLevels && !(node.span && isOpen(node.span));
  };

  const create = (spanId: SpanId, key: SpanKey): TreeNode => {
    const node = new TreeNode(ordered.length, spanId, key);
    ordered.push(node);
    nodes.set(spanId, node);
    return node;
  };
  const parentFor = (span: Span, onPlaceholder: (node: TreeNode) => void): TreeNode => {
    const { parentId } = span;
    if (parentId === undefined || parentId === span.spanId || span.isCycleCut) return shape.root;
    const known = nodes.get(parentId);
    if (known) return known;
    const key = spanKeyOf(runId, parentId);
    const node = create(parentId, key);
    const placeholder = readEntities().getSpan(key);
    // A span that came with the same flush is told of on its own.
    if (placeholder?.isPlaceholder) node.span = placeholder;
    node.parent = shape.root;
    onPlaceholder(node);
    return node;
  };
  /** Parents not received whose children changed: they stand where their first child does. */
  const bereft = new Set<TreeNode>();
  const noteChild = (parent: TreeNode) => {
    if (parent !== shape.root && (parent.span === undefined || parent.span.isPlaceholder)) bereft.add(parent);
  };
  const adopt = (node: TreeNode, parent: TreeNode) => {
    if (node.parent) node.parent.claims -= 1;
    noteChild(parent);
    node.parent = parent;
    parent.claims += 1;
  };
  const noteFacts = (node: TreeNode) => {
    if (isLean) handoffs.note(node);
    if (retries.note(node)) areLabelsChanged = true;
  };
  const count = (before: Span | undefined, after: Span) => {
    const wasReal = before !== undefined && !before.isPlaceholder;
    spanCount += Number(!after.isPlaceholder) - Number(wasReal);
    extent.change(before, after);
  };

  const insert = (span: Span): TreeNode => {
    const node = create(span.spanId, span.key);
    node.span = span;
    node.isHidden = isHiddenSpan(span);
    node.startMs = span.startedAtMs ?? Number.POSITIVE_INFINITY;
    count(undefined, span);
    shape.add(node);
    adopt(
      node,
      parentFor(span, (placeholder) => shape.add(placeholder)),
    );
    noteFacts(node);
    return node;
  };
  const update = (node: TreeNode, span: Span) => {
    const before = node.span;
    node.span = span;
    count(before, span);
    const startMs = span.isPlaceholder ? node.startMs : (span.startedAtMs ?? Number.POSITIVE_INFINITY);
    const isHidden = isHiddenSpan(span);
    const parent = parentFor(span, (placeholder) => shape.add(placeholder));
    const isParentNew = parent !== node.parent;
    if (isParentNew || startMs !== node.startMs) {
      shape.uproot(node);
      const old = node.parent;
      node.startMs = startMs;
      noteChild(parent);
      if (isParentNew) {
        adopt(node, parent);
        if (old) {
          gone.push(old);
          noteChild(old);
        }
      }
    }
    const isAgentNew = (before?.kind === 'agent') !== (span.kind === 'agent');
    if (isParentNew || isHidden !== node.isHidden || isAgentNew) isRegroupDue = true;
    if (isHidden !== node.isHidden) {
      shape.setHidden(node, isHidden);
      areLabelsChanged = true;
    }
    shape.setFacts(node);
    noteFacts(node);
  };
  /** Parents that were never received and that nobody names any more. */
  const dropEmpty = () => {
    for (const node of gone.splice(0)) {
      if (node === shape.root || node.claims > 0 || node.children.length > 0) continue;
      if (node.span !== undefined && !node.span.isPlaceholder) continue;
      shape.remove(node);
      nodes.delete(node.spanId);
      ordered[node.ordinal] = undefined;
    }
  };
  const gone: TreeNode[] = [];
  const moveBereft = () => {
    for (const node of bereft) {
      const startMs = node.children[0]?.startMs ?? Number.POSITIVE_INFINITY;
      const isStill = startMs === node.startMs || !(node.span === undefined || node.span.isPlaceholder);
      if (isStill || nodes.get(node.spanId) !== node) continue;
      shape.uproot(node);
      node.startMs = startMs;
    }
    bereft.clear();
  };

  const openRunningPath = (node: TreeNode) => {
    if (shape.rows.hiddenBy(node.ordinal) === 0) return;
    for (let above = node.place; above; above = above.place) {
      if (above.isCollapsed && choices.get(above.key) !== false) shape.setCollapsed(above, false);
    }
  };

  const apply = (spans: Map<SpanId, Span>): boolean => {
    const fresh: TreeNode[] = [];
    const started: TreeNode[] = [];
    for (const span of spans.values()) {
      const node = nodes.get(span.spanId);
      if (!node) {
        const added = insert(span);
        fresh.push(added);
        if (isOpen(span)) started.push(added);
      } else {
        if (isOpen(span) && !(node.span && isOpen(node.span))) started.push(node);
        if (node.span !== span) update(node, span);
      }
    }
    if (isLean) {
      if (isRegroupDue) handoffs.regroup();
      isRegroupDue = false;
      for (const agent of handoffs.match()) shape.uproot(agent);
    }
    const isMoved = shape.waiting.size > 0 || areLabelsChanged;
    areLabelsChanged = false;
    shape.settle(placeOf);
    dropEmpty();
    moveBereft();
    shape.settle(placeOf);
    for (const node of fresh) {
      if (choices.size === 0 && !Number.isFinite(initialLevels)) break;
      shape.setCollapsed(node, !node.isHidden && isCollapsedFirst(node, shape.rows.levelOf(node.ordinal)));
    }
    if (Number.isFinite(initialLevels)) for (const node of started) openRunningPath(node);
    extent.settle(readAll);
    return isMoved;
  };
  function* readAll(): Iterable<Span> {
    for (const node of nodes.values()) if (node.span) yield node.span;
  }

  const load = (): true => {
    const entities = readEntities();
    nodes = new Map();
    ordered = [];
    shape = createTreeShape({ isError, amountsOf });
    extent = createTimeExtent();
    retries = createRetryGroups();
    handoffs = createHandoffTargets();
    pending = new Map();
    spanCount = 0;
    isRestructured = false;
    isRegroupDue = false;
    areLabelsChanged = false;
    ordered.push(shape.root);
    for (const span of entities.spansOf(runId)) {
      const node = create(span.spanId, span.key);
      node.span = span;
      node.isHidden = isHiddenSpan(span);
      node.startMs = span.startedAtMs ?? Number.POSITIVE_INFINITY;
      count(undefined, span);
    }
    const received = ordered.length;
    for (let at = 1; at < received; at += 1) {
      const node = ordered[at] as TreeNode;
      adopt(
        node,
        parentFor(node.span as Span, () => undefined),
      );
    }
    for (let at = 1; at < received; at += 1) noteFacts(ordered[at] as TreeNode);
    for (const node of bereft) node.startMs = Number.POSITIVE_INFINITY;
    for (let at = 1; at < received; at += 1) {
      const { parent, startMs } = ordered[at] as TreeNode;
      if (parent && bereft.has(parent) && startMs < parent.startMs) parent.startMs = startMs;
    }
    bereft.clear();
    handoffs.match();
    const all = ordered.slice(1) as TreeNode[];
    shape.build(all, placeOf, isCollapsedFirst);
    if (Number.isFinite(initialLevels)) {
      for (const node of all) if (node.span && isOpen(node.span)) openRunningPath(node);
    }
    extent.settle(readAll);
    return true;
  };

  return {
    get shape() {
      return shape;
    },
    get extent() {
      return extent;
    },
    get retries() {
      return retries;
    },
    get spanCount() {
      return spanCount;
    },
    byKey(key) {
      const node = nodes.get(splitSpanKey(key).spanId);
      return node?.key === key ? node : undefined;
    },
    byOrdinal: (ordinal) => (ordinal > 0 ? ordered[ordinal] : undefined),
    hasRowsBelow(node) {
      if (node.hiddenChildren === 0) return node.children.length > 0;
      return shape.setSize(node) > 0;
    },
    isError: (node) => isError(node),
    *rowsOf(above) {
      const stack = [above];
      while (stack.length > 0) {
        const top = stack.pop() as TreeNode;
        if (top !== above && !top.isHidden) yield top;
        else for (let at = top.children.length - 1; at >= 0; at -= 1) stack.push(top.children[at] as TreeNode);
      }
    },
    costOf({ ordinal, span }) {
      const calls = shape.rows.sumOf(ordinal, 'costNanoUsd');
      const sum = calls === 0 ? shape.rows.sumOf(ordinal, 'turnCostNanoUsd') : calls;
      const isLowerBound = shape.rows.sumOf(ordinal, 'unpricedCalls') > 0;
      const isKnown = sum > 0 || span?.costNanoUsd !== undefined;
      return {
        costNanoUsd: isKnown ? (sum > 0 ? sum : span?.costNanoUsd) : undefined,
        isLowerBound: isKnown && isLowerBound,
      };
    },
    spans: readAll,
    note(touched) {
      for (const span of touched.spans) if (span.runId === runId) pending.set(span.spanId, span);
      if (touched.restructuredRunIds.has(runId)) isRestructured = true;
      return isRestructured || pending.size > 0;
    },
    settle() {
      const run = readEntities().getRun(runId);
      const isAll = isRestructured && pending.size >= (run?.spanCount ?? 0);
      isRestructured = false;
      // All at once: a snapshot took the place of what was held, or the run is gone.
      if (isAll || pending.size > Math.max(BULK_LEAST, nodes.size * BULK_SHARE)) return load();
      const spans = pending;
      pending = new Map();
      const isMoved = apply(spans);
      return run !== undefined && run.spanCount < spanCount ? load() : isMoved;
    },
    load,
  };
}
