import type { GraphEdge, GraphNode, GraphTopology } from './types.ts';

type EdgesIn = ReadonlyMap<string, readonly GraphEdge[]>;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** px. */
export interface GraphMetrics {
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  readonly gapX: number;
  readonly gapY: number;
  /** Distance of two columns that an edge with these words needs, px. Default: words need no room. */
  readonly gapForLabel?: ((label: string) => number) | undefined;
}
export const defaultMetrics: GraphMetrics = { nodeWidth: 136, nodeHeight: 36, gapX: 40, gapY: 12 };

/** Rows away from the node it hangs on before a node goes to the next column. */
const MAX_ROWS_AWAY = 8;
/** Rows from the lowest node of the file to those that are not in it: words stand between. */
const APART_ROWS = 2;

/**
 * Places nodes from left to right, once: what is placed never moves, however the graph grows.
 * Declared coordinates are kept as they are. Columns stand as far apart as the words on the first edges need.
 */
export interface NodePlacer {
  /** Places what is new. O(new nodes and their edges). @returns all positions; a new map when one was added */
  place(topology: GraphTopology): ReadonlyMap<string, Point>;
  /** Takes positions from elsewhere, e.g. a full layout on demand. */
  adopt(positions: ReadonlyMap<string, Point>): ReadonlyMap<string, Point>;
  /** Top of the nodes that are not in the workflow file; `undefined` while there are none. */
  readonly apartTop: number | undefined;
}

export function createNodePlacer(metrics: GraphMetrics = defaultMetrics): NodePlacer {
  const stepX = metrics.nodeWidth + metrics.gapX;
  const stepY = metrics.nodeHeight + metrics.gapY;
  let positions: ReadonlyMap<string, Point> = new Map();
  let cells = createCells();
  let apartTop: number | undefined;
  let hasFile = false;
  /** Columns that stand farther from the one before them, and by how much, px. */
  let widened: ReadonlyMap<number, number> = new Map();

  const leftOf = (column: number) => {
    let left = column * stepX;
    for (const [at, morePx] of widened) if (at <= column) left += morePx;
    return left;
  };
  const columnOf = ({ x }: Point) => {
    let column = Math.round(x / stepX);
    while (column > 0 && leftOf(column) - x > stepX / 2) column -= 1;
    return column;
  };
  /** Moves columns apart where edges with words run between them: what stands there now has come in this one go. */
  const makeRoom = ({ edges }: GraphTopology, next: Map<string, Point>) => {
    const { gapForLabel, gapX } = metrics;
    if (!gapForLabel) return;
    const more = new Map<number, number>();
    for (const { from, to, label } of edges) {
      const [source, target] = [next.get(from), next.get(to)];
      if (label === undefined || label === '' || !source || !target) continue;
      const column = target.x > source.x ? columnOf(target) : columnOf(source) + 1;
      const morePx = gapForLabel(label) - gapX;
      if (morePx > (more.get(column) ?? 0)) more.set(column, morePx);
    }
    const columns = new Map([...next].map(([id, point]) => [id, columnOf(point)]));
    widened = more;
    for (const [id, { y }] of next) next.set(id, { x: leftOf(columns.get(id) ?? 0), y });
  };
  const occupy = (point: Point) => {
    const column = columnOf(point);
    const row = point.y / stepY;
    cells.take(column, Math.floor(row));
    cells.take(column, Math.ceil(row));
  };
  const topBelow = (points: Iterable<Point>) => {
    let lowest = 0;
    for (const { y } of points) lowest = Math.max(lowest, y);
    return (Math.ceil(lowest / stepY) + APART_ROWS) * stepY;
  };

  /** Nodes that came together and hang on one node stand around its row, in their order. */
  const placeAll = (nodes: readonly GraphNode[], edgesIn: EdgesIn, next: Map<string, Point>, isApart: boolean) => {
    const siblings = new Map<string, number>();
    const firstSource = (node: GraphNode) => edgesIn.get(node.id)?.[0]?.from ?? '';
    for (const node of nodes) siblings.set(firstSource(node), (siblings.get(firstSource(node)) ?? 0) + 1);
    const placed = new Map<string, number>();
    for (const node of nodes) {
      const source = firstSource(node);
      const at = placed.get(source) ?? 0;
      placed.set(source, at + 1);
      const count = siblings.get(source) ?? 1;
      // One step that hangs on a placed node leaves the row free for the agent that may follow.
      const isLone = count === 1 && positions.has(source);
      const shift = isLone || count > 2 * MAX_ROWS_AWAY ? undefined : Math.round(at - (count - 1) / 2);
      placeOne(node, edgesIn.get(node.id) ?? [], next, isApart, shift);
    }
  };

  const placeOne = (
    node: GraphNode,
    edgesIn: readonly GraphEdge[],
    next: Map<string, Point>,
    isApart: boolean,
    shift: number | undefined,
  ) => {
    let anchor: Point | undefined;
    for (const { from } of edgesIn) {
      const source = next.get(from);
      if (source && (!anchor || source.x > anchor.x)) anchor = source;
    }
    const column = anchor ? columnOf(anchor) + 1 : 0;
    const top = isApart && apartTop !== undefined ? Math.round(apartTop / stepY) : undefined;
    // An agent goes on in the row of the one before it; what an agent uses stands above and below that row.
    const row = top ?? (anchor ? Math.round(anchor.y / stepY) + (shift ?? 0) : 0);
    const cell = cells.find(column, row, {
      isStraight: node.kind === 'agent' || shift !== undefined || !anchor,
      isDownOnly: top !== undefined,
    });
    cells.take(cell.column, cell.row);
    next.set(node.id, { x: leftOf(cell.column), y: cell.row * stepY });
  };

  return {
    get apartTop() {
      return apartTop;
    },
    place(topology) {
      const fresh = topology.nodes.filter((node) => !positions.has(node.id));
      if (fresh.length === 0) return positions;
      const next = new Map(positions);
      const freshIds = new Set(fresh.map((node) => node.id));
      for (const node of fresh) {
        if (node.x === undefined || node.y === undefined) continue;
        const point = { x: node.x, y: node.y };
        next.set(node.id, point);
        occupy(point);
      }
      const edgesIn = new Map<string, GraphEdge[]>();
      for (const edge of topology.edges) {
        if (!freshIds.has(edge.to) || next.has(edge.to)) continue;
        const list = edgesIn.get(edge.to);
        if (list) list.push(edge);
        else edgesIn.set(edge.to, [edge]);
      }
      const open = fresh.filter((node) => !next.has(node.id));
      const listed = open.filter((node) => node.origin !== 'unlisted');
      hasFile ||= topology.nodes.some((node) => node.origin === 'file');
      placeAll(inOrder(listed, edgesIn), edgesIn, next, false);
      const unlisted = open.filter((node) => node.origin === 'unlisted');
      if (unlisted.length > 0 && hasFile) apartTop ??= topBelow(next.values());
      placeAll(inOrder(unlisted, edgesIn), edgesIn, next, hasFile);
      const hasOwnPlaces = fresh.some((node) => node.x !== undefined && node.y !== undefined);
      if (positions.size === 0 && !hasOwnPlaces) makeRoom(topology, next);
      positions = next;
      return positions;
    },
    adopt(given) {
      positions = new Map([...positions, ...given]);
      cells = createCells();
      for (const point of positions.values()) occupy(point);
      if (apartTop !== undefined) apartTop = topBelow(positions.values());
      return positions;
    },
  };
}

/** Sources before targets; where edges run in a circle, the order of arrival. */
function inOrder(nodes: readonly GraphNode[], edgesIn: ReadonlyMap<string, readonly GraphEdge[]>): GraphNode[] {
  const waiting = new Map(nodes.map((node) => [node.id, node]));
  const ordered: GraphNode[] = [];
  const entered = new Set<string>();
  for (const first of nodes) {
    const path = [first];
    while (path.length > 0) {
      const node = path[path.length - 1] as GraphNode;
      if (!waiting.has(node.id)) {
        path.pop();
        continue;
      }
      const before = entered.has(node.id)
        ? undefined
        : (edgesIn.get(node.id) ?? []).map((edge) => waiting.get(edge.from)).filter((source) => source !== undefined);
      entered.add(node.id);
      const open = before?.filter((source) => !entered.has(source.id));
      if (open && open.length > 0) path.push(...open.reverse());
      else {
        waiting.delete(node.id);
        ordered.push(node);
        path.pop();
      }
    }
  }
  return ordered;
}

interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Which cells of the grid are taken, and the nearest free one, near constant time however full a column is. */
function createCells() {
  /** For a taken row: the next row that may be free, upwards and downwards. */
  const columns = new Map<number, { up: Map<number, number>; down: Map<number, number> }>();
  const columnAt = (column: number) => {
    let known = columns.get(column);
    if (!known) {
      known = { up: new Map(), down: new Map() };
      columns.set(column, known);
    }
    return known;
  };
  const follow = (links: Map<number, number>, from: number): number => {
    let free = from;
    for (let next = links.get(free); next !== undefined; next = links.get(free)) free = next;
    for (let at = from; at !== free; ) {
      const next = links.get(at) as number;
      links.set(at, free);
      at = next;
    }
    return free;
  };
  return {
    take(column: number, row: number): void {
      const { up, down } = columnAt(column);
      if (!down.has(row)) down.set(row, row + 1);
      if (!up.has(row)) up.set(row, row - 1);
    },
    /** @param isStraight - the row itself is best, else the rows beside it */
    find(column: number, row: number, options: { isStraight: boolean; isDownOnly: boolean }): Cell {
      for (let at = column; ; at += 1) {
        const { up, down } = columnAt(at);
        const isTaken = down.has(row);
        if (options.isDownOnly) {
          const below = follow(down, row);
          if (below - row <= MAX_ROWS_AWAY) return { column: at, row: below };
          continue;
        }
        if (options.isStraight && !isTaken) return { column: at, row };
        const below = follow(down, row + 1);
        const above = follow(up, row - 1);
        const best = row - above <= below - row ? above : below;
        if (Math.abs(best - row) <= MAX_ROWS_AWAY) return { column: at, row: best };
        if (!isTaken) return { column: at, row };
      }
    },
  };
}
