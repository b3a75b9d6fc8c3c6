import type { RunNode } from './runNode.ts';
import * as flag from './spanFlags.ts';
import { childCountOf, childrenOf, firstChildOf, hasChildren, type SpanNode, setChildren } from './spanNode.ts';

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

/** First place in `list[start, end)` whose start is after `startMs`. */
function placeAfter(list: readonly SpanNode[], start: number, end: number, startMs: number): number {
  let low = start;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (startOf(list[middle] as SpanNode) > startMs) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Merges spans into the sorted part of a list, its first `end`: compares O(added log list), copies O(list). */
function mergeInto(list: readonly SpanNode[], end: number, added: SpanNode[]): SpanNode[] {
  const merged: SpanNode[] = [];
  let left = 0;
  for (const node of added.sort(compareStarts)) {
    const at = placeAfter(list, left, end, startOf(node));
    for (; left < at; left += 1) merged.push(list[left] as SpanNode);
    merged.push(node);
  }
  for (; left < end; left += 1) merged.push(list[left] as SpanNode);
  return merged;
}

function isTailInOrder(list: readonly SpanNode[], from: number): boolean {
  for (let index = Math.max(1, from); index < list.length; index += 1) {
    if (startOf(list[index] as SpanNode) < startOf(list[index - 1] as SpanNode)) return false;
  }
  return true;
}

function sortList(container: SpanNode, from: number): void {
  const { children } = container;
  if (container.flags & flag.listBroken) setChildren(container, mendList(container, from));
  else if (Array.isArray(children) && !isTailInOrder(children, from)) {
    container.children = mergeInto(children, from, children.slice(from));
  }
}

/** Takes out what left or starts at another time, and puts in what came or starts anew. */
function mendList(container: SpanNode, from: number): SpanNode[] {
  const kept: SpanNode[] = [];
  const added = new Set<SpanNode>();
  for (const [index, child] of childrenOf(container).entries()) {
    if (child.parent !== container) continue;
    if (index < from && !(child.flags & flag.displaced)) kept.push(child);
    else added.add(child);
  }
  for (const child of added) child.flags &= ~flag.displaced;
  return mergeInto(kept, kept.length, [...added]);
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
    const isBroken = (container.flags & flag.listBroken) !== 0;
    settleList(container, from);
    if (!(container.flags & flag.placeholder)) continue;
    if (!hasChildren(container)) removePlaceholder(container);
    else if (first !== undefined && (isBroken || firstChildOf(container) !== first)) run.displace(container);
  }
  if (root.flags & flag.listQueued) settleList(root, rootFrom < 0 ? childCountOf(root) : rootFrom);
  run.lists = [];
  run.listLengths = [];
}

function settleList(container: SpanNode, from: number): void {
  sortList(container, from);
  container.flags &= ~(flag.listQueued | flag.listBroken);
  container.run.childIds.delete(container);
}

function removePlaceholder(node: SpanNode): void {
  node.run.nodes.delete(node);
  node.run.displace(node);
  node.parent = undefined;
}
