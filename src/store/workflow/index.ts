export { createWorkflowGraph, type WorkflowGraphOptions } from './createWorkflowGraph.ts';
export { createNodePlacer, defaultMetrics, type GraphMetrics, type NodePlacer, type Point } from './placeNodes.ts';
export {
  type GraphEdge,
  type GraphEdgeActivity,
  type GraphEdgeState,
  type GraphLevel,
  type GraphLimits,
  type GraphNode,
  type GraphNodeActivity,
  type GraphNodeState,
  type GraphRelation,
  type GraphTopology,
  type WorkflowGraphIndex,
} from './types.ts';
