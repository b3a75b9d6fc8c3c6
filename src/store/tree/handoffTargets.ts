import { compareNodes, type TreeNode } from './treeNode.ts';

/** Finds the agent that each handoff led to, among the agents that stand beside the one that handed off. */
export interface HandoffTargets {
  /** A handoff or an agent came or changed: its group is looked at again with the next {@link match}. */
  note(node: TreeNode): void;
  /** What stands above handoffs or agents changed: all groups are made anew. */
  regroup(): void;
  /** @returns agents whose `claimedBy` changed */
  match(): TreeNode[];
}

interface Group {
  readonly handoffs: Set<TreeNode>;
  readonly agents: Set<TreeNode>;
}

/** The first node above that the layout shows; the top node when there is none. */
function shownAbove(node: TreeNode): TreeNode | undefined {
  let above = node.parent;
  while (above?.isHidden) above = above.parent;
  return above;
}

function agentAbove(node: TreeNode): TreeNode | undefined {
  let above = node.parent;
  while (above && above.span?.kind !== 'agent') above = above.parent;
  return above;
}

/**
 * A handoff belongs to the agents of its target's name beside the agent that handed off; in start order each takes the
 * latest handoff before it that no other took. O(group) for a group that changed.
 */
export function createHandoffTargets(): HandoffTargets {
  const groups = new Map<string, Group>();
  const groupOf = new Map<TreeNode, string>();
  const changed = new Set<string>();
  /** All handoffs and agents, also those that have no group yet. */
  const members = new Set<TreeNode>();

  const nameOf = (node: TreeNode): string | undefined => {
    const span = node.span;
    const isHandoff = span?.kind === 'handoff';
    const target = isHandoff ? span?.toAgent : span?.kind === 'agent' ? span.name || span.agentName : undefined;
    const beside = isHandoff ? agentAbove(node) : node;
    const scope = target && beside && shownAbove(beside);
    return scope ? `${scope.ordinal}/${target}` : undefined;
  };
  const leave = (node: TreeNode) => {
    const known = groupOf.get(node);
    if (known === undefined) return;
    const group = groups.get(known);
    group?.handoffs.delete(node);
    group?.agents.delete(node);
    groupOf.delete(node);
    changed.add(known);
  };
  const join = (node: TreeNode) => {
    const name = nameOf(node);
    if (name !== groupOf.get(node)) leave(node);
    if (name === undefined) return;
    let group = groups.get(name);
    if (!group) {
      group = { handoffs: new Set(), agents: new Set() };
      groups.set(name, group);
    }
    (node.span?.kind === 'handoff' ? group.handoffs : group.agents).add(node);
    (node.span?.kind === 'handoff' ? group.agents : group.handoffs).delete(node);
    groupOf.set(node, name);
    changed.add(name);
  };
  /** Where an agent that left all groups goes back. */
  const released = new Set<TreeNode>();

  return {
    note(node) {
      const isMember = node.span?.kind === 'handoff' || node.span?.kind === 'agent';
      if (isMember) {
        members.add(node);
        join(node);
      } else if (members.delete(node)) leave(node);
      if (node.claimedBy && !groupOf.has(node)) released.add(node);
    },
    regroup() {
      for (const node of members) {
        join(node);
        if (node.claimedBy && !groupOf.has(node)) released.add(node);
      }
    },
    match() {
      const moved: TreeNode[] = [];
      const claim = (agent: TreeNode, source: TreeNode | undefined) => {
        if (agent.claimedBy === source) return;
        agent.claimedBy?.targets?.delete(agent);
        agent.claimedBy = source;
        if (source) source.targets = (source.targets ?? new Set()).add(agent);
        moved.push(agent);
      };
      for (const agent of released) if (!groupOf.has(agent)) claim(agent, undefined);
      released.clear();
      for (const name of changed) {
        const group = groups.get(name);
        if (!group) continue;
        if (group.agents.size === 0 && group.handoffs.size === 0) groups.delete(name);
        const handoffs = [...group.handoffs].sort(compareNodes);
        const free = [...group.agents].sort(compareNodes);
        const open: TreeNode[] = [];
        let next = 0;
        for (const agent of free) {
          while (next < handoffs.length && (handoffs[next] as TreeNode).startMs <= agent.startMs) {
            open.push(handoffs[next] as TreeNode);
            next += 1;
          }
          const handoff = Number.isFinite(agent.startMs) ? open.pop() : undefined;
          const from = handoff && agentAbove(handoff);
          // An agent that started before its source would turn the tree into a ring.
          const source = from && from !== agent && compareNodes(from, agent) < 0 ? from : undefined;
          claim(agent, source);
        }
      }
      changed.clear();
      return moved;
    },
  };
}
