import { NONE, type Node, type TreeTable } from './treeTable.ts';

/** Parents that were named and not received: they stand where their first child does, and go when nobody names them any more. */
export interface LostParents {
  add(node: Node): void;
  /** It was received. */
  delete(node: Node): void;
  /** A child came, went or changed its start. */
  noteChild(parent: Node, change: 1 | 0 | -1): void;
  /** Sets the starts of all, from the children that name them; for a tree that is made anew. @param size - nodes received */
  place(size: number): void;
  /** Those that nobody names any more. */
  takeEmpty(): Node[];
  /** Those whose first child changed, with its start. */
  takeMoved(): [node: Node, startMs: number][];
}

export function createLostParents(table: TreeTable): LostParents {
  /** How many spans name each. */
  const claims = new Map<Node, number>();
  const changed = new Set<Node>();
  return {
    add: (node) => void claims.set(node, 0),
    delete: (node) => void claims.delete(node),
    noteChild(parent, change) {
      const count = claims.size === 0 ? undefined : claims.get(parent);
      if (count === undefined) return;
      claims.set(parent, count + change);
      changed.add(parent);
    },
    place(size) {
      changed.clear();
      if (claims.size === 0) return;
      for (let node = 1; node < size; node += 1) {
        const parent = table.parentOf(node);
        if (parent === NONE || !claims.has(parent)) continue;
        table.starts[parent] = Math.min(table.startOf(parent), table.startOf(node));
      }
    },
    takeEmpty() {
      const empty = [...changed].filter((node) => claims.get(node) === 0 && table.childrenOf(node).length === 0);
      for (const node of empty) {
        claims.delete(node);
        changed.delete(node);
      }
      return empty;
    },
    takeMoved() {
      const moved: [Node, number][] = [];
      for (const node of changed) {
        const first = table.childrenOf(node)[0];
        const startMs = first === undefined ? Number.POSITIVE_INFINITY : table.startOf(first);
        if (claims.has(node) && startMs !== table.startOf(node)) moved.push([node, startMs]);
      }
      changed.clear();
      return moved;
    },
  };
}
