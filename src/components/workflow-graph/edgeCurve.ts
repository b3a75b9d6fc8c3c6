import type { GraphMetrics, Point } from '../../store/workflow/placeNodes.ts';

/** How far a line that leads back stands off the nodes at its ends, px. */
const TURN_PX = 14;
const CORNER_PX = 7;

/** A line between two nodes, from the right side of one to the left side of the other. */
export interface EdgeCurve {
  /** SVG path. */
  readonly path: string;
  /** @param share - 0 is the start, 1 the end */
  pointAt(share: number): Point;
}

/**
 * Onwards it is one soft bend, then straight. Back, or within a column, it goes round through the free lane between two rows, so that it is never
 * drawn behind the nodes it leads past.
 */
export function edgeCurve(from: Point, to: Point, metrics: GraphMetrics): EdgeCurve {
  return to.x > from.x ? bend(from, to, metrics) : detour(from, to, metrics);
}

function bend(from: Point, to: Point, { nodeWidth, gapX }: GraphMetrics): EdgeCurve {
  const width = to.x - from.x;
  // Between two columns it bends at once and then runs in the row of its target, where its words stand beside what they speak of.
  const bent = width < nodeWidth + 2 * gapX ? Math.min(width, gapX) : width;
  const end = { x: from.x + bent, y: to.y };
  const half = bent / 2;
  const path = `M${from.x} ${from.y}C${from.x + half} ${from.y} ${end.x - half} ${end.y} ${end.x} ${end.y}L${to.x} ${to.y}`;
  return {
    path,
    pointAt(share) {
      const along = share * width;
      if (along >= bent) return { x: from.x + along, y: to.y };
      const part = along / bent;
      const rest = 1 - part;
      const near = 3 * rest * rest * part;
      const far = 3 * rest * part * part;
      const first = rest ** 3;
      const last = part ** 3;
      return {
        x: first * from.x + near * (from.x + half) + far * (end.x - half) + last * end.x,
        y: (first + near) * from.y + (far + last) * to.y,
      };
    },
  };
}

function detour(from: Point, to: Point, { nodeHeight, gapY }: GraphMetrics): EdgeCurve {
  const toLane = (nodeHeight + gapY) / 2;
  const lane = to.y > from.y ? to.y - toLane : to.y < from.y ? to.y + toLane : to.y + toLane;
  const out = from.x + TURN_PX;
  const back = to.x - TURN_PX;
  const points: readonly Point[] = [
    from,
    { x: out, y: from.y },
    { x: out, y: lane },
    { x: back, y: lane },
    { x: back, y: to.y },
    to,
  ];
  const lengths = points.slice(1).map((point, at) => distance(points[at] as Point, point));
  const whole = lengths.reduce((sum, length) => sum + length, 0);
  return {
    path: roundedPath(points),
    pointAt(share) {
      let left = share * whole;
      for (const [at, length] of lengths.entries()) {
        if (left <= length && length > 0) return between(points[at] as Point, points[at + 1] as Point, left / length);
        left -= length;
      }
      return to;
    },
  };
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
const between = (a: Point, b: Point, share: number): Point => ({
  x: a.x + (b.x - a.x) * share,
  y: a.y + (b.y - a.y) * share,
});

/** Straight pieces with round corners. */
function roundedPath(points: readonly Point[]): string {
  const first = points[0] as Point;
  let path = `M${first.x} ${first.y}`;
  for (let at = 1; at < points.length - 1; at += 1) {
    const before = points[at - 1] as Point;
    const corner = points[at] as Point;
    const after = points[at + 1] as Point;
    const radius = Math.min(CORNER_PX, distance(before, corner) / 2, distance(corner, after) / 2);
    const start = radius === 0 ? corner : between(corner, before, radius / distance(before, corner));
    const end = radius === 0 ? corner : between(corner, after, radius / distance(corner, after));
    path += `L${start.x} ${start.y}Q${corner.x} ${corner.y} ${end.x} ${end.y}`;
  }
  const last = points.at(-1) as Point;
  return `${path}L${last.x} ${last.y}`;
}
