import type { SpanId } from '../../model/ids.ts';
import type { Span } from '../../model/span.ts';
import { inSlices, sortInSlices } from '../slices.ts';

/** A span's place in the tree, as its number in the {@link TreeTable}. 0 stands above the top spans and has no span. */
export type Node = number;
export const ROOT: Node = 0;
export const NONE: Node = -1;

const HIDDEN = 1;
const COLLAPSED = 2;
const noChildren: readonly Node[] = Object.freeze([]);

/**
 * The nodes of a tree, a column a fact: a tree of 50,000 spans is made of a few arrays and not of 50,000 objects, so that it is
 * there within a frame. Numbers are given in order of arrival and not used again.
 */
export class TreeTable {
  size = 1;
  spans: (Span | undefined)[] = [undefined];
  /** Start, epoch ms: what siblings are sorted by. Unknown starts stand last; a parent not received stands at its first child. */
  starts = new Float64Array(64);
  /** Parent as the source says it, a placeholder where that was not received. */
  parents = new Int32Array(64);
  /** The node it is drawn under now; {@link NONE} while it is on the way. */
  places = new Int32Array(64);
  flags = new Uint8Array(64);
  hiddenChildren = new Int32Array(64);
  /** What is drawn under a node, in order. Most have none. */
  private readonly lists: (Node[] | undefined)[] = [undefined];
  /** Ids of nodes without a span: parents that were not received. */
  readonly lostIds = new Map<Node, SpanId>();
  /** The agent that handed off to this one. */
  readonly claimedBy = new Map<Node, Node>();
  /** The agents that one handed off to. */
  readonly targets = new Map<Node, Set<Node>>();
  /** Shown rows before each child, where some children are hidden. Dropped when what is below changes. */
  readonly shownBefore = new Map<Node, Int32Array>();

  constructor() {
    this.starts[ROOT] = Number.NEGATIVE_INFINITY;
    this.parents[ROOT] = NONE;
    this.places[ROOT] = NONE;
  }

  reserve(size: number): void {
    if (size <= this.starts.length) return;
    const room = Math.max(size, this.starts.length * 2);
    const starts = new Float64Array(room);
    starts.set(this.starts);
    this.starts = starts;
    const grow = (list: Int32Array) => {
      const next = new Int32Array(room);
      next.set(list);
      return next;
    };
    this.parents = grow(this.parents);
    this.places = grow(this.places);
    this.hiddenChildren = grow(this.hiddenChildren);
    const flags = new Uint8Array(room);
    flags.set(this.flags);
    this.flags = flags;
  }

  add(span: Span | undefined): Node {
    const node = this.size;
    this.size += 1;
    this.reserve(this.size);
    this.spans[node] = span;
    this.lists[node] = undefined;
    this.starts[node] = startOf(span);
    this.parents[node] = NONE;
    this.places[node] = NONE;
    return node;
  }

  childrenOf(node: Node): readonly Node[] {
    return this.lists[node] ?? noChildren;
  }

  setChildren(node: Node, children: Node[]): void {
    this.lists[node] = children;
  }

  placeOf(node: Node): Node {
    return this.places[node] as Node;
  }

  parentOf(node: Node): Node {
    return this.parents[node] as Node;
  }

  startOf(node: Node): number {
    return this.starts[node] as number;
  }

  /** The layout draws its children in its place. */
  isHidden(node: Node): boolean {
    return ((this.flags[node] as number) & HIDDEN) !== 0;
  }

  setHidden(node: Node, isHidden: boolean): void {
    this.setFlag(node, HIDDEN, isHidden);
  }

  isCollapsed(node: Node): boolean {
    return ((this.flags[node] as number) & COLLAPSED) !== 0;
  }

  setCollapsed(node: Node, isCollapsed: boolean): void {
    this.setFlag(node, COLLAPSED, isCollapsed);
  }

  private setFlag(node: Node, flag: number, isSet: boolean): void {
    const known = this.flags[node] as number;
    this.flags[node] = isSet ? known | flag : known & ~flag;
  }

  hiddenIn(node: Node): number {
    return this.hiddenChildren[node] as number;
  }

  isReceived(node: Node): boolean {
    const span = this.spans[node];
    return span !== undefined && !span.isPlaceholder;
  }

  /** Start order, ties in order of arrival. */
  readonly compare = (a: Node, b: Node): number => {
    const from = this.starts[a] as number;
    const to = this.starts[b] as number;
    return from < to ? -1 : from > to ? 1 : a - b;
  };

  /** Where a node stands, or would stand, among the sorted children of another. O(log n). */
  indexUnder(place: Node, node: Node): number {
    const siblings = this.childrenOf(place);
    let low = 0;
    let high = siblings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(siblings[middle] as Node, node) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export const startOf = (span: Span | undefined): number =>
  span === undefined || span.isPlaceholder ? Number.POSITIVE_INFINITY : (span.startedAtMs ?? Number.POSITIVE_INFINITY);

const FEW = 8;

/** Adds nodes, themselves sorted, to sorted children: O(few x log n) for few or for late ones, else one merge. */
export function insertChildren(table: TreeTable, place: Node, added: readonly Node[]): void {
  const children = table.childrenOf(place) as Node[];
  const first = added[0];
  const last = children[children.length - 1];
  if (first === undefined) return;
  if (last === undefined) table.setChildren(place, [...added]);
  else if (table.compare(last, first) < 0) {
    for (const node of added) children.push(node);
  } else if (added.length <= FEW) {
    for (const node of added) children.splice(table.indexUnder(place, node), 0, node);
  } else {
    const merged: Node[] = [];
    let at = 0;
    for (const node of added) {
      while (at < children.length && table.compare(children[at] as Node, node) < 0) merged.push(children[at++] as Node);
      merged.push(node);
    }
    while (at < children.length) merged.push(children[at++] as Node);
    table.setChildren(place, merged);
  }
}

/** Lists the children of all nodes from their places, each in order, slice by slice. O(n) where spans came in start order. */
export function* listChildren(table: TreeTable, stride: number): Generator<void> {
  const { size, places } = table;
  const counts = new Int32Array(size + 1);
  /** Nodes whose children are too many to be sorted in one go. */
  const wide: Node[] = [];
  yield* inSlices(1, size, stride, (from, to) => {
    for (let node = from; node < to; node += 1) {
      const place = places[node] as Node;
      if (place === NONE) continue;
      const count = counts[place] as number;
      if (count === 0) table.setChildren(place, [node]);
      else (table.childrenOf(place) as Node[]).push(node);
      counts[place] = count + 1;
    }
  });
  yield* inSlices(0, size, stride, (from, to) => {
    for (let node = from; node < to; node += 1) {
      if ((counts[node] as number) < 2 || isInOrder(table, node)) continue;
      if ((counts[node] as number) > stride) wide.push(node);
      else (table.childrenOf(node) as Node[]).sort(table.compare);
    }
  });
  for (const node of wide) {
    table.setChildren(node, yield* sortInSlices(table.childrenOf(node), table.compare, stride));
  }
}

function isInOrder(table: TreeTable, node: Node): boolean {
  const children = table.childrenOf(node);
  for (let at = 1; at < children.length; at += 1) {
    if (table.compare(children[at - 1] as Node, children[at] as Node) > 0) return false;
  }
  return true;
}

/** Rows that a node puts into the list of the row above it: itself, or its children in its place. */
function rowsGiven(table: TreeTable, node: Node): number {
  if (!table.isHidden(node)) return 1;
  if (table.hiddenIn(node) === 0) return table.childrenOf(node).length;
  const before = shownBeforeOf(table, node);
  return before[before.length - 1] as number;
}

/**
 * Shown rows before each child of a node that has hidden children, with the sum at the end. Without recursion: hidden nodes
 * may hang under hidden nodes, as deep as the source likes.
 */
export function shownBeforeOf(table: TreeTable, node: Node): Int32Array {
  const { shownBefore } = table;
  const waiting = [node];
  while (waiting.length > 0) {
    const top = waiting[waiting.length - 1] as Node;
    if (shownBefore.has(top)) {
      waiting.pop();
      continue;
    }
    const children = table.childrenOf(top);
    const missing = children.filter(
      (child) => table.isHidden(child) && table.hiddenIn(child) > 0 && !shownBefore.has(child),
    );
    if (missing.length > 0) {
      waiting.push(...missing);
      continue;
    }
    const before = new Int32Array(children.length + 1);
    for (let at = 0; at < children.length; at += 1) {
      before[at + 1] = (before[at] as number) + rowsGiven(table, children[at] as Node);
    }
    shownBefore.set(top, before);
    waiting.pop();
  }
  return shownBefore.get(node) as Int32Array;
}

/** What is below a node changed: its sums and those of all whose rows it is part of are to be made anew. */
export function forgetSums(table: TreeTable, from: Node): void {
  if (table.shownBefore.size === 0) return;
  for (let node = from; node !== NONE; node = table.placeOf(node)) {
    table.shownBefore.delete(node);
    if (!table.isHidden(node)) return;
  }
}
