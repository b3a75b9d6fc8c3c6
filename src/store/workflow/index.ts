export { createWorkflowGraph } from './createWorkflowGraph.ts';
export { createNodePlacer, defaultMetrics } from './placeNodes.ts';
export {
  type GraphNode,
  type GraphTopology,
  type WorkflowGraphIndex,
} from './types.ts';
