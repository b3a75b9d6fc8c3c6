import type { GraphMetrics, Point } from '../../store/workflow/placeNodes.ts';
import type { GraphTopology } from '../../store/workflow/types.ts';
import { edgeLabelSize } from './edgeLabelSize.ts';

/** Above this a full layout takes longer than a person waits for. */
export const TIDY_LIMIT = 100;

/** A full layout from left to right with few crossings. Loads the layout library when it is first asked for. */
export async function tidyLayout(topology: GraphTopology, metrics: GraphMetrics): Promise<ReadonlyMap<string, Point>> {
  const { Graph, layout } = await import('@dagrejs/dagre');
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: metrics.gapY, ranksep: metrics.gapX });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of topology.nodes) graph.setNode(id, { width: metrics.nodeWidth, height: metrics.nodeHeight });
  for (const { from, to, label } of topology.edges) {
    // the library leaves room for the words between two ranks
    graph.setEdge(from, to, label ? { ...edgeLabelSize(label), labelpos: 'c' } : {});
  }
  layout(graph);
  return new Map(
    topology.nodes.map(({ id }) => {
      const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number };
      return [id, { x: x - metrics.nodeWidth / 2, y: y - metrics.nodeHeight / 2 }];
    }),
  );
}
