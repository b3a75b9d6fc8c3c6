import type { Span } from '../../model/span.ts';
import { NONE, type Node, type TreeTable } from './treeTable.ts';

/** Finds the agent that each handoff led to, among the agents that stand beside the one that handed off. */
export interface HandoffTargets {
  /** A handoff or an agent came or changed: its group is looked at again with the next {@link match}. */
  note(node: Node, before: Span | undefined): void;
  /** What stands above handoffs or agents changed: all groups are made anew. */
  regroup(): void;
  /** @returns agents that another one claims now */
  match(): Node[];
}

interface Group {
  readonly handoffs: Set<Node>;
  readonly agents: Set<Node>;
}

/**
 * A handoff belongs to the agents of its target's name beside the agent that handed off; in start order each takes the
 * latest handoff before it that no other took. O(group) for a group that changed.
 */
export function createHandoffTargets(table: TreeTable): HandoffTargets {
  const groups = new Map<string, Group>();
  const groupOf = new Map<Node, string>();
  const changed = new Set<string>();
  /** All handoffs and agents, also those that have no group yet. */
  const members = new Set<Node>();
  let handoffCount = 0;
  /** Claimed agents that left all groups: they go back. */
  const released = new Set<Node>();

  /** The first node above that the layout shows; the root when there is none. */
  const shownAbove = (node: Node): Node => {
    let above = table.parentOf(node);
    while (above !== NONE && table.isHidden(above)) above = table.parentOf(above);
    return above;
  };
  const agentAbove = (node: Node): Node => {
    let above = table.parentOf(node);
    while (above !== NONE && table.spans[above]?.kind !== 'agent') above = table.parentOf(above);
    return above;
  };
  const nameOf = (node: Node): string | undefined => {
    const span = table.spans[node];
    const isHandoff = span?.kind === 'handoff';
    const target = isHandoff ? span?.toAgent : span?.kind === 'agent' ? span.name || span.agentName : undefined;
    const beside = isHandoff ? agentAbove(node) : node;
    if (!target || beside === NONE) return undefined;
    return `${shownAbove(beside)}/${target}`;
  };
  const leave = (node: Node) => {
    const known = groupOf.get(node);
    if (known === undefined) return;
    const group = groups.get(known);
    group?.handoffs.delete(node);
    group?.agents.delete(node);
    groupOf.delete(node);
    changed.add(known);
  };
  const join = (node: Node) => {
    const name = nameOf(node);
    if (name !== groupOf.get(node)) leave(node);
    if (name === undefined) {
      if (table.claimedBy.has(node)) released.add(node);
      return;
    }
    let group = groups.get(name);
    if (!group) {
      group = { handoffs: new Set(), agents: new Set() };
      groups.set(name, group);
    }
    const isHandoff = table.spans[node]?.kind === 'handoff';
    (isHandoff ? group.handoffs : group.agents).add(node);
    (isHandoff ? group.agents : group.handoffs).delete(node);
    groupOf.set(node, name);
    changed.add(name);
  };
  const regroup = () => {
    if (handoffCount > 0) for (const node of members) join(node);
  };

  return {
    note(node, before) {
      const kind = table.spans[node]?.kind;
      if (before?.kind === 'handoff') handoffCount -= 1;
      if (kind === 'handoff') handoffCount += 1;
      if (kind === 'handoff' || kind === 'agent') {
        const isFirst = kind === 'handoff' && handoffCount === 1 && before?.kind !== 'handoff';
        members.add(node);
        // Most runs hand nothing off: their agents are not grouped.
        if (isFirst) regroup();
        else if (handoffCount > 0 || groupOf.has(node)) join(node);
      } else if (members.delete(node)) {
        leave(node);
        if (table.claimedBy.has(node)) released.add(node);
      }
    },
    regroup,
    match() {
      const moved: Node[] = [];
      const claim = (agent: Node, source: Node | undefined) => {
        const known = table.claimedBy.get(agent);
        if (known === source) return;
        if (known !== undefined) table.targets.get(known)?.delete(agent);
        if (source === undefined) table.claimedBy.delete(agent);
        else {
          table.claimedBy.set(agent, source);
          const targets = table.targets.get(source) ?? new Set();
          table.targets.set(source, targets.add(agent));
        }
        moved.push(agent);
      };
      for (const agent of released) if (!groupOf.has(agent)) claim(agent, undefined);
      released.clear();
      for (const name of changed) {
        const group = groups.get(name);
        if (!group) continue;
        if (group.agents.size === 0 && group.handoffs.size === 0) groups.delete(name);
        const handoffs = [...group.handoffs].sort(table.compare);
        const open: Node[] = [];
        let next = 0;
        for (const agent of [...group.agents].sort(table.compare)) {
          const startMs = table.startOf(agent);
          while (next < handoffs.length && table.startOf(handoffs[next] as Node) <= startMs) {
            open.push(handoffs[next] as Node);
            next += 1;
          }
          const handoff = Number.isFinite(startMs) ? open.pop() : undefined;
          const from = handoff === undefined ? NONE : agentAbove(handoff);
          // An agent that started before its source would turn the tree into a ring.
          claim(agent, from !== NONE && from !== agent && table.compare(from, agent) < 0 ? from : undefined);
        }
      }
      changed.clear();
      return moved;
    },
  };
}
