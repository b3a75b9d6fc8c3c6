import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edgeCurve } from '../../../src/components/workflow-graph/edgeCurve.ts';
import { edgeLabelSize } from '../../../src/components/workflow-graph/edgeLabelSize.ts';
import { graphBounds, readableView, wholeView } from '../../../src/components/workflow-graph/graphView.ts';
import { metrics } from '../../../src/components/workflow-graph/metrics.ts';
import { placeEdgeLabels } from '../../../src/components/workflow-graph/placeEdgeLabels.ts';
import { tidyLayout } from '../../../src/components/workflow-graph/tidyLayout.ts';
import { createNodePlacer, type GraphTopology } from '../../../src/store/workflow/index.ts';

/** A tree in which each edge has words. */
const treeOf = (parents: readonly number[], labelOf: (at: number) => string): GraphTopology => ({
  level: 'full',
  nodes: [0, ...parents].map((_, at) => ({
    id: `n${at}`,
    kind: at % 3 === 0 ? 'agent' : 'tool',
    label: `node ${at}`,
    origin: 'file',
    members: 1,
  })),
  edges: parents.map((parent, at) => ({
    id: `e${at}`,
    from: `n${parent}`,
    to: `n${at + 1}`,
    relation: 'flow',
    label: labelOf(at),
  })),
});

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}
const boxesOf = (topology: GraphTopology, positions: ReadonlyMap<string, { x: number; y: number }>) => {
  const nodes = [...positions.values()].map(
    ({ x, y }): Box => ({ left: x, top: y, right: x + metrics.nodeWidth, bottom: y + metrics.nodeHeight }),
  );
  const places = placeEdgeLabels(topology, positions, metrics);
  const labels = topology.edges.map(({ id, label = '' }): Box => {
    const { x, y } = places.get(id) as { x: number; y: number };
    const { width, height } = edgeLabelSize(label);
    return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
  });
  return { nodes, labels };
};
const isOver = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const countCovered = ({ nodes, labels }: { nodes: readonly Box[]; labels: readonly Box[] }) =>
  labels.filter(
    (label, at) =>
      nodes.some((node) => isOver(label, node)) || labels.some((other, index) => index !== at && isOver(label, other)),
  ).length;

const words = ['hands off', 'needs approval', 'ok', 'when the customer asks for a refund of more than 500', '需要批准'];
const treeArb = fc
  .array(fc.nat(), { minLength: 2, maxLength: 99 })
  .map((draws) => draws.map((draw, at) => draw % (at + 1)));

describe('words on edges', () => {
  it('cover no node and no other words, in any tree of up to 100 nodes', () => {
    fc.assert(
      fc.property(treeArb, fc.nat(4), (parents, shift) => {
        const topology = treeOf(parents, (at) => words[(at + shift) % words.length] as string);
        expect(countCovered(boxesOf(topology, createNodePlacer(metrics).place(topology)))).toBe(0);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  it('cover nothing after a full layout, either', async () => {
    for (const size of [3, 10, 40]) {
      const parents = Array.from({ length: size - 1 }, (_, at) => Math.floor(at / 3));
      const topology = treeOf(parents, (at) => words[at % words.length] as string);
      expect(countCovered(boxesOf(topology, await tidyLayout(topology, metrics)))).toBe(0);
    }
  });

  it('push only the columns apart that they stand between', () => {
    const plain = treeOf([0, 1, 2], () => '');
    const spoken = treeOf([0, 1, 2], (at) => (at === 1 ? 'needs approval' : ''));
    const leftsOf = (topology: GraphTopology) =>
      [...createNodePlacer(metrics).place(topology).values()].map(({ x }) => x);
    const [first = 0, second = 0, third = 0, fourth = 0] = leftsOf(plain);
    const more = (metrics.gapForLabel?.('needs approval') ?? 0) - metrics.gapX;
    expect(more).toBeGreaterThan(0);
    expect(leftsOf(spoken)).toEqual([first, second, third + more, fourth + more]);
  });

  it('stay out of the way where a file puts its nodes so close that there is no room', () => {
    const topology: GraphTopology = {
      ...treeOf([0], () => 'needs approval'),
      nodes: [0, 1].map((at) => ({
        id: `n${at}`,
        kind: 'agent',
        label: '',
        origin: 'file',
        members: 1,
        x: at * 150,
        y: 0,
      })),
    };
    const positions = createNodePlacer(metrics).place(topology);
    expect([...positions.values()].map(({ x }) => x)).toEqual([0, 150]);
    const { x = 0 } = placeEdgeLabels(topology, positions, metrics).get('e0') ?? {};
    expect(x).toBeGreaterThan(metrics.nodeWidth);
    expect(x).toBeLessThan(150);
  });
});

describe('a line that leads back', () => {
  it('runs between two rows, behind no node', () => {
    const from = { x: 3 * 176 + metrics.nodeWidth, y: metrics.nodeHeight / 2 };
    const to = { x: 0, y: metrics.nodeHeight / 2 };
    const curve = edgeCurve(from, to, metrics);
    for (let share = 0; share <= 1; share += 0.01) {
      const { x, y } = curve.pointAt(share);
      const isBeside = x <= to.x || x >= from.x;
      expect(isBeside || (y > metrics.nodeHeight && y < metrics.nodeHeight + metrics.gapY)).toBe(true);
    }
    expect(curve.pointAt(0)).toEqual(from);
    expect(curve.pointAt(1)).toEqual(to);
  });
});

describe('what of a graph is in sight', () => {
  const row = (count: number) => new Map(Array.from({ length: count }, (_, at) => [`n${at}`, { x: at * 176, y: 0 }]));
  const viewOf = (count: number, more: Partial<Parameters<typeof readableView>[0]> = {}) => {
    const bounds = graphBounds(row(count), new Map(), metrics);
    const box = { width: 400, height: 300 };
    const options = { bounds, box, metrics, first: { x: 0, y: 0 }, focus: undefined, before: undefined };
    return { view: readableView({ ...options, ...more }), whole: wholeView(bounds, box) };
  };

  it('is all of it while it can be read', () => {
    const { view, whole } = viewOf(3);
    expect(view).toEqual(whole);
  });

  it('is its beginning where all of it would be too small, large enough to read', () => {
    const { view, whole } = viewOf(12);
    expect(whole.zoom).toBeLessThan(0.3);
    expect(view.zoom).toBe(0.7);
    expect(view.x).toBe(16);
  });

  it('holds the node that counts, and moves no farther than that takes', () => {
    const focus = { x: 5 * 176, y: 0 };
    const { view } = viewOf(12, { focus });
    const right = (focus.x + metrics.nodeWidth) * view.zoom + view.x;
    expect(right).toBeCloseTo(400 - 16);
    expect(viewOf(12, { focus, before: { ...view, x: view.x - 40 } }).view.x).toBe(view.x - 40);
  });
});
