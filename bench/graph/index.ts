import { fileURLToPath } from 'node:url';
import { Graph, layout } from '@dagrejs/dagre';
import { createNodePlacer } from '../../src/store/workflow/placeNodes.ts';
import type { GraphEdge, GraphNode, GraphTopology } from '../../src/store/workflow/types.ts';
import { seededRandom } from '../generate.ts';
import { compare, measureRounds, median, timed } from '../measure.ts';
import { type BenchPage, openPage } from '../tree/openPage.ts';
import type { BenchModule, BenchRow } from '../types.ts';
import type { GraphBench, GraphFigures, GraphVariant } from './page.tsx';

const ROUNDS = 3;
const STREAM_SEC = 3;
const RATE_PER_SEC = 500;
const NODES = 1_000;

/** The workflow graph in Chromium under a stream of status, against `setNodes` once a frame; placing against a full layout. */
export const run: BenchModule = async () => {
  const opened = await openPage(fileURLToPath(new URL('page.tsx', import.meta.url)));
  try {
    return [...(await measureStreams(opened)), await measurePlacing()];
  } finally {
    await opened.close();
  }
};

async function measureStreams({ page, mainThreadSec }: BenchPage): Promise<BenchRow[]> {
  const applied: number[] = [];
  const figures: GraphFigures[] = [];
  const stream = async (variant: GraphVariant, nodes: number): Promise<number> => {
    await page.reload();
    const { scriptSec, result } = await mainThreadSec(() =>
      page.evaluate(
        ([name, count, rate, seconds]) =>
          (globalThis as unknown as { graphBench: GraphBench }).graphBench.stream(name, count, rate, seconds),
        [variant, nodes, RATE_PER_SEC, STREAM_SEC] as const,
      ),
    );
    if (nodes > NODES) applied.push(result.appliedShare);
    else if (variant === 'spanlight') figures.push(result);
    return scriptSec;
  };
  const seconds = await measureRounds(
    {
      spanlight: () => stream('spanlight', NODES),
      setNodesPerFrame: () => stream('setNodesPerFrame', NODES),
      spanlightLarge: () => stream('spanlight', 2 * NODES),
    },
    ROUNDS,
  );
  const share = median(applied);
  return [
    compare({
      name: '1,000 nodes and 500 status events/s against setNodes per frame, script time',
      goal: 'G11',
      ours: seconds.spanlight,
      theirs: seconds.setNodesPerFrame,
      limit: 0.5,
      better: 'lower',
      unit: 's',
      note: `${STREAM_SEC} s of events, mount included, ${figures.at(-1)?.nodesInPage ?? 0} nodes in the page`,
    }),
    {
      name: 'status events applied in time at 2,000 nodes and 500/s',
      goal: 'G11',
      ratio: Number(share.toFixed(4)),
      limit: 1,
      better: 'higher',
      ok: share >= 1 || Math.max(...applied) >= 1,
      detail: `${applied.length} rounds, least ${Math.min(...applied).toFixed(4)}; script ${median(seconds.spanlightLarge).toFixed(2)} s`,
    },
  ];
}

/** A streamed directed graph: each node hangs on one of the thirty before it, some on two. */
function streamedGraph(count: number): GraphTopology {
  const random = seededRandom(5);
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const connect = (from: number, to: number) =>
    edges.push({ id: `e${edges.length}`, from: `n${from}`, to: `n${to}`, relation: 'call' });
  for (let at = 0; at < count; at += 1) {
    nodes.push({ id: `n${at}`, kind: random() < 0.2 ? 'agent' : 'tool', label: `${at}`, origin: 'spans', members: 1 });
    if (at === 0) continue;
    connect(Math.max(0, at - 1 - Math.floor(random() * random() * 30)), at);
    if (random() < 0.25) connect(Math.floor(random() * at), at);
  }
  return { level: 'full', nodes, edges };
}

async function measurePlacing(): Promise<BenchRow> {
  const graph = streamedGraph(NODES);
  const placeLast = async (): Promise<number> => {
    const placer = createNodePlacer();
    const without = graph.nodes.slice(0, -1);
    placer.place({ ...graph, nodes: without });
    return timed(() => placer.place(graph));
  };
  const layOut = (): Promise<number> => {
    const whole = new Graph();
    whole.setGraph({ rankdir: 'LR' });
    whole.setDefaultEdgeLabel(() => ({}));
    for (const { id } of graph.nodes) whole.setNode(id, { width: 136, height: 36 });
    for (const { from, to } of graph.edges) whole.setEdge(from, to);
    return timed(() => layout(whole));
  };
  const ms = await measureRounds({ placed: placeLast, dagre: layOut }, ROUNDS);
  return compare({
    name: 'placing a streamed node among 1,000 against a full layout',
    goal: 'G11',
    ours: ms.placed,
    theirs: ms.dagre,
    limit: 0.01,
    better: 'lower',
    unit: 'ms',
  });
}
