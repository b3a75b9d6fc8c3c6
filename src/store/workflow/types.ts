import type { RunId, SpanKey } from '../../model/ids.ts';
import type { SpanKind } from '../../model/span.ts';

/** `off`: not reached, or declared and not used. `waiting`: a person is asked. */
export type GraphNodeState = 'off' | 'done' | 'live' | 'err' | 'waiting';
export type GraphEdgeState = 'off' | 'done' | 'live' | 'err';

/** `full`: a node for each tool of each agent. `grouped`: one node a tool. `agents`: agents only, their tools counted in. */
export type GraphLevel = 'full' | 'grouped' | 'agents';

/** `handoff`: one agent gives the run to another. `agent-tool`: a tool that is an agent. `flow`: declared, neither is known. */
export type GraphRelation = 'call' | 'handoff' | 'agent-tool' | 'flow';

/** A place in the graph. Says nothing of what happened there: that is {@link GraphNodeActivity}. */
export interface GraphNode {
  /** Made up here, safe in selectors; stays while the graph lives. */
  readonly id: string;
  readonly kind: SpanKind;
  /** Empty where it has no name of its own: the person that approves, calls that belong to no agent. */
  readonly label: string;
  readonly agentName?: string | undefined;
  /** `unlisted`: seen in spans, absent from the workflow file. */
  readonly origin: 'spans' | 'file' | 'unlisted';
  /** How many nodes of the full graph it stands for. */
  readonly members: number;
  /** Where the file puts it, px of its left upper corner. */
  readonly x?: number | undefined;
  readonly y?: number | undefined;
}

export interface GraphEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly relation: GraphRelation;
  readonly label?: string | undefined;
}

/** The structure. A new object when a node or an edge came or went, never for a status. */
export interface GraphTopology {
  readonly level: GraphLevel;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** What happened at a node. A new object when one of these changed. */
export interface GraphNodeActivity {
  readonly state: GraphNodeState;
  /** Calls that ran or run. */
  readonly calls: number;
  readonly failedCalls: number;
  /** Refused by a person: they did not run. */
  readonly rejectedCalls: number;
  /** In the `agents` level: calls of the tools inside. */
  readonly innerCalls: number;
  /** Duration of the latest call, once it ended. */
  readonly lastDurationMs?: number | undefined;
  /** Sum over the calls that ended. */
  readonly totalDurationMs: number;
  /** Start of the longest open call, epoch ms by the agent's clock. */
  readonly openSinceMs?: number | undefined;
  /** The latest call: what selecting the node opens. */
  readonly latestSpanKey?: SpanKey | undefined;
  /** The run of the latest call. Known also where its spans are not here. */
  readonly latestRunId?: RunId | undefined;
}

export interface GraphEdgeActivity {
  readonly state: GraphEdgeState;
  readonly count: number;
}

export interface GraphLimits {
  /** More nodes than this: a tool that several agents use becomes one node. Default 60. */
  readonly groupAbove: number;
  /** More nodes than this after that: agents only. Default 300. */
  readonly aggregateAbove: number;
  /** More edges than this count as too many nodes, too: a step coarser. Default four times {@link groupAbove}. */
  readonly edgesAbove: number;
}

/** How far the first reading of many spans is. */
export interface GraphLoading {
  /** Spans that are read, told now and then. */
  readonly read: number;
  readonly total: number;
}

/** The graph of a run, or of all that is held, kept beside the store. */
export interface WorkflowGraphIndex {
  readonly runId: RunId | undefined;
  readonly getTopology: () => GraphTopology;
  readonly getNode: (id: string) => GraphNodeActivity;
  readonly getEdge: (id: string) => GraphEdgeActivity;
  /** The node that a span is counted at. */
  readonly nodeIdOf: (key: SpanKey) => string | undefined;
  /** Many spans are being read in parts: the graph is empty, or as it was before. */
  readonly getLoading: () => GraphLoading | undefined;
  /** Heard after {@link getTopology} or {@link getLoading} changed. The first subscriber makes the graph follow the store. @returns unsubscribe */
  readonly subscribe: (listener: () => void) => () => void;
  /** Heard after this node changed. @returns unsubscribe */
  subscribeNode(id: string, listener: () => void): () => void;
  /** Heard after this edge changed. @returns unsubscribe */
  subscribeEdge(id: string, listener: () => void): () => void;
}

export const idleNode: GraphNodeActivity = {
  state: 'off',
  calls: 0,
  failedCalls: 0,
  rejectedCalls: 0,
  innerCalls: 0,
  totalDurationMs: 0,
};
export const idleEdge: GraphEdgeActivity = { state: 'off', count: 0 };
export const emptyTopology: GraphTopology = { level: 'full', nodes: [], edges: [] };
export const defaultGraphLimits: GraphLimits = { groupAbove: 60, aggregateAbove: 300, edgesAbove: 240 };
