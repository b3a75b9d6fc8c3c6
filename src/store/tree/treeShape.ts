import type { LoadedFacts } from './loadedFacts.ts';
import { type Amounts, closeOf, createRowSequence, openOf, type RowSequence } from './rowSequence.ts';
import {
  forgetSums,
  insertChildren,
  listChildren,
  NONE,
  type Node,
  ROOT,
  shownBeforeOf,
  type TreeTable,
} from './treeTable.ts';

/** The nodes as they are drawn: who stands under whom, in which order, what is collapsed. Knows no span fields. */
export interface TreeShape {
  readonly rows: RowSequence;
  /** Takes a node from its place; it waits with all that is below it until {@link settle}. */
  uproot(node: Node): void;
  /** A new node waits for its place. */
  add(node: Node): void;
  /** Removes a node that has nothing below it. */
  remove(node: Node): void;
  setHidden(node: Node, isHidden: boolean): void;
  /** What it counts for changed. */
  setFacts(node: Node): void;
  setCollapsed(node: Node, isCollapsed: boolean): void;
  readonly isSettled: boolean;
  /** Puts all that wait under `placeOf` them, in order. */
  settle(placeOf: (node: Node) => Node): void;
  /** Makes all anew from the places in the table, slice by slice. O(n), sorts where siblings are out of order. */
  build(facts: LoadedFacts, isCollapsed: (node: Node, level: number) => boolean, stride: number): Generator<void>;
  /** The row above, over hidden nodes; the root for top rows. */
  rowAbove(node: Node): Node;
  posInSet(node: Node): number;
  setSize(rowAbove: Node): number;
}

export interface NodeFacts {
  /** Whether a node counts as an error. */
  readonly isError: (node: Node) => boolean;
  /** What it adds to the sums of all that it stands under. */
  readonly amountsOf: (node: Node) => Amounts | undefined;
}

const noAmounts: Amounts = { costNanoUsd: 0, turnCostNanoUsd: 0, unpricedCalls: 0 };

export function createTreeShape(table: TreeTable, { isError, amountsOf }: NodeFacts): TreeShape {
  const rows = createRowSequence();
  rows.create(ROOT);
  const waiting = new Set<Node>();
  /** Lists that hold nodes which left: cleaned once, at settle. */
  const left = new Set<Node>();

  const rowAbove = (node: Node): Node => {
    let above = Math.max(ROOT, table.placeOf(node));
    while (table.isHidden(above) && table.placeOf(above) !== NONE) above = table.placeOf(above);
    return above;
  };
  const cleanLists = () => {
    for (const place of left) {
      table.setChildren(
        place,
        table.childrenOf(place).filter((child) => table.placeOf(child) === place),
      );
    }
    left.clear();
  };
  const attach = (place: Node, nodes: Node[]) => {
    nodes.sort(table.compare);
    insertChildren(table, place, nodes);
    const siblings = table.childrenOf(place);
    const hiddenBy = rows.hiddenBy(place) + (table.isCollapsed(place) ? 1 : 0);
    for (const node of nodes) {
      const before = siblings[table.indexUnder(place, node) - 1];
      rows.insertAfter(before === undefined ? openOf(place) : closeOf(before), node, hiddenBy);
      if (table.isHidden(node)) table.hiddenChildren[place] = table.hiddenIn(place) + 1;
      table.places[node] = place;
    }
    forgetSums(table, place);
  };
  const uproot = (node: Node) => {
    const place = table.placeOf(node);
    if (place === NONE) return;
    forgetSums(table, place);
    if (table.isHidden(node)) table.hiddenChildren[place] = table.hiddenIn(place) - 1;
    table.places[node] = NONE;
    left.add(place);
    rows.detach(node);
    waiting.add(node);
  };
  const setCollapsed = (node: Node, isCollapsed: boolean) => {
    if (table.isCollapsed(node) === isCollapsed) return;
    table.setCollapsed(node, isCollapsed);
    rows.hideContent(node, isCollapsed ? 1 : -1);
  };

  return {
    rows,
    rowAbove,
    uproot,
    setCollapsed,
    get isSettled() {
      return waiting.size === 0;
    },
    add(node) {
      rows.create(node);
      rows.mark(node, !table.isHidden(node), isError(node));
      const amounts = amountsOf(node);
      if (amounts) rows.setAmounts(node, amounts);
      waiting.add(node);
    },
    remove(node) {
      uproot(node);
      waiting.delete(node);
    },
    setHidden(node, isHidden) {
      if (table.isHidden(node) === isHidden) return;
      const place = table.placeOf(node);
      if (place !== NONE) {
        forgetSums(table, place);
        table.hiddenChildren[place] = table.hiddenIn(place) + (isHidden ? 1 : -1);
      }
      table.shownBefore.delete(node);
      if (isHidden) setCollapsed(node, false);
      table.setHidden(node, isHidden);
      rows.mark(node, !isHidden, isError(node));
    },
    setFacts(node) {
      rows.mark(node, !table.isHidden(node), isError(node));
      rows.setAmounts(node, amountsOf(node) ?? noAmounts);
    },
    settle(placeOf) {
      cleanLists();
      const groups = new Map<Node, Node[]>();
      for (const node of waiting) {
        const place = placeOf(node);
        const group = groups.get(place);
        if (group) group.push(node);
        else groups.set(place, [node]);
      }
      waiting.clear();
      for (const [place, nodes] of groups) {
        // The fold cuts rings; one that slipped through goes to the top, where it does no harm.
        const isRing = (node: Node) => place !== ROOT && rows.areJoined(place, node);
        const rings = nodes.filter(isRing);
        if (rings.length > 0) attach(ROOT, rings);
        const sound = rings.length === 0 ? nodes : nodes.filter((node) => table.placeOf(node) === NONE);
        if (sound.length > 0) attach(place, sound);
      }
    },
    *build(facts, isCollapsed, stride) {
      waiting.clear();
      left.clear();
      table.shownBefore.clear();
      const { size, places } = table;
      table.hiddenChildren.fill(0);
      for (let node = 1; node < size; node += 1) {
        const place = places[node] as Node;
        if (place !== NONE && table.isHidden(node)) table.hiddenChildren[place] = table.hiddenIn(place) + 1;
      }
      yield* listChildren(table, stride);
      const brackets = createBrackets(table, isCollapsed);
      while (brackets.write(stride)) yield;
      const { entries, hiding, count } = brackets;
      yield* rows.build(entries.subarray(0, count), hiding, facts, stride);
      if (count === entries.length) return;
      // Not read yet; or a ring, which the fold cuts: it stays known and not shown.
      const reached = new Uint8Array(size);
      for (let at = 0; at < count; at += 1) reached[(entries[at] as number) >> 1] = 1;
      for (let node = 1; node < size; node += 1) if (!reached[node]) rows.create(node);
    },
    posInSet(node) {
      let position = 1;
      let from = node;
      for (let place = table.placeOf(node); place !== NONE; place = table.placeOf(place)) {
        const at = table.indexUnder(place, from);
        position += table.hiddenIn(place) === 0 ? at : (shownBeforeOf(table, place)[at] as number);
        if (!table.isHidden(place)) break;
        from = place;
      }
      return position;
    },
    setSize(above) {
      const { length } = table.childrenOf(above);
      return table.hiddenIn(above) === 0 ? length : (shownBeforeOf(table, above)[length] as number);
    },
  };
}

/** The brackets of the whole tree in order, and how many collapsed nodes enclose each. Walks with a stack of its own. */
function createBrackets(table: TreeTable, isCollapsed: (node: Node, level: number) => boolean) {
  const entries = new Int32Array(table.size * 2);
  const hiding = new Int32Array(entries.length);
  let count = 1;
  let hide = 0;
  let level = 0;
  const stack: Node[] = [ROOT];
  const cursors: number[] = [0];
  return {
    entries,
    hiding,
    /** Entries that are written. */
    get count() {
      return count;
    },
    /** Writes so many on. @returns whether there is more to write */
    write(most: number): boolean {
      const end = count + most;
      while (stack.length > 0 && count < end) {
        const top = stack[stack.length - 1] as Node;
        const children = table.childrenOf(top);
        const cursor = cursors[cursors.length - 1] as number;
        if (cursor < children.length) {
          const child = children[cursor] as Node;
          const isRow = !table.isHidden(child);
          cursors[cursors.length - 1] = cursor + 1;
          if (isRow) level += 1;
          const folds = isRow && isCollapsed(child, level);
          table.setCollapsed(child, folds);
          entries[count] = openOf(child);
          hiding[count] = hide;
          count += 1;
          if (folds) hide += 1;
          stack.push(child);
          cursors.push(0);
        } else {
          stack.pop();
          cursors.pop();
          if (table.isCollapsed(top)) hide -= 1;
          if (!table.isHidden(top)) level -= 1;
          entries[count] = closeOf(top);
          hiding[count] = hide;
          count += 1;
        }
      }
      return stack.length > 0;
    },
  };
}
