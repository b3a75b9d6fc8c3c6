import { type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from '@xyflow/react';
import { memo, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { MonitorProvider, WorkflowGraph } from 'spanlight';
import { asRunId, asSpanId, createMonitorStore, type MonitorEvent } from 'spanlight/store';
import { startStream } from '../tree/streamWorker.ts';

export type GraphVariant = 'spanlight' | 'setNodesPerFrame';
export interface GraphFigures {
  /** Share of the events that were handled while they came, plus a tenth of a second. */
  readonly appliedShare: number;
  readonly nodesInPage: number;
}
export interface GraphBench {
  readonly stream: (variant: GraphVariant, nodes: number, ratePerSec: number, seconds: number) => Promise<GraphFigures>;
}

const style = document.createElement('style');
style.textContent = `.bench{width:1000px;height:850px;display:flex}.bench>*{flex:1}.sl-workflow-graph__canvas{height:850px}
.plain{display:grid;width:136px;height:36px;border:1px solid #888;border-radius:4px;font-size:11px;background:#fff}
.plain[data-state=live]{border-color:#06c}.plain[data-state=err]{border-color:#c00}.plain[data-state=done]{border-color:#080}
.react-flow,.react-flow__container{position:absolute;width:100%;height:100%;top:0;left:0}.react-flow__node,.react-flow__edges svg,.react-flow__handle{position:absolute}.react-flow__viewport{transform-origin:0 0}`;
document.head.append(style);

const run = asRunId('bench');
const COLUMNS = 12;

/** A call of one of the tools begins, and then ends. */
const callEvent = (at: number, nodes: number): MonitorEvent => {
  const call = at >> 1;
  const tool = (call * 7919) % nodes;
  const isEnd = at % 2 === 1;
  const ts = 1_800_000_000_000 + at;
  const common = { id: `e${at}`, sv: 1, ts, run, span: asSpanId(`c${call}`), parent: asSpanId('agent') };
  const fields = { kind: 'tool' as const, name: `tool ${tool}`, agentName: 'Agent' };
  return isEnd
    ? { ...common, type: 'span.end', a: { ...fields, endedAtMs: ts, status: call % 5 === 0 ? 'error' : 'ok' } }
    : { ...common, type: 'span.start', a: { ...fields, startedAtMs: ts } };
};
const agentEvent: MonitorEvent = {
  id: 'agent',
  type: 'span.start',
  sv: 1,
  ts: 1_800_000_000_000,
  run,
  span: asSpanId('agent'),
  a: { kind: 'agent', name: 'Agent', startedAtMs: 1_800_000_000_000 },
};
/** Every tool once, so that the structure stands before the stream. */
const firstCalls = (nodes: number): MonitorEvent[] =>
  Array.from({ length: nodes }, (_, tool) => ({
    id: `f${tool}`,
    type: 'span.end',
    sv: 1,
    ts: 1_800_000_000_000,
    run,
    span: asSpanId(`f${tool}`),
    parent: asSpanId('agent'),
    a: {
      kind: 'tool',
      name: `tool ${tool}`,
      agentName: 'Agent',
      startedAtMs: 1_800_000_000_000,
      endedAtMs: 1_800_000_000_001,
      status: 'ok',
    },
  }));

const frames = async (count: number) => {
  for (let at = 0; at < count; at += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
};

const shownNodes = () => document.querySelectorAll('.react-flow__node').length;
/** React mounts a large tree in slices: the stream starts when all of it that is in sight stands. */
async function standing(): Promise<void> {
  let known = -1;
  while (shownNodes() === 0 || shownNodes() !== known) {
    known = shownNodes();
    await frames(20);
  }
}

const limits = { groupAbove: 1e6, aggregateAbove: 1e6 };
const mounted = { defaultSelection: { runId: run } };

/** The part as a host uses it, fed through the store. */
function startSpanlight(nodes: number, host: HTMLElement) {
  const endless = Number.MAX_SAFE_INTEGER;
  const store = createMonitorStore({
    limits: { runs: endless, spans: endless, loggedEvents: 0, queuedEvents: endless, bytes: endless },
  });
  store.ingest([agentEvent, ...firstCalls(nodes)]);
  store.flush();
  createRoot(host).render(
    <MonitorProvider store={store} theme="light" {...mounted}>
      <WorkflowGraph.Root mode="discovered" limits={limits}>
        <WorkflowGraph.Canvas />
      </WorkflowGraph.Root>
    </MonitorProvider>,
  );
  return (event: MonitorEvent) => store.ingest([event]);
}

interface PlainData extends Record<string, unknown> {
  readonly label: string;
  readonly state: string;
  readonly calls: number;
}
const PlainNode = memo(function PlainNode({ data }: NodeProps<Node<PlainData>>) {
  return (
    <div className="plain" data-state={data.state}>
      <Handle type="target" position={Position.Left} />
      <b>{data.label}</b>
      <span>{data.calls} calls</span>
      <Handle type="source" position={Position.Right} />
    </div>
  );
});
const plainTypes = { plain: PlainNode };

/** What the documentation of React Flow shows: status in the nodes, once a frame `setNodes` with a new array. */
function startPlain(nodes: number, host: HTMLElement) {
  let setNodes: (change: (known: Node<PlainData>[]) => Node<PlainData>[]) => void = () => undefined;
  const ids = ['agent', ...Array.from({ length: nodes }, (_, tool) => `tool ${tool}`)];
  const first = ids.map(
    (id, at): Node<PlainData> => ({
      id,
      type: 'plain',
      position: { x: (at % COLUMNS) * 172, y: Math.floor(at / COLUMNS) * 47 },
      data: { label: id, state: 'done', calls: 1 },
    }),
  );
  const edges = ids.slice(1).map((id): Edge => ({ id: `e ${id}`, source: 'agent', target: id }));
  function Graph() {
    const [shown, setShown] = useState(first);
    useEffect(() => {
      setNodes = setShown;
    }, []);
    return (
      <ReactFlow
        nodes={shown}
        edges={edges}
        nodeTypes={plainTypes}
        fitView
        minZoom={0.01}
        nodesDraggable={false}
        nodesConnectable={false}
        elementsSelectable={false}
      />
    );
  }
  createRoot(host).render(<Graph />);
  let waiting = new Map<string, { readonly state: string; readonly calls: number }>();
  let isAsked = false;
  const flush = () => {
    isAsked = false;
    const changes = waiting;
    waiting = new Map();
    setNodes((known) =>
      known.map((node) => {
        const change = changes.get(node.id);
        if (!change) return node;
        return { ...node, data: { ...node.data, state: change.state, calls: node.data.calls + change.calls } };
      }),
    );
  };
  return (event: MonitorEvent) => {
    if (event.type !== 'span.start' && event.type !== 'span.end') return;
    const id = event.a.name ?? '';
    const isEnd = event.type === 'span.end';
    const calls = (waiting.get(id)?.calls ?? 0) + (isEnd ? 0 : 1);
    waiting.set(id, { state: isEnd ? (event.a.status === 'error' ? 'err' : 'done') : 'live', calls });
    if (!isAsked) requestAnimationFrame(flush);
    isAsked = true;
  };
}

async function stream(
  variant: GraphVariant,
  nodes: number,
  ratePerSec: number,
  seconds: number,
): Promise<GraphFigures> {
  const host = document.createElement('div');
  host.className = 'bench';
  document.body.append(host);
  const take = variant === 'spanlight' ? startSpanlight(nodes, host) : startPlain(nodes, host);
  await standing();
  const total = Math.floor(ratePerSec * seconds);
  const lines = Array.from({ length: total }, (_, at) => JSON.stringify(callEvent(at, nodes)));
  const startedAt = performance.now();
  let inTime = 0;
  await startStream({
    lines,
    ratePerSec,
    seconds,
    take(line) {
      take(JSON.parse(line) as MonitorEvent);
      if (performance.now() - startedAt <= seconds * 1000 + 100) inTime += 1;
    },
  });
  await frames(2);
  return { appliedShare: inTime / total, nodesInPage: shownNodes() };
}

const bench: GraphBench = { stream };
(globalThis as unknown as { graphBench: GraphBench }).graphBench = bench;
