import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createNodePlacer,
  defaultMetrics,
  type GraphNode,
  type GraphTopology,
} from '../../../src/store/workflow/index.ts';

const nodeAt = (at: number, kind: GraphNode['kind'] = 'tool', more: Partial<GraphNode> = {}): GraphNode => ({
  id: `n${at}`,
  kind,
  label: `node ${at}`,
  origin: 'spans',
  members: 1,
  ...more,
});
const topology = (nodes: readonly GraphNode[], pairs: readonly (readonly [number, number])[]): GraphTopology => ({
  level: 'full',
  nodes,
  edges: pairs.map(([from, to], at) => ({ id: `e${at}`, from: `n${from}`, to: `n${to}`, relation: 'call' })),
});

describe('placing nodes', () => {
  it('never moves what is placed and never puts two nodes on one spot, whatever comes', () => {
    const graphArb = fc.array(
      fc.record({ links: fc.array(fc.nat(60), { maxLength: 3 }), isAgent: fc.boolean(), isUnlisted: fc.boolean() }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(graphArb, fc.nat(20), (parts, step) => {
        const placer = createNodePlacer();
        let before = new Map<string, { x: number; y: number }>();
        for (let size = 0; size <= parts.length; size += step + 1) {
          const shown = parts.slice(0, size);
          const nodes = shown.map((part, at) =>
            nodeAt(at, part.isAgent ? 'agent' : 'tool', { origin: part.isUnlisted ? 'unlisted' : 'spans' }),
          );
          const pairs = shown.flatMap((part, at) => part.links.map((to) => [at, to] as const));
          const after = placer.place(topology(nodes, pairs));
          for (const [id, point] of before) expect(after.get(id)).toEqual(point);
          expect(after.size).toBe(nodes.length);
          const boxes = [...after.values()];
          for (const [at, a] of boxes.entries())
            for (const b of boxes.slice(at + 1)) {
              const isApart =
                Math.abs(a.x - b.x) >= defaultMetrics.nodeWidth || Math.abs(a.y - b.y) >= defaultMetrics.nodeHeight;
              expect(isApart).toBe(true);
            }
          before = new Map(after);
        }
      }),
    );
  });

  const stepX = defaultMetrics.nodeWidth + defaultMetrics.gapX;
  const stepY = defaultMetrics.nodeHeight + defaultMetrics.gapY;
  const cellsOf = (positions: ReadonlyMap<string, { x: number; y: number }>) =>
    [...positions].map(([id, { x, y }]) => `${id} ${x / stepX},${y / stepY}`);

  it('goes from left to right; what came together stands around the node it hangs on, in its order', () => {
    const nodes = [nodeAt(0, 'agent'), nodeAt(1), nodeAt(2, 'agent'), nodeAt(3), nodeAt(4), nodeAt(5)];
    const pairs = [
      [0, 1],
      [0, 2],
      [0, 3],
      [2, 4],
      [2, 5],
    ] as const;
    expect(cellsOf(createNodePlacer().place(topology(nodes, pairs)))).toEqual([
      'n0 0,0',
      'n1 1,-1',
      'n2 1,0',
      'n3 1,1',
      'n4 2,0',
      'n5 2,1',
    ]);
  });

  it('keeps the row free for agents when steps come one by one', () => {
    const nodes = [nodeAt(0, 'agent'), nodeAt(1), nodeAt(2), nodeAt(3, 'agent')];
    const pairs = [
      [0, 1],
      [0, 2],
      [0, 3],
    ] as const;
    const placer = createNodePlacer();
    for (let size = 1; size < nodes.length; size += 1) placer.place(topology(nodes.slice(0, size), pairs));
    expect(cellsOf(placer.place(topology(nodes, pairs)))).toEqual(['n0 0,0', 'n1 1,-1', 'n2 1,1', 'n3 1,0']);
  });

  it('ends on edges that run in a circle', () => {
    const nodes = [nodeAt(0, 'agent'), nodeAt(1, 'agent'), nodeAt(2, 'agent')];
    const positions = createNodePlacer().place(
      topology(nodes, [
        [0, 1],
        [1, 2],
        [2, 0],
        [1, 1],
      ]),
    );
    expect(positions.size).toBe(3);
  });
});
