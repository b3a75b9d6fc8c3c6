import type { SpanId } from '../../model/ids.ts';
import {
  AMOUNT_COUNT,
  type Amounts,
  closeOf,
  createRowSequence,
  IS_ERROR,
  IS_ROW,
  openOf,
  type RowSequence,
  writeAmounts,
} from './rowSequence.ts';
import {
  compareNodes,
  forgetSums,
  indexAmong,
  insertChildren,
  pushChild,
  shownBeforeOf,
  sortChildren,
  TreeNode,
} from './treeNode.ts';

/** The nodes as they are drawn: who stands under whom, in which order, what is collapsed. Knows no span fields. */
export interface TreeShape {
  readonly root: TreeNode;
  readonly rows: RowSequence;
  /** Takes a node from its place; it waits with all that is below it until {@link settle}. */
  uproot(node: TreeNode): void;
  /** A new node waits for its place. */
  add(node: TreeNode): void;
  /** Removes a node that has nothing below it. */
  remove(node: TreeNode): void;
  setHidden(node: TreeNode, isHidden: boolean): void;
  /** What it counts for changed. */
  setFacts(node: TreeNode): void;
  setCollapsed(node: TreeNode, isCollapsed: boolean): void;
  /** Nodes that wait. */
  readonly waiting: ReadonlySet<TreeNode>;
  /** Puts all that wait under `placeOf` them, in order. */
  settle(placeOf: (node: TreeNode) => TreeNode): void;
  /** Makes all anew from nodes that have no place yet. O(n), sorts where siblings are out of order. */
  build(
    nodes: readonly TreeNode[],
    placeOf: (node: TreeNode) => TreeNode,
    isCollapsed: (node: TreeNode, level: number) => boolean,
  ): void;
  /** The row above, over hidden nodes; the root for top rows. */
  rowAbove(node: TreeNode): TreeNode;
  posInSet(node: TreeNode): number;
  setSize(rowAbove: TreeNode): number;
}

export interface NodeFacts {
  /** Whether a node counts as an error. */
  readonly isError: (node: TreeNode) => boolean;
  /** What it adds to the sums of all that it stands under. */
  readonly amountsOf: (node: TreeNode) => Amounts | undefined;
}

export function createTreeShape({ isError, amountsOf }: NodeFacts): TreeShape {
  const root = new TreeNode(0, '' as SpanId, '' as TreeNode['key']);
  const rows = createRowSequence();
  rows.create(0);
  const waiting = new Set<TreeNode>();
  /** Lists that hold nodes which left: cleaned once, at settle. */
  const left = new Set<TreeNode>();

  const noAmounts: Amounts = { costNanoUsd: 0, turnCostNanoUsd: 0, unpricedCalls: 0 };
  const rowAbove = (node: TreeNode): TreeNode => {
    let above = node.place ?? root;
    while (above.isHidden && above.place) above = above.place;
    return above;
  };
  const cleanLists = () => {
    for (const place of left) place.children = place.children.filter((child) => child.place === place);
    left.clear();
  };
  const attach = (place: TreeNode, nodes: TreeNode[]) => {
    nodes.sort(compareNodes);
    insertChildren(place, nodes);
    const hiddenBy = rows.hiddenBy(place.ordinal) + (place.isCollapsed ? 1 : 0);
    for (const node of nodes) {
      const at = indexAmong(place.children, node);
      const before = at === 0 ? undefined : place.children[at - 1];
      rows.insertAfter(before ? closeOf(before.ordinal) : openOf(place.ordinal), node.ordinal, hiddenBy);
      if (node.isHidden) place.hiddenChildren += 1;
      node.place = place;
    }
    forgetSums(place);
  };

  return {
    root,
    rows,
    waiting,
    rowAbove,
    add(node) {
      rows.create(node.ordinal);
      rows.mark(node.ordinal, !node.isHidden, isError(node));
      const amounts = amountsOf(node);
      if (amounts) rows.setAmounts(node.ordinal, amounts);
      waiting.add(node);
    },
    uproot(node) {
      const { place } = node;
      if (!place) return;
      forgetSums(place);
      if (node.isHidden) place.hiddenChildren -= 1;
      node.place = undefined;
      left.add(place);
      rows.detach(node.ordinal);
      waiting.add(node);
    },
    remove(node) {
      this.uproot(node);
      waiting.delete(node);
    },
    setHidden(node, isHidden) {
      if (node.isHidden === isHidden) return;
      if (node.place) {
        forgetSums(node.place);
        node.place.hiddenChildren += isHidden ? 1 : -1;
      }
      node.shownBefore = undefined;
      if (isHidden) this.setCollapsed(node, false);
      node.isHidden = isHidden;
      rows.mark(node.ordinal, !isHidden, isError(node));
    },
    setFacts(node) {
      rows.mark(node.ordinal, !node.isHidden, isError(node));
      rows.setAmounts(node.ordinal, amountsOf(node) ?? noAmounts);
    },
    setCollapsed(node, isCollapsed) {
      if (node.isCollapsed === isCollapsed) return;
      node.isCollapsed = isCollapsed;
      rows.hideContent(node.ordinal, isCollapsed ? 1 : -1);
    },
    settle(placeOf) {
      cleanLists();
      const groups = new Map<TreeNode, TreeNode[]>();
      for (const node of waiting) {
        const place = placeOf(node);
        const group = groups.get(place);
        if (group) group.push(node);
        else groups.set(place, [node]);
      }
      waiting.clear();
      for (const [place, nodes] of groups) {
        // The fold cuts rings; one that slipped through goes to the top, where it does no harm.
        const isRing = (node: TreeNode) => place !== root && rows.areJoined(place.ordinal, node.ordinal);
        const rings = nodes.filter(isRing);
        if (rings.length > 0) attach(root, rings);
        const sound = rings.length === 0 ? nodes : nodes.filter((node) => !node.place);
        if (sound.length > 0) attach(place, sound);
      }
    },
    build(nodes, placeOf, isCollapsed) {
      waiting.clear();
      left.clear();
      root.children = [];
      root.hiddenChildren = 0;
      root.shownBefore = undefined;
      const marks = new Uint8Array(nodes.reduce((most, node) => Math.max(most, node.ordinal), 0) + 1);
      const amounts = new Float64Array(marks.length * AMOUNT_COUNT);
      for (const node of nodes) {
        const place = placeOf(node);
        node.place = place;
        pushChild(place, node);
        if (node.isHidden) place.hiddenChildren += 1;
        const own = amountsOf(node);
        if (own) writeAmounts(amounts, node.ordinal, own);
        marks[node.ordinal] = (node.isHidden ? 0 : IS_ROW) | (isError(node) ? IS_ERROR : 0);
      }
      sortChildren(root);
      for (const node of nodes) if (node.children.length > 1) sortChildren(node);
      const entries = new Int32Array((nodes.length + 1) * 2);
      const hiding = new Int32Array(entries.length);
      let at = 1;
      let hide = 0;
      let level = 0;
      const stack: TreeNode[] = [root];
      const cursors: number[] = [0];
      while (stack.length > 0) {
        const top = stack[stack.length - 1] as TreeNode;
        const cursor = cursors[cursors.length - 1] as number;
        const child = top.children[cursor];
        if (child) {
          cursors[cursors.length - 1] = cursor + 1;
          if (!child.isHidden) level += 1;
          child.isCollapsed = !child.isHidden && isCollapsed(child, level);
          entries[at] = openOf(child.ordinal);
          hiding[at] = hide;
          at += 1;
          if (child.isCollapsed) hide += 1;
          stack.push(child);
          cursors.push(0);
        } else {
          stack.pop();
          cursors.pop();
          if (top.isCollapsed) hide -= 1;
          if (!top.isHidden) level -= 1;
          entries[at] = closeOf(top.ordinal);
          hiding[at] = hide;
          at += 1;
        }
      }
      rows.build(entries.subarray(0, at), hiding, marks, amounts);
      // Only a ring could be out of reach, and the fold cuts those: it stays known and not shown.
      if (at < entries.length)
        for (const node of nodes) if (!rows.areJoined(0, node.ordinal)) rows.create(node.ordinal);
    },
    posInSet(node) {
      let position = 1;
      let from = node;
      for (let place = node.place; place; place = place.place) {
        const at = indexAmong(place.children, from);
        position += place.hiddenChildren === 0 ? at : (shownBeforeOf(place)[at] as number);
        if (!place.isHidden) break;
        from = place;
      }
      return position;
    },
    setSize: (above) =>
      above.hiddenChildren === 0 ? above.children.length : (shownBeforeOf(above)[above.children.length] as number),
  };
}
