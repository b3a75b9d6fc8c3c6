import type { GraphMetrics, Point } from '../../store/workflow/placeNodes.ts';
import type { GraphTopology } from '../../store/workflow/types.ts';
import { edgeCurve } from './edgeCurve.ts';
import { edgeLabelSize, type LabelSize } from './edgeLabelSize.ts';

const SAMPLES = 40;
/** Room that stays between a label and a node: the arrowhead stands there. */
const CLEAR_X = 11;
const CLEAR_Y = 2;

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The middle of each label: on the longest stretch of its line where it covers no node and no other label. Where there is none,
 * the place where it covers least.
 * @returns by edge id, px; edges without a label are not in it
 */
export function placeEdgeLabels(
  { edges }: Pick<GraphTopology, 'edges'>,
  positions: ReadonlyMap<string, Point>,
  metrics: GraphMetrics,
): ReadonlyMap<string, Point> {
  const places = new Map<string, Point>();
  const labelled = edges.filter(({ label }) => label !== undefined && label !== '');
  if (labelled.length === 0) return places;
  const { nodeWidth, nodeHeight } = metrics;
  const nodes = [...positions.values()].map(
    ({ x, y }): Box => ({
      left: x - CLEAR_X,
      top: y - CLEAR_Y,
      right: x + nodeWidth + CLEAR_X,
      bottom: y + nodeHeight + CLEAR_Y,
    }),
  );
  const taken: Box[] = [];
  for (const { id, from, to, label = '' } of labelled) {
    const source = positions.get(from);
    const target = positions.get(to);
    if (!source || !target) continue;
    const start = { x: source.x + nodeWidth, y: source.y + nodeHeight / 2 };
    const curve = edgeCurve(start, { x: target.x, y: target.y + nodeHeight / 2 }, metrics);
    const size = edgeLabelSize(label);
    const points = Array.from({ length: SAMPLES - 1 }, (_, at) => curve.pointAt((at + 1) / SAMPLES));
    // Onwards it stands near its target, where the lines have parted.
    const place = bestPlace(points, size, [...nodes, ...taken], target.x > source.x ? 1 : 0.5);
    places.set(id, place);
    taken.push(boxAround(place, size));
  }
  return places;
}

function bestPlace(points: readonly Point[], size: LabelSize, boxes: readonly Box[], share: number): Point {
  const reach = points.reduce((box, point) => joined(box, boxAround(point, size)), boxAround(points[0] as Point, size));
  const near = boxes.filter((box) => overlap(box, reach) > 0);
  const covered = points.map((point) => {
    const own = boxAround(point, size);
    return near.reduce((sum, box) => sum + overlap(box, own), 0);
  });
  const least = Math.min(...covered);
  let best = { start: 0, length: 0 };
  for (let start = 0; start < covered.length; ) {
    let end = start;
    while (end < covered.length && covered[end] === least) end += 1;
    if (end - start > best.length) best = { start, length: end - start };
    start = Math.max(end, start + 1);
  }
  return points[best.start + Math.floor((best.length - 1) * share)] as Point;
}

const boxAround = ({ x, y }: Point, { width, height }: LabelSize): Box => ({
  left: x - width / 2,
  top: y - height / 2,
  right: x + width / 2,
  bottom: y + height / 2,
});
const joined = (a: Box, b: Box): Box => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
});
/** px²; 0 where they do not touch. */
const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
