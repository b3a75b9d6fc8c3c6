import type { SpanId, SpanKey } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';

const noChildren: TreeNode[] = [];

/** A span's place in the tree. Node 0 stands above the top spans and has no span. */
export class TreeNode {
  /** Number in the row sequence. */
  readonly ordinal: number;
  readonly spanId: SpanId;
  readonly key: SpanKey;
  span: Span | undefined = undefined;
  /** Parent as the source says it, a placeholder where that was not received. */
  parent: TreeNode | undefined = undefined;
  /** The agent that handed off to this one. */
  claimedBy: TreeNode | undefined = undefined;
  /** The agents that it handed off to. */
  targets: Set<TreeNode> | undefined = undefined;
  /** The node it is drawn under now; `undefined` while it is on the way. */
  place: TreeNode | undefined = undefined;
  /** What is drawn under it, in order. Shared while empty: most spans are leaves. */
  children: TreeNode[] = noChildren;
  /** Start, epoch ms; what it is sorted by. */
  startMs = Number.POSITIVE_INFINITY;
  /** The layout draws its children in its place. */
  isHidden = false;
  isCollapsed = false;
  /** Spans that name it as parent. */
  claims = 0;
  hiddenChildren = 0;
  /** Shown rows before each child, where some children are hidden. Dropped when what is below changes. */
  shownBefore: Int32Array | undefined = undefined;

  constructor(ordinal: number, spanId: SpanId, key: SpanKey) {
    this.ordinal = ordinal;
    this.spanId = spanId;
    this.key = key;
  }
}

/** Start order, ties in order of arrival, unknown starts last. */
export const compareNodes = (a: TreeNode, b: TreeNode): number =>
  a.startMs < b.startMs ? -1 : a.startMs > b.startMs ? 1 : a.ordinal - b.ordinal;

/** Where a node stands, or would stand, among sorted siblings. O(log n). */
export function indexAmong(siblings: readonly TreeNode[], node: TreeNode): number {
  let low = 0;
  let high = siblings.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareNodes(siblings[middle] as TreeNode, node) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

const FEW = 8;

/** Adds nodes, themselves sorted, to the sorted children: O(few x log n) for few or for late ones, else one merge. */
export function insertChildren(place: TreeNode, added: readonly TreeNode[]): void {
  if (place.children === noChildren) place.children = [];
  const { children } = place;
  const first = added[0];
  const last = children[children.length - 1];
  if (!first) return;
  if (!last || compareNodes(last, first) < 0) {
    for (const node of added) children.push(node);
  } else if (added.length <= FEW) {
    for (const node of added) children.splice(indexAmong(children, node), 0, node);
  } else {
    const merged: TreeNode[] = [];
    let at = 0;
    for (const node of added) {
      while (at < children.length && compareNodes(children[at] as TreeNode, node) < 0)
        merged.push(children[at++] as TreeNode);
      merged.push(node);
    }
    while (at < children.length) merged.push(children[at++] as TreeNode);
    place.children = merged;
  }
}

/** Puts children that were pushed in any order into order. O(n) where they are in order already. */
export function sortChildren(place: TreeNode): void {
  const { children } = place;
  for (let at = 1; at < children.length; at += 1) {
    if (compareNodes(children[at - 1] as TreeNode, children[at] as TreeNode) > 0) {
      children.sort(compareNodes);
      return;
    }
  }
}

export function pushChild(place: TreeNode, node: TreeNode): void {
  if (place.children === noChildren) place.children = [];
  place.children.push(node);
}

/** Rows that a node puts into the list of the row above it: itself, or its children in its place. */
export function rowsGiven(node: TreeNode): number {
  if (!node.isHidden) return 1;
  if (node.hiddenChildren === 0) return node.children.length;
  const before = shownBeforeOf(node);
  return before[before.length - 1] as number;
}

/**
 * Shown rows before each child of a node that has hidden children, with the sum at the end. Without recursion: hidden nodes
 * may hang under hidden nodes, as deep as the source likes.
 */
export function shownBeforeOf(node: TreeNode): Int32Array {
  const waiting = [node];
  while (waiting.length > 0) {
    const top = waiting[waiting.length - 1] as TreeNode;
    if (top.shownBefore) {
      waiting.pop();
      continue;
    }
    const missing = top.children.filter((child) => child.isHidden && child.hiddenChildren > 0 && !child.shownBefore);
    if (missing.length > 0) {
      waiting.push(...missing);
      continue;
    }
    const before = new Int32Array(top.children.length + 1);
    for (let at = 0; at < top.children.length; at += 1) {
      before[at + 1] = (before[at] as number) + rowsGiven(top.children[at] as TreeNode);
    }
    top.shownBefore = before;
    waiting.pop();
  }
  return node.shownBefore as Int32Array;
}

/** What is below a node changed: its sums and those of all whose rows it is part of are to be made anew. */
export function forgetSums(from: TreeNode): void {
  for (let node: TreeNode | undefined = from; node; node = node.place) {
    node.shownBefore = undefined;
    if (!node.isHidden) return;
  }
}
