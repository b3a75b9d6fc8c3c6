import fc from 'fast-check';
import { asRunId, createMonitorStore, type EventFields, type MonitorEvent, type MonitorStore } from 'spanlight/store';
import { describe, expect, it } from 'vitest';
import { createNodePlacer, createWorkflowGraph, type WorkflowGraphIndex } from '../../../src/store/workflow/index.ts';
import { approvalRequested, BASE_MS, endedRun, spanEnd, spanStart } from '../support/buildEvents.ts';
import { createFakePlatform, createFakeTransport } from '../support/fakePlatform.ts';
import { naiveGraph } from './naiveGraph.ts';

const startStore = (limits = {}) => createMonitorStore({ ...createFakePlatform().options, limits });
const feed = (store: MonitorStore, events: readonly MonitorEvent[]) => {
  store.ingest(events);
  store.flush();
};

/** The graph in the words of the naive one. */
function wordsOf(graph: WorkflowGraphIndex) {
  const { nodes, edges } = graph.getTopology();
  const keyById = new Map(
    nodes.map((node) => [
      node.id,
      node.kind === 'agent' ? `agent/${node.label}` : `${node.kind}/${node.agentName ?? ''}/${node.label}`,
    ]),
  );
  return {
    nodes: new Map(
      nodes.map((node) => {
        const { calls, failedCalls, rejectedCalls, totalDurationMs, state } = graph.getNode(node.id);
        const totalUs = Math.round(totalDurationMs * 1000);
        return [keyById.get(node.id), { calls, failed: failedCalls, rejected: rejectedCalls, totalUs, state }];
      }),
    ),
    edges: new Map(
      edges.map((edge) => [
        `${keyById.get(edge.from)}>${keyById.get(edge.to)}:${edge.relation}`,
        graph.getEdge(edge.id).count,
      ]),
    ),
  };
}
const nodeOf = (graph: WorkflowGraphIndex, label: string) => {
  const node = graph.getTopology().nodes.find((one) => one.label === label);
  if (!node) throw new Error(`no node ${label}`);
  return { ...node, ...graph.getNode(node.id) };
};
const edgeOf = (graph: WorkflowGraphIndex, from: string, to: string) => {
  const edge = graph
    .getTopology()
    .edges.find((one) => one.from === nodeOf(graph, from).id && one.to === nodeOf(graph, to).id);
  return edge && { ...edge, ...graph.getEdge(edge.id) };
};

const kinds = ['agent', 'tool', 'handoff', 'guardrail', 'turn', 'task', 'llm', 'custom', 'mcp'] as const;
const spanArb = fc.record({
  run: fc.constantFrom('r1', 'r2'),
  id: fc.integer({ min: 0, max: 14 }),
  /** Any other span: they move, and stand in circles. */
  above: fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined }),
  kind: fc.constantFrom(...kinds),
  name: fc.constantFrom('', 'a', 'b', 'c'),
  agentName: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
  toAgent: fc.option(fc.constantFrom('a', 'b', 'z'), { nil: undefined }),
  isEnded: fc.boolean(),
  status: fc.constantFrom('ok' as const, 'error' as const, 'cancelled' as const),
  isExecuted: fc.option(fc.boolean(), { nil: undefined }),
  startMs: fc.integer({ min: 0, max: 50 }),
  lengthMs: fc.double({ min: 0, max: 9, noNaN: true }),
});

const eventOf = ({ run, id, above, isEnded, startMs, lengthMs, status, isExecuted, ...rest }: ArbSpan) => {
  const names = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined && value !== ''),
  ) as EventFields<'span.start'>;
  const place = above === undefined ? {} : { parent: `s${above}` };
  const atMs = BASE_MS + startMs;
  if (!isEnded) return spanStart(run, `s${id}`, { name: '', ...names }, { atMs, ...place });
  const executed = isExecuted === undefined ? {} : { isExecuted };
  return spanEnd(
    run,
    `s${id}`,
    { name: '', ...names, startedAtMs: atMs, status, ...executed },
    { atMs: atMs + lengthMs, ...place },
  );
};
type ArbSpan = typeof spanArb extends fc.Arbitrary<infer Value> ? Value : never;

/** Parts that are read when the test says so. */
function handParts(spans: number) {
  let waiting: (() => void) | undefined;
  const parts = {
    spans,
    next: (read: () => void) => {
      waiting = read;
      return () => {
        waiting = undefined;
      };
    },
  };
  const read = (): boolean => {
    const work = waiting;
    waiting = undefined;
    work?.();
    return waiting !== undefined;
  };
  return { parts, read };
}

describe('the discovered graph', () => {
  it('kept from what each flush touched equals the graph worked out from all spans', () => {
    fc.assert(
      fc.property(fc.array(fc.array(spanArb, { maxLength: 12 }), { maxLength: 8 }), (flushes) => {
        const store = startStore();
        const all = createWorkflowGraph({ store });
        const one = createWorkflowGraph({ store, runId: asRunId('r1') });
        all.subscribe(() => undefined);
        one.subscribe(() => undefined);
        for (const flush of flushes) {
          feed(store, flush.map(eventOf));
        }
        const naive = naiveGraph(store.getState(), 'r1');
        const found = wordsOf(one);
        const { nodes } = naive;
        expect(found.nodes.size).toBe(nodes.size);
        for (const [key, { waiting: _waiting, open: _open, ...node }] of nodes) {
          expect({ key, ...found.nodes.get(key) }).toEqual({ key, ...node });
        }
        for (const [key, count] of found.edges) expect([key, naive.edges.get(key)]).toEqual([key, count]);
        const hidden = [...naive.edges.keys()].filter((key) => !found.edges.has(key));
        expect(hidden.filter((key) => !key.endsWith(':agent-tool'))).toEqual([]);
        const fresh = wordsOf(createWorkflowGraph({ store }));
        expect(wordsOf(all)).toEqual(fresh);
      }),
      { numRuns: 300 },
    );
  });

  it('read in parts, with flushes, a pause and a run that goes in between, equals one reading of all', () => {
    const flushes = fc.array(fc.array(spanArb, { maxLength: 12 }), { minLength: 1, maxLength: 8 });
    const steps = fc.array(fc.constantFrom('read', 'read', 'feed', 'feed', 'pause', 'follow', 'again'), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(flushes, fc.integer({ min: 1, max: 9 }), steps, fc.boolean(), (all, size, todo, isOneRun) => {
        const store = startStore();
        const rest = all.map((flush) => flush.map(eventOf));
        feed(store, rest.shift() ?? []);
        const { parts, read } = handParts(size);
        const runId = isOneRun ? asRunId('r1') : undefined;
        const graph = createWorkflowGraph({ store, runId, parts });
        let stop = graph.subscribe(() => undefined);
        for (const step of todo) {
          if (step === 'read') read();
          else if (step === 'feed') feed(store, rest.shift() ?? []);
          else if (step === 'pause') store.pause();
          else if (step === 'follow') store.follow();
          else {
            stop();
            stop = graph.subscribe(() => undefined);
          }
        }
        for (const events of rest) feed(store, events);
        store.follow();
        while (read());
        expect(graph.getLoading()).toBeUndefined();
        expect(wordsOf(graph)).toEqual(wordsOf(createWorkflowGraph({ store, runId })));
        stop();
      }),
      { numRuns: 400, seed: 5 },
    );
  });

  it('shows nothing half read: it is empty, then whole, and says how far it is', () => {
    const store = startStore();
    const spans = Array.from({ length: 100 }, (_, at) =>
      spanStart('r', `s${at}`, { kind: 'tool', name: `t${at % 5}` }),
    );
    feed(store, spans);
    const { parts, read } = handParts(10);
    const graph = createWorkflowGraph({ store, runId: asRunId('r'), parts });
    const told: unknown[] = [];
    graph.subscribe(() => told.push([graph.getTopology().nodes.length, graph.getLoading()?.read]));
    expect(graph.getLoading()).toEqual({ read: 0, total: 100 });
    expect(graph.getTopology().nodes).toEqual([]);
    read();
    feed(store, [spanStart('r', 'late', { kind: 'tool', name: 't0' })]); // a flush does not show it early
    while (read());
    expect(told[0]).toEqual([0, 10]);
    expect(told.at(-1)).toEqual([5, undefined]);
    expect(new Set(told.slice(0, -1).map((one) => (one as number[])[0]))).toEqual(new Set([0]));
    expect(nodeOf(graph, 't0').calls).toBe(21);
  });

  it('takes in a flush of many spans in parts and shows nothing of it half', () => {
    const store = startStore();
    feed(store, [spanStart('r', 'first', { kind: 'tool', name: 't0' })]);
    const { parts, read } = handParts(10);
    const graph = createWorkflowGraph({ store, runId: asRunId('r'), parts });
    graph.subscribe(() => undefined);
    const many = (from: number) =>
      Array.from({ length: 100 }, (_, at) => spanStart('r', `s${from + at}`, { kind: 'tool', name: `t${at % 5}` }));
    feed(store, many(0));
    expect(graph.getLoading()).toEqual({ read: 0, total: 100 });
    expect(graph.getTopology().nodes).toHaveLength(1);
    read();
    feed(store, many(100)); // as many again, while the others are read
    feed(store, [spanEnd('r', 's0', { kind: 'tool', name: 't0', status: 'error' })]);
    expect(graph.getTopology().nodes).toHaveLength(1);
    let reads = 0;
    while (read()) reads += 1;
    expect(reads).toBeGreaterThan(15);
    expect(graph.getLoading()).toBeUndefined();
    expect(wordsOf(graph)).toEqual(wordsOf(createWorkflowGraph({ store, runId: asRunId('r') })));
    expect(nodeOf(graph, 't0').calls).toBe(41);
  });

  it('draws a tangle of edges coarser, whenever it is seen', () => {
    const store = startStore();
    const whole = createWorkflowGraph({ store, limits: { edgesAbove: 20 } });
    const tangle = Array.from({ length: 60 }, (_, at) => [
      spanStart('r', `a${at}`, { kind: 'agent', name: `a${at % 5}` }),
      spanStart('r', `t${at}`, { kind: 'tool', name: `t${at % 12}`, agentName: `a${at % 5}` }, { parent: `a${at}` }),
    ]).flat();
    feed(store, tangle);
    expect(whole.getTopology().level).toBe('agents');
    expect(whole.getTopology().nodes).toHaveLength(5);
    const { parts, read } = handParts(7);
    const inParts = createWorkflowGraph({ store, limits: { edgesAbove: 20 }, parts });
    inParts.subscribe(() => undefined);
    while (read());
    expect(wordsOf(inParts)).toEqual(wordsOf(whole));
  });

  it('draws agents, what they use, and handoffs with a direction', () => {
    const store = startStore();
    const graph = createWorkflowGraph({ store, runId: asRunId('r') });
    feed(store, [
      spanStart('r', 'task', { kind: 'task', name: 'run' }),
      spanStart('r', 'a1', { name: 'Triage' }, { parent: 'task' }),
      spanEnd(
        'r',
        't1',
        { kind: 'tool', name: 'search', startedAtMs: BASE_MS },
        { parent: 'a1', atMs: BASE_MS + 1800 },
      ),
      spanEnd('r', 'h1', { kind: 'handoff', name: 'h', fromAgent: 'Triage', toAgent: 'Billing' }, { parent: 'a1' }),
      spanStart('r', 'a2', { name: 'Billing' }, { parent: 'task' }),
      spanStart('r', 't2', { kind: 'tool', name: 'refund' }, { parent: 'a2' }),
    ]);
    expect(nodeOf(graph, 'search')).toMatchObject({ state: 'done', calls: 1, lastDurationMs: 1800 });
    expect(nodeOf(graph, 'refund')).toMatchObject({ state: 'live', openSinceMs: BASE_MS });
    expect(edgeOf(graph, 'Triage', 'Billing')).toMatchObject({ relation: 'handoff', state: 'live', count: 1 });
    expect(edgeOf(graph, 'Billing', 'refund')).toMatchObject({ relation: 'call', state: 'live' });
    feed(store, [spanEnd('r', 'a2', { name: 'Billing' }), spanEnd('r', 't2', { status: 'error' })]);
    expect(edgeOf(graph, 'Triage', 'Billing')).toMatchObject({ state: 'done' });
    expect(edgeOf(graph, 'Billing', 'refund')).toMatchObject({ state: 'err' });
  });

  it('leaves a handed-off agent inside a tool to its handoff', () => {
    const store = startStore();
    const graph = createWorkflowGraph({ store });
    feed(store, [
      spanStart('r', 'a0', { name: 'Boss' }),
      spanStart('r', 't', { kind: 'tool', name: 'ask' }, { parent: 'a0' }),
      spanStart('r', 'a1', { name: 'One' }, { parent: 't' }),
      spanEnd('r', 'h', { kind: 'handoff', name: 'h', toAgent: 'Two' }, { parent: 'a1' }),
      spanStart('r', 'a2', { name: 'Two' }, { parent: 't' }),
    ]);
    expect(edgeOf(graph, 'ask', 'One')).toMatchObject({ relation: 'agent-tool' });
    expect(edgeOf(graph, 'ask', 'Two')).toBeUndefined();
    expect(edgeOf(graph, 'One', 'Two')).toMatchObject({ relation: 'handoff' });
  });

  it('shows who is asked as a person that waits', () => {
    const store = startStore();
    const graph = createWorkflowGraph({ store, runId: asRunId('r') });
    graph.subscribe(() => undefined);
    feed(store, [spanStart('r', 'a', { name: 'A' }), approvalRequested('r', 'c1')]);
    const person = graph.getTopology().nodes.find((node) => node.kind === 'approval');
    expect(person && graph.getNode(person.id)).toMatchObject({ state: 'waiting', openSinceMs: BASE_MS });
  });

  it('lets go of what a run brought when the run is evicted', () => {
    const store = startStore({ runs: 1 });
    const graph = createWorkflowGraph({ store });
    graph.subscribe(() => undefined);
    feed(store, endedRun('r1'));
    feed(store, [
      spanStart('r2', 'x', { name: 'Other' }, { atMs: BASE_MS + 99 }),
      spanEnd('r2', 'x', {}, { atMs: BASE_MS + 100 }),
    ]);
    expect(graph.getTopology().nodes.map((node) => node.label)).toEqual(['Other']);
  });

  it('wakes the node that changed and no other, and says nothing of the structure', () => {
    const store = startStore();
    const graph = createWorkflowGraph({ store });
    feed(store, [
      spanStart('r', 'a', { name: 'A' }),
      spanStart('r', 't1', { kind: 'tool', name: 'one' }, { parent: 'a' }),
      spanStart('r', 't2', { kind: 'tool', name: 'two' }, { parent: 'a' }),
    ]);
    const heard: string[] = [];
    graph.subscribe(() => heard.push('structure'));
    for (const node of graph.getTopology().nodes) graph.subscribeNode(node.id, () => heard.push(node.label));
    const topology = graph.getTopology();
    feed(store, [spanEnd('r', 't1', {}, { atMs: BASE_MS + 5 })]);
    expect(heard).toEqual(['one']);
    expect(graph.getTopology()).toBe(topology);
  });

  it('groups the tools of several agents above 60 nodes and shows agents only above 300, keeping what was placed', () => {
    const store = startStore();
    const graph = createWorkflowGraph({ store });
    graph.subscribe(() => undefined);
    const placer = createNodePlacer();
    const agent = (at: number) => spanStart('r', `a${at}`, { name: `Agent ${at}` });
    const tool = (at: number, name: string) =>
      spanEnd('r', `t${at}${name}`, {
        kind: 'tool',
        name,
        agentName: `Agent ${at}`,
        status: name === 'tool 7' ? 'error' : 'ok',
      });
    feed(store, [agent(0), tool(0, 'tool 0')]);
    const first = new Map(placer.place(graph.getTopology()));
    for (let at = 0; at < 10; at += 1) {
      feed(store, [agent(at), ...Array.from({ length: 10 }, (_, each) => tool(at, `tool ${each}`))]);
    }
    expect(graph.getTopology().level).toBe('grouped');
    expect(graph.getTopology().nodes).toHaveLength(20);
    expect(nodeOf(graph, 'tool 3')).toMatchObject({ members: 10, calls: 10 });
    const second = placer.place(graph.getTopology());
    for (const [id, point] of first) expect(second.get(id)).toEqual(point);
    feed(
      store,
      Array.from({ length: 300 }, (_, each) => tool(1, `more ${each}`)),
    );
    expect(graph.getTopology().level).toBe('agents');
    expect(graph.getTopology().nodes).toHaveLength(10);
    expect(nodeOf(graph, 'Agent 1')).toMatchObject({ innerCalls: 310, calls: 1 });
  });

  it('follows the view: a pause holds it, going on catches up', () => {
    const store = startStore();
    const graph = createWorkflowGraph({ store });
    graph.subscribe(() => undefined);
    feed(store, [spanStart('r', 'a', { name: 'A' })]);
    store.pause();
    feed(store, [spanStart('r', 'b', { name: 'B' })]);
    expect(graph.getTopology().nodes).toHaveLength(1);
    store.follow();
    expect(graph.getTopology().nodes).toHaveLength(2);
  });
});

describe('the declared graph', () => {
  const workflow = {
    version: 1 as const,
    title: 'Support',
    nodes: [
      { id: 'n1', kind: 'agent' as const, label: 'Triage desk', match: { agent: 'Triage' }, x: 12, y: 76 },
      { id: 'n2', kind: 'tool' as const, label: 'search', x: 158, y: 14 },
      { id: 'n3', kind: 'agent' as const, label: 'Shipping', x: 158, y: 140 },
      { id: 'n4', kind: 'llm' as const, label: 'Answer', match: { name: 'gpt-x' } },
    ],
    edges: [
      { from: 'n1', to: 'n2' },
      { from: 'n1', to: 'n3', label: 'parcels' },
      { from: 'n1', to: 'missing' },
    ],
  };

  it('is lit by spans, keeps what is unused, and puts what is not in the file apart', () => {
    const store = startStore();
    const graph = createWorkflowGraph({ store, runId: asRunId('r'), workflow });
    const placer = createNodePlacer();
    placer.place(graph.getTopology());
    feed(store, [
      spanStart('r', 'a', { name: 'Triage' }),
      spanStart('r', 't', { kind: 'tool', name: 'search' }, { parent: 'a' }),
      spanStart('r', 'u', { kind: 'tool', name: 'secret' }, { parent: 'a' }),
      spanEnd('r', 'm', { kind: 'llm', name: 'call', model: 'gpt-x' }, { parent: 'a' }),
    ]);
    expect(nodeOf(graph, 'Triage desk')).toMatchObject({ origin: 'file', state: 'live' });
    expect(nodeOf(graph, 'search')).toMatchObject({ origin: 'file', state: 'live' });
    expect(nodeOf(graph, 'Shipping')).toMatchObject({ origin: 'file', state: 'off' });
    expect(nodeOf(graph, 'Answer')).toMatchObject({ origin: 'file', calls: 1 });
    expect(nodeOf(graph, 'secret')).toMatchObject({ origin: 'unlisted', state: 'live' });
    expect(edgeOf(graph, 'Triage desk', 'search')).toMatchObject({ state: 'live', count: 1 });
    expect(edgeOf(graph, 'Triage desk', 'Shipping')).toMatchObject({
      state: 'off',
      label: 'parcels',
      relation: 'handoff',
    });
    const positions = placer.place(graph.getTopology());
    expect(positions.get(nodeOf(graph, 'Shipping').id)).toEqual({ x: 158, y: 140 });
    expect(positions.get(nodeOf(graph, 'secret').id)?.y).toBeGreaterThan(140 + 36);
    expect(placer.apartTop).toBe(positions.get(nodeOf(graph, 'secret').id)?.y);
  });
});

describe('a graph of all runs while the relay sends totals', () => {
  const open = [
    spanStart('open', 'a', { name: 'Triage' }),
    spanStart('open', 't', { kind: 'tool', name: 'search' }, { parent: 'a' }),
  ];
  const busy = [spanStart('busy', 'a', { name: 'Billing' }), spanStart('busy', 'b', { name: 'Triage' })];
  const failed = [spanStart('failed', 'a', { name: 'Export' }), spanEnd('failed', 'a', { status: 'error' })];

  function connect() {
    const transport = createFakeTransport();
    const store = createMonitorStore({ transport, ...createFakePlatform().options });
    store.connect();
    const rowOf = (events: readonly MonitorEvent[]) => {
      const relay = startStore();
      feed(relay, events);
      const { entities, runIds } = relay.getState();
      const run = entities.getRun(runIds[0] ?? asRunId(''));
      if (!run) throw new Error('no run');
      return { run };
    };
    const rows = (...runs: readonly (readonly MonitorEvent[])[]) => {
      transport.sink.onRows({ t: 'rows', runs: runs.map(rowOf) });
      store.flush();
    };
    return { store, rows };
  }

  it('has the agents of every run, and the steps of those whose spans are here', () => {
    const { store, rows } = connect();
    feed(store, open);
    rows(busy, failed);
    const graph = createWorkflowGraph({ store });
    expect(nodeOf(graph, 'Billing')).toMatchObject({ state: 'live', calls: 1, latestRunId: 'busy' });
    expect(nodeOf(graph, 'Triage')).toMatchObject({ state: 'live', calls: 2 });
    expect(nodeOf(graph, 'Export')).toMatchObject({ state: 'err', failedCalls: 1 });
    expect(nodeOf(graph, 'search')).toMatchObject({ state: 'live', calls: 1 });
    expect(edgeOf(graph, 'Triage', 'search')).toBeDefined();
    expect(createWorkflowGraph({ store, runId: asRunId('busy') }).getTopology().nodes).toEqual([]);
  });

  it('counts a run once when its spans take the place of its totals, and follows what ends', () => {
    const { store, rows } = connect();
    rows(busy);
    const graph = createWorkflowGraph({ store });
    graph.subscribe(() => undefined);
    expect(nodeOf(graph, 'Billing').calls).toBe(1);
    rows([...busy, spanEnd('busy', 'a'), spanEnd('busy', 'b')]);
    expect(nodeOf(graph, 'Billing')).toMatchObject({ state: 'done', calls: 1 });
    feed(store, busy);
    expect(nodeOf(graph, 'Billing')).toMatchObject({ state: 'live', calls: 1, latestSpanKey: 'busy\u001fa' });
  });
});
