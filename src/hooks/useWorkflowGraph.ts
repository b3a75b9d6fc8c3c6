'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { RunId } from '../model/ids.ts';
import type { Workflow } from '../model/workflow.ts';
import { createWorkflowGraph } from '../store/workflow/createWorkflowGraph.ts';
import {
  emptyTopology,
  type GraphEdgeActivity,
  type GraphLimits,
  type GraphLoading,
  type GraphNodeActivity,
  type GraphTopology,
  idleEdge,
  idleNode,
  type WorkflowGraphIndex,
} from '../store/workflow/types.ts';
import { readParts } from './internals/readParts.ts';
import { useMonitorStore } from './useMonitorStore.ts';

export interface WorkflowGraphOptions {
  /** One run; default: all runs that are held. */
  readonly runId?: RunId | undefined;
  /** The declared graph; default: what the spans show. Keep the object stable. */
  readonly workflow?: Workflow | undefined;
  readonly limits?: Partial<GraphLimits> | undefined;
}

export interface WorkflowGraphRead {
  readonly graph: WorkflowGraphIndex;
  /** Changes with the structure only, never with a status. */
  readonly topology: GraphTopology;
  /** Many spans are being read in parts: the topology is empty, or as it was before. */
  readonly loading: GraphLoading | undefined;
}

/** The workflow graph of a run, or of all runs. Re-renders when its structure changed. */
export function useWorkflowGraph({ runId, workflow, limits }: WorkflowGraphOptions = {}): WorkflowGraphRead {
  const store = useMonitorStore();
  const { groupAbove, aggregateAbove, edgesAbove } = limits ?? {};
  const graph = useMemo(() => {
    const given = {
      ...(groupAbove === undefined ? {} : { groupAbove }),
      ...(aggregateAbove === undefined ? {} : { aggregateAbove }),
      ...(edgesAbove === undefined ? {} : { edgesAbove }),
    };
    return createWorkflowGraph({ store, runId, workflow, limits: given, parts: readParts });
  }, [store, runId, workflow, groupAbove, aggregateAbove, edgesAbove]);
  const topology = useSyncExternalStore(graph.subscribe, graph.getTopology, readEmpty);
  const loading = useSyncExternalStore(graph.subscribe, graph.getLoading, readNotLoading);
  return useMemo(() => ({ graph, topology, loading }), [graph, topology, loading]);
}

/** What happened at a node. Re-renders only when this node changed. */
export function useGraphNode(graph: WorkflowGraphIndex, id: string): GraphNodeActivity {
  const subscribe = useCallback((listener: () => void) => graph.subscribeNode(id, listener), [graph, id]);
  const read = useCallback(() => graph.getNode(id), [graph, id]);
  return useSyncExternalStore(subscribe, read, readIdleNode);
}

/** What passed over an edge. Re-renders only when this edge changed. */
export function useGraphEdge(graph: WorkflowGraphIndex, id: string): GraphEdgeActivity {
  const subscribe = useCallback((listener: () => void) => graph.subscribeEdge(id, listener), [graph, id]);
  const read = useCallback(() => graph.getEdge(id), [graph, id]);
  return useSyncExternalStore(subscribe, read, readIdleEdge);
}

const readNotLoading = () => undefined;
const readEmpty = () => emptyTopology;
const readIdleNode = () => idleNode;
const readIdleEdge = () => idleEdge;
