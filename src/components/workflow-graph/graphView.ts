import { getViewportForBounds, type Viewport } from '@xyflow/react';
import type { GraphMetrics, Point } from '../../store/workflow/placeNodes.ts';

/** Below this the words in a node can no longer be made out: a part is shown in place of the whole. */
const LEAST_WHOLE_ZOOM = 0.55;
/** How large a part is drawn. */
export const PART_ZOOM = 0.7;
export const MIN_ZOOM = 0.08;
/** Room around the graph, px. At the bottom for the attribution. */
const pad = { top: 12, right: 16, bottom: 18, left: 16 };
const padding = {
  top: `${pad.top}px`,
  right: `${pad.right}px`,
  bottom: `${pad.bottom}px`,
  left: `${pad.left}px`,
} as const;

export interface ViewBox {
  readonly width: number;
  readonly height: number;
}

interface Bounds extends ViewBox, Point {}

/** What the nodes and the words on their edges take, px at zoom 1. */
export function graphBounds(
  positions: ReadonlyMap<string, Point>,
  labelPlaces: ReadonlyMap<string, Point>,
  { nodeWidth, nodeHeight }: GraphMetrics,
): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (x: number, y: number, width: number, height: number) => {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + width);
    bottom = Math.max(bottom, y + height);
  };
  for (const { x, y } of positions.values()) take(x, y, nodeWidth, nodeHeight);
  for (const { x, y } of labelPlaces.values()) take(x - nodeWidth / 2, y - nodeHeight / 2, nodeWidth, nodeHeight);
  if (left === Infinity) return { x: 0, y: 0, width: nodeWidth, height: nodeHeight };
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** All of it, however small it gets. */
export const wholeView = (bounds: Bounds, box: ViewBox): Viewport =>
  getViewportForBounds(bounds, box.width, box.height, MIN_ZOOM, 1, padding);

export const isReadable = ({ zoom }: Viewport): boolean => zoom >= LEAST_WHOLE_ZOOM;

export interface ReadableViewOptions {
  readonly bounds: Bounds;
  readonly box: ViewBox;
  readonly metrics: GraphMetrics;
  /** The first node: where a reader begins. */
  readonly first: Point | undefined;
  /** The node that has to be in sight. */
  readonly focus: Point | undefined;
  /** What was in sight before: it stays where it is as far as it can. */
  readonly before: Viewport | undefined;
}

/** All of it where that can be read; else a part of it, from the first node on, with the node in sight that counts. */
export function readableView({ bounds, box, metrics, first, focus, before }: ReadableViewOptions): Viewport {
  const whole = wholeView(bounds, box);
  if (isReadable(whole)) return whole;
  const zoom = PART_ZOOM;
  const { nodeWidth, nodeHeight } = metrics;
  const x = placeOnAxis({
    from: bounds.x * zoom,
    to: (bounds.x + bounds.width) * zoom,
    size: box.width,
    padStart: pad.left,
    padEnd: pad.right,
    begin: bounds.x * zoom + (box.width / 2 - pad.left),
    before: before?.x,
    focus: focus && [focus.x * zoom, (focus.x + nodeWidth) * zoom],
  });
  const y = placeOnAxis({
    from: bounds.y * zoom,
    to: (bounds.y + bounds.height) * zoom,
    size: box.height,
    padStart: pad.top,
    padEnd: pad.bottom,
    begin: ((first?.y ?? bounds.y) + nodeHeight / 2) * zoom,
    before: before?.y,
    focus: focus && [focus.y * zoom, (focus.y + nodeHeight) * zoom],
  });
  return { x, y, zoom };
}

interface AxisOptions {
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly padStart: number;
  readonly padEnd: number;
  /** What stands in the middle when nothing else is known. */
  readonly begin: number;
  readonly before: number | undefined;
  readonly focus: readonly [number, number] | undefined;
}

/** How far the graph is moved along one axis, px of the screen. */
function placeOnAxis({ from, to, size, padStart, padEnd, begin, before, focus }: AxisOptions): number {
  const end = size - padEnd;
  if (to - from <= end - padStart) return (padStart + end - from - to) / 2;
  const most = padStart - from;
  const least = end - to;
  let offset = Math.min(most, Math.max(least, before ?? size / 2 - begin));
  if (focus && focus[1] + offset > end) offset = end - focus[1];
  if (focus && focus[0] + offset < padStart) offset = padStart - focus[0];
  return offset;
}
