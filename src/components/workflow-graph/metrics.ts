import type { GraphMetrics } from '../../store/workflow/placeNodes.ts';
import { edgeLabelSize } from './edgeLabelSize.ts';

/** Line that is seen before and behind the words on an edge, px. */
const LINE_PX = 12;
/** The bend comes before the words: they stand where the line is straight. */
const GAP_X = 40;

/** Size and distance of the nodes, px at zoom 1. The sheet has the same size. */
export const metrics: GraphMetrics = {
  nodeWidth: 136,
  nodeHeight: 36,
  gapX: GAP_X,
  gapY: 11,
  gapForLabel: (label) => GAP_X + edgeLabelSize(label).width + LINE_PX,
};
