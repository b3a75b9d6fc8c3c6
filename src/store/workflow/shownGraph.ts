import type { Contribution } from './contribution.ts';
import { type GraphRef, refAt } from './graphRefs.ts';
import type { SpanPlaces } from './spanPlaces.ts';
import { areEdgesEqual, areNodesEqual, Tally } from './tally.ts';
import {
  type GraphEdge,
  type GraphEdgeActivity,
  type GraphLevel,
  type GraphNode,
  type GraphNodeActivity,
  type GraphRelation,
  type GraphTopology,
  idleEdge,
  idleNode,
} from './types.ts';

interface ShownNode {
  readonly id: string;
  readonly ref: GraphRef;
  /** Full refs that stand here, and how often each is used. */
  readonly members: Map<GraphRef, number>;
  readonly tally: Tally;
  readonly handoffsIn: Set<ShownEdge>;
  activity: GraphNodeActivity;
}

interface ShownEdge {
  readonly id: string;
  readonly from: ShownNode;
  readonly to: ShownNode;
  readonly relation: GraphRelation;
  label: string | undefined;
  isDeclared: boolean;
  readonly tally: Tally;
  /** Agents that stand under the one that handed off to them: the handoffs are what is counted. */
  readonly nested: Tally;
  activity: GraphEdgeActivity;
}

const tallyOf = (edge: ShownEdge, { relation, from }: Contribution): Tally =>
  relation === 'agent-tool' && from?.kind === 'agent' ? edge.nested : edge.tally;

/** The graph at one level: what is drawn, and what happened there. Changes cost what they change. */
export interface ShownGraph {
  add(contribution: Contribution): void;
  remove(contribution: Contribution, next?: Contribution): void;
  /** @returns what changed since the last call: ids of nodes and edges, and whether any came or went */
  settle(): {
    readonly nodeIds: readonly string[];
    readonly edgeIds: readonly string[];
    readonly isRestructured: boolean;
  };
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Nodes that would be left if namesakes were one. */
  readonly namesakeCount: number;
  readTopology(): GraphTopology;
  idOf(member: GraphRef): string | undefined;
  getNode(id: string): GraphNodeActivity;
  getEdge(id: string): GraphEdgeActivity;
}

/** Ids of nodes and edges, kept over levels and rebuilds so that what was placed stays placed. */
export interface GraphIds {
  ofNode(ref: GraphRef, member: GraphRef): string;
  ofEdge(from: string, to: string, relation: GraphRelation): string;
}

export function createGraphIds(): GraphIds {
  const ids = new Map<string, string>();
  const make = (key: string, prefix: string, inherited?: string): string => {
    let id = ids.get(key);
    if (id === undefined) {
      id = inherited ?? `${prefix}${ids.size + 1}`;
      ids.set(key, id);
    }
    return id;
  };
  return {
    // A group takes over the id, and with it the place, of its first member.
    ofNode: (ref, member) => make(ref.key, 'n', ref === member ? undefined : ids.get(member.key)),
    ofEdge: (from, to, relation) => make(`${from}>${to}>${relation}`, 'e'),
  };
}

export interface ShownGraphOptions {
  readonly level: GraphLevel;
  readonly places: SpanPlaces;
  readonly ids: GraphIds;
  readonly isOneRun: boolean;
}

export function createShownGraph({ level, places, ids, isOneRun }: ShownGraphOptions): ShownGraph {
  const nodeByRef = new Map<GraphRef, ShownNode>();
  const nodeById = new Map<string, ShownNode>();
  const edgeById = new Map<string, ShownEdge>();
  const namesakes = new Map<GraphRef, number>();
  const dirtyNodes = new Set<ShownNode>();
  const dirtyEdges = new Set<ShownEdge>();
  let isRestructured = true;

  const isInnerOf = (node: ShownNode) => (contribution: Contribution) =>
    level === 'agents' && contribution.node !== undefined && contribution.node !== node.ref;

  const hold = (member: GraphRef): ShownNode => {
    const ref = refAt(member, level);
    let node = nodeByRef.get(ref);
    if (!node) {
      const id = ids.ofNode(ref, member);
      node = { id, ref, members: new Map(), tally: new Tally(), handoffsIn: new Set(), activity: idleNode };
      nodeByRef.set(ref, node);
      nodeById.set(id, node);
      isRestructured = true;
    }
    const uses = node.members.get(member) ?? 0;
    node.members.set(member, uses + 1);
    if (uses === 0) {
      namesakes.set(member.grouped, (namesakes.get(member.grouped) ?? 0) + 1);
      isRestructured = true;
    }
    return node;
  };
  const release = (member: GraphRef): void => {
    const node = nodeByRef.get(refAt(member, level));
    const uses = (node?.members.get(member) ?? 0) - 1;
    if (!node || uses < 0) return;
    if (uses > 0) {
      node.members.set(member, uses);
      return;
    }
    node.members.delete(member);
    const others = (namesakes.get(member.grouped) ?? 1) - 1;
    if (others > 0) namesakes.set(member.grouped, others);
    else namesakes.delete(member.grouped);
    isRestructured = true;
    if (node.members.size > 0) return;
    nodeByRef.delete(node.ref);
    nodeById.delete(node.id);
    dirtyNodes.delete(node);
  };

  const findEdge = (from: ShownNode, to: ShownNode, relation: GraphRelation): ShownEdge | undefined => {
    if (from === to) return undefined;
    const declared = edgeById.get(ids.ofEdge(from.id, to.id, 'flow'));
    if (declared) return declared;
    const id = ids.ofEdge(from.id, to.id, relation);
    let edge = edgeById.get(id);
    if (!edge) {
      edge = {
        id,
        from,
        to,
        relation,
        label: undefined,
        isDeclared: false,
        tally: new Tally(),
        nested: new Tally(),
        activity: idleEdge,
      };
      edgeById.set(id, edge);
      if (relation === 'handoff') to.handoffsIn.add(edge);
      isRestructured = true;
    }
    return edge;
  };
  const dropEdge = (edge: ShownEdge) => {
    edgeById.delete(edge.id);
    edge.to.handoffsIn.delete(edge);
    dirtyEdges.delete(edge);
    isRestructured = true;
  };

  for (const ref of places.declaredRefs) hold(ref);
  for (const { from, to, label } of places.declaredEdges) {
    const source = nodeByRef.get(refAt(from, level));
    const target = nodeByRef.get(refAt(to, level));
    if (!source || !target || source === target) continue;
    const edge = findEdge(source, target, 'flow');
    if (!edge) continue;
    edge.isDeclared = true;
    edge.label ??= label;
    if (source.ref.kind === 'agent' && target.ref.kind === 'agent') target.handoffsIn.add(edge);
  }

  const touch = (node: ShownNode | undefined) => {
    if (!node) return;
    dirtyNodes.add(node);
    for (const edge of node.handoffsIn) dirtyEdges.add(edge);
  };
  const nodeOf = (ref: GraphRef | undefined) => (ref ? nodeByRef.get(refAt(ref, level)) : undefined);

  const add = (contribution: Contribution) => {
    const { node, from, to, relation } = contribution;
    const source = from && hold(from);
    const target = to && hold(to);
    const place = node && nodeOf(node);
    if (place) {
      place.tally.add(contribution, isInnerOf(place)(contribution));
      touch(place);
    }
    const edge = source && target && findEdge(source, target, relation);
    if (edge) {
      tallyOf(edge, contribution).add(contribution, false);
      dirtyEdges.add(edge);
    }
  };
  const remove = (contribution: Contribution, next?: Contribution) => {
    const { node, from, to, relation } = contribution;
    const place = nodeOf(node);
    if (place) {
      const isSamePlace = next !== undefined && nodeOf(next.node) === place;
      place.tally.remove(contribution, isInnerOf(place)(contribution), isSamePlace ? next : undefined);
      touch(place);
    }
    const source = nodeOf(from);
    const target = nodeOf(to);
    const edge = source && target && findEdge(source, target, relation);
    if (edge) {
      const isSameWay = next !== undefined && next.from === from && next.to === to && next.relation === relation;
      tallyOf(edge, contribution).remove(contribution, false, isSameWay ? next : undefined);
      dirtyEdges.add(edge);
      if (edge.tally.size + edge.nested.size === 0 && !edge.isDeclared && !isSameWay) dropEdge(edge);
    }
    if (from) release(from);
    if (to) release(to);
  };

  return {
    add,
    remove(contribution, next) {
      // What takes its place holds the nodes first, so that nothing goes and comes again.
      if (!next) {
        remove(contribution);
        return;
      }
      const kept = [next.from, next.to].filter((ref) => ref !== undefined);
      const wasRestructured = isRestructured;
      for (const ref of kept) hold(ref);
      const isNew = isRestructured && !wasRestructured;
      remove(contribution, next);
      add(next);
      for (const ref of kept) release(ref);
      isRestructured ||= isNew;
    },
    settle() {
      const nodeIds: string[] = [];
      const edgeIds: string[] = [];
      for (const node of dirtyNodes) {
        const activity = node.tally.readNode(isOneRun, isInnerOf(node));
        if (areNodesEqual(activity, node.activity)) continue;
        node.activity = activity;
        nodeIds.push(node.id);
      }
      for (const edge of dirtyEdges) {
        const isTargetLive = edge.to.handoffsIn.has(edge) && edge.to.activity.state === 'live';
        const tally = edge.tally.size > 0 ? edge.tally : edge.nested;
        const activity = tally.readEdge(isOneRun, isTargetLive);
        if (areEdgesEqual(activity, edge.activity)) continue;
        edge.activity = activity;
        edgeIds.push(edge.id);
      }
      const changed = { nodeIds, edgeIds, isRestructured };
      dirtyNodes.clear();
      dirtyEdges.clear();
      isRestructured = false;
      return changed;
    },
    get nodeCount() {
      return nodeByRef.size;
    },
    get edgeCount() {
      return edgeById.size;
    },
    get namesakeCount() {
      return namesakes.size;
    },
    readTopology: () =>
      readTopology(level, [...nodeById.values()], [...edgeById.values()], places.declaredRefs.length > 0),
    idOf: (member) => nodeOf(member)?.id,
    getNode: (id) => nodeById.get(id)?.activity ?? idleNode,
    getEdge: (id) => edgeById.get(id)?.activity ?? idleEdge,
  };
}

function readTopology(
  level: GraphLevel,
  shownNodes: readonly ShownNode[],
  shownEdges: readonly ShownEdge[],
  hasFile: boolean,
): GraphTopology {
  const nodes = shownNodes.map(({ id, ref, members }): GraphNode => {
    const isDeclared = [...members.keys()].some((member) => member.isDeclared);
    return {
      id,
      kind: ref.kind,
      label: ref.label,
      agentName: ref.agentName,
      origin: isDeclared ? 'file' : hasFile ? 'unlisted' : 'spans',
      members: members.size,
      x: ref.x,
      y: ref.y,
    };
  });
  const edges = shownEdges
    .filter((edge) => edge.isDeclared || !isReachedByHandoff(edge, shownEdges))
    .map(({ id, from, to, relation, label, isDeclared }): GraphEdge => {
      const isBetweenAgents = from.ref.kind === 'agent' && to.ref.kind === 'agent';
      return {
        id,
        from: from.id,
        to: to.id,
        relation: isDeclared && isBetweenAgents ? 'handoff' : relation,
        label,
      };
    });
  return { level, nodes, edges };
}

/**
 * SDKs hang the target of a handoff beside the agent that handed off, or under it. Inside a tool that makes the tool its parent
 * too: the handoff is the truer way, so the other edge is not drawn.
 */
function isReachedByHandoff(edge: ShownEdge, all: readonly ShownEdge[]): boolean {
  if (edge.relation !== 'agent-tool') return false;
  for (const handoff of edge.to.handoffsIn) {
    if (handoff.from === edge.from) return true;
    if (handoff.from === edge.to) continue;
    if (all.some((other) => other.from === edge.from && other.to === handoff.from)) return true;
  }
  return false;
}
