import type { GraphMetrics } from '../../store/workflow/placeNodes.ts';

/** Size and distance of the nodes, px at zoom 1. The sheet has the same size. */
export const metrics: GraphMetrics = { nodeWidth: 136, nodeHeight: 36, gapX: 36, gapY: 11 };
