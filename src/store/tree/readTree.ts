import type { SpanKey } from '../../model/ids.ts';
import { isErrorSpan } from './spanAmounts.ts';
import type { TreeNodes } from './treeNodes.ts';
import type { Node } from './treeTable.ts';
import type { SpanTreeCost, SpanTreeRow, SpanTreeSummary } from './types.ts';

// What is read of a tree. Nothing here changes it.

/** @param readCount - spans that are read, while there are more; else `undefined` */
export function readSummary({ spanCount, shape, extent }: TreeNodes, readCount: number | undefined): SpanTreeSummary {
  return {
    spanCount,
    isLoading: readCount !== undefined,
    readCount: readCount ?? spanCount,
    rowCount: shape.rows.shownCount(),
    errorCount: shape.rows.errorCount(),
    openCount: extent.openCount,
    startMs: extent.startMs,
    endMs: extent.endMs,
    costNanoUsd: shape.rows.sumOf(0, 'costNanoUsd'),
  };
}

export const isExpandedNode = (tree: TreeNodes, node: Node): boolean =>
  tree.hasRowsBelow(node) && !tree.table.isCollapsed(node);

function readRow(tree: TreeNodes, node: Node, index: number): SpanTreeRow {
  const { table, shape } = tree;
  const hasChildren = tree.hasRowsBelow(node);
  const attempts = tree.retries.attemptsOf(node);
  return {
    spanKey: tree.keyOf(node),
    spanId: tree.spanIdOf(node),
    index,
    level: shape.rows.levelOf(node),
    childCount: hasChildren ? shape.setSize(node) : 0,
    posInSet: shape.posInSet(node),
    setSize: shape.setSize(shape.rowAbove(node)),
    hasChildren,
    isExpanded: hasChildren && !table.isCollapsed(node),
    attempt: attempts === undefined ? undefined : table.spans[node]?.attempt,
    attempts,
  };
}

export function readRows(tree: TreeNodes, from: number, to: number): SpanTreeRow[] {
  const { rows } = tree.shape;
  const read: SpanTreeRow[] = [];
  const end = Math.min(to, rows.shownCount());
  for (let index = Math.max(0, from); index < end; index += 1) read.push(readRow(tree, rows.shownAt(index), index));
  return read;
}

export function readCost({ table, shape }: TreeNodes, node: Node): SpanTreeCost {
  const own = table.spans[node]?.costNanoUsd;
  const calls = shape.rows.sumOf(node, 'costNanoUsd');
  const sum = calls === 0 ? shape.rows.sumOf(node, 'turnCostNanoUsd') : calls;
  const costNanoUsd = sum > 0 ? sum : own;
  const isLowerBound = costNanoUsd !== undefined && shape.rows.sumOf(node, 'unpricedCalls') > 0;
  return { costNanoUsd, isLowerBound };
}

export function readTimesBelow({ table }: TreeNodes, node: Node) {
  const children = table.childrenOf(node);
  let endMs: number | undefined;
  for (const child of children) {
    const span = table.spans[child];
    const childEndMs = span?.endedAtMs ?? span?.startedAtMs;
    if (childEndMs !== undefined && (endMs === undefined || childEndMs > endMs)) endMs = childEndMs;
  }
  const first = children[0];
  return { startMs: first === undefined ? undefined : table.spans[first]?.startedAtMs, endMs };
}

/** The failed row after or before a node, around the end; the first or last one where there is no node. */
export function findErrorKey(
  tree: TreeNodes,
  from: Node | undefined,
  direction: 'next' | 'previous',
): SpanKey | undefined {
  const { rows } = tree.shape;
  const count = rows.errorCount();
  if (count === 0) return undefined;
  const before = from === undefined ? 0 : rows.errorsBefore(from);
  const isOwn = from !== undefined && isErrorSpan(tree.table.spans[from]);
  const at = direction === 'next' ? before + Number(isOwn) : before - 1;
  return tree.keyOf(rows.errorAt((at + count) % count));
}
