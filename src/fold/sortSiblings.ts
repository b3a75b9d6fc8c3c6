import type { RunNode } from './runNode.ts';
import { childCountOf, childrenOf, firstChildOf, flag, hasChildren, type SpanNode, setChildren } from './spanNode.ts';

/** What siblings are sorted by. A placeholder stands where its first child does; what has no start yet stands last. */
function startOf(node: SpanNode): number {
  if (!(node.flags & flag.placeholder)) return node.span.startedAtMs ?? Number.POSITIVE_INFINITY;
  return firstChildOf(node)?.span.startedAtMs ?? Number.POSITIVE_INFINITY;
}

const compareStarts = (left: SpanNode, right: SpanNode): number => {
  const from = startOf(left);
  const to = startOf(right);
  return from === to ? 0 : from - to; // Infinity - Infinity is no order
};

/** First place in `list[0, end)` whose start is after `startMs`. */
function placeAfter(list: readonly SpanNode[], end: number, startMs: number): number {
  let low = 0;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startOf(list[middle] as SpanNode) > startMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Merges what was appended after `from` into the sorted part before it. O(moved), whatever order it came in. */
function mergeTail(list: SpanNode[], from: number): SpanNode[] {
  const tail = list.slice(from).sort(compareStarts);
  const at = placeAfter(list, from, startOf(tail[0] as SpanNode));
  const rest = list.slice(at, from);
  if (rest.length === 0) return list.length === tail.length ? tail : list.slice(0, from).concat(tail);
  if (startOf(tail[tail.length - 1] as SpanNode) < startOf(rest[0] as SpanNode))
    return list.slice(0, at).concat(tail, rest);
  const merged = list.slice(0, at);
  let left = 0;
  let right = 0;
  while (left < rest.length && right < tail.length) {
    const known = rest[left] as SpanNode;
    const added = tail[right] as SpanNode;
    if (startOf(known) <= startOf(added)) {
      merged.push(known);
      left += 1;
    } else {
      merged.push(added);
      right += 1;
    }
  }
  while (left < rest.length) merged.push(rest[left++] as SpanNode);
  while (right < tail.length) merged.push(tail[right++] as SpanNode);
  return merged;
}

function isTailInOrder(list: readonly SpanNode[], from: number): boolean {
  for (let index = Math.max(1, from); index < list.length; index += 1) {
    if (startOf(list[index] as SpanNode) < startOf(list[index - 1] as SpanNode)) return false;
  }
  return true;
}

function sortList(container: SpanNode, from: number): void {
  if (container.flags & flag.listHoles) {
    const kept = childrenOf(container).filter((child) => child.parent === container);
    setChildren(container, [...new Set(kept)].sort(compareStarts));
    return;
  }
  const { children } = container;
  if (!Array.isArray(children)) return;
  if (container.flags & flag.listBroken) container.children = [...children].sort(compareStarts);
  else if (!isTailInOrder(children, from)) container.children = mergeTail(children, from);
}

/**
 * Puts the lists that changed in this settle in start order, and lets placeholders go that nothing hangs under any more.
 * The top list comes last: a placeholder stands in it where its first child starts.
 */
export function settleLists(run: RunNode): void {
  const { lists, listLengths, root } = run;
  let rootFrom = -1;
  for (let index = 0; index < lists.length; index += 1) {
    const container = lists[index] as SpanNode;
    const from = listLengths[index] as number;
    if (container === root) {
      rootFrom = from;
      continue;
    }
    const first = from > 0 ? firstChildOf(container) : undefined;
    const isBroken = (container.flags & (flag.listBroken | flag.listHoles)) !== 0;
    settleList(container, from);
    if (!(container.flags & flag.placeholder)) continue;
    if (!hasChildren(container)) removePlaceholder(container);
    else if (first !== undefined && (isBroken || firstChildOf(container) !== first)) run.markListBroken(root);
  }
  if (root.flags & flag.listQueued) settleList(root, rootFrom < 0 ? childCountOf(root) : rootFrom);
  run.lists = [];
  run.listLengths = [];
}

function settleList(container: SpanNode, from: number): void {
  sortList(container, from);
  container.flags &= ~(flag.listQueued | flag.listBroken | flag.listHoles);
  container.run.childIds.delete(container);
}

function removePlaceholder(node: SpanNode): void {
  node.run.nodes.delete(node.span.spanId);
  node.run.markListBroken(node.run.root);
  node.run.root.flags |= flag.listHoles;
  node.parent = undefined;
}
