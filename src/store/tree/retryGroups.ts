import type { Node, TreeTable } from './treeTable.ts';

/** Counts the tries of the same call: spans of one name and kind under one parent that say which attempt they are. */
export interface RetryGroups {
  /** Counts a node in, or anew. @returns whether a row's label may have changed */
  note(node: Node): boolean;
  /** `undefined` where there was only one try. */
  attemptsOf(node: Node): number | undefined;
}

interface Group {
  count: number;
  /** Highest attempt that was said; it never falls. */
  highest: number;
}

export function createRetryGroups(table: TreeTable): RetryGroups {
  const groups = new Map<string, Group>();
  const groupOf = new Map<Node, string>();
  return {
    note(node) {
      const span = table.spans[node];
      const name = span?.attempt === undefined ? undefined : `${table.parentOf(node)}/${span.kind}/${span.name}`;
      const known = groupOf.get(node);
      if (name === undefined && known === undefined) return false;
      if (known !== undefined && known !== name) {
        const left = groups.get(known);
        if (left) left.count -= 1;
        groupOf.delete(node);
      }
      if (name === undefined) return true;
      let group = groups.get(name);
      if (!group) {
        group = { count: 0, highest: 0 };
        groups.set(name, group);
      }
      const before = group.count + group.highest;
      if (known !== name) group.count += 1;
      groupOf.set(node, name);
      group.highest = Math.max(group.highest, span?.attempt ?? 0);
      return known !== name || before !== group.count + group.highest;
    },
    attemptsOf(node) {
      const name = groupOf.get(node);
      const group = name === undefined ? undefined : groups.get(name);
      const attempts = group ? Math.max(group.count, group.highest) : 0;
      return attempts > 1 ? attempts : undefined;
    },
  };
}
