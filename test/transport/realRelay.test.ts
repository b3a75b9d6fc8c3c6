import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openaiAgentsAdapter } from 'spanlight/adapters';
import { createRelay, type Relay } from 'spanlight/relay';
import {
  asRunId,
  createMonitorStore,
  type MonitorEvent,
  type MonitorStore,
  type Run,
  selectRun,
} from 'spanlight/store';
import {
  createEventSourceTransport,
  createPollingTransport,
  createRelayClient,
  createSseTransport,
  createTransport,
  createWebSocketTransport,
  type TransportOptions,
} from 'spanlight/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { BASE_MS, keyOf, spanEnd, spanStart } from '../store/support/buildEvents.ts';
import { createFaultProxy, type FaultProxy } from '../support/faultProxy.ts';
import { FetchEventSource } from './support/fetchEventSource.ts';

const patience = { timeout: 8000, interval: 20 };
vi.setConfig({ testTimeout: 20_000 });
const token = (role: string) => `${role}-token-of-at-least-32-characters-for-tests`;
const roleTokens = { viewer: token('viewer'), developer: token('developer'), ingest: token('ingest') };

const readFixture = (file: string): readonly MonitorEvent[] => {
  const path = fileURLToPath(new URL(`../fixtures/openai-agents-js/${file}`, import.meta.url));
  const lines = readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return openaiAgentsAdapter.read(lines.map((line) => JSON.parse(line) as unknown)).events;
};

const wires = {
  websocket: createWebSocketTransport,
  'deflated websocket': (options: TransportOptions) => createWebSocketTransport({ ...options, deflate: true }),
  sse: createSseTransport,
  'event source': (options: TransportOptions) =>
    createEventSourceTransport({ ...options, EventSourceImpl: FetchEventSource }),
  polling: createPollingTransport,
  'whatever gets through': createTransport,
};

let wire: keyof typeof wires;
let relay: Relay;
let proxy: FaultProxy;
let stores: MonitorStore[];

const startRelay = () =>
  createRelay({
    port: 0,
    roleTokens,
    allowedHosts: [`127.0.0.1:${proxy.port}`],
    dashboardDir: false,
    timings: { heartbeatMs: 100 },
  });

function open(getToken: () => string = () => roleTokens.developer, limits = {}): MonitorStore {
  const url = `http://127.0.0.1:${proxy.port}`;
  const store = createMonitorStore({
    transport: wires[wire]({
      url,
      getToken,
      WebSocketImpl: WebSocket,
      waitMs: 250,
      pauseMs: 20,
      times: { silenceMs: 600, welcomeMs: 600, behindMs: 200, backoff: { minMs: 5, maxMs: 50 } },
    }),
    detailSource: createRelayClient({ url: relay.url, getToken }),
    limits,
  });
  stores.push(store);
  store.connect();
  return store;
}
const isLive = (store: MonitorStore) =>
  vi.waitFor(() => expect(store.getState().connection.phase).toBe('live'), patience);

/** What a reader of the whole log must hold. */
const figuresOf = (run: Run | undefined) =>
  run && [
    run.runId,
    run.name,
    run.status,
    run.spanCount,
    run.errorSpanCount,
    run.totals.inputTokens,
    run.totals.calls,
    run.agentNames,
  ];
const figures = (store: MonitorStore) => {
  const { runIds, entities } = store.getState();
  return [...runIds].sort().map((runId) => figuresOf(entities.getRun(runId)));
};
const expectedFigures = (...batches: (readonly MonitorEvent[])[]) => {
  const store = createMonitorStore();
  for (const events of batches) store.ingest(events);
  store.flush();
  return figures(store);
};
const ingest = async (events: readonly MonitorEvent[]) => {
  const answer = await relay.ingest(events);
  expect(answer.events.every((verdict) => verdict.st !== 'bad')).toBe(true);
};

beforeEach(async () => {
  stores = [];
  proxy = await createFaultProxy({ target: 0 });
  relay = await startRelay();
  proxy.retarget(relay.port);
});
afterEach(async () => {
  for (const store of stores) store.destroy();
  await proxy.close();
  await relay.close();
});

describe.each(Object.keys(wires) as (keyof typeof wires)[])('a store on a relay over %s', (kind) => {
  beforeEach(() => {
    wire = kind;
  });
  const first = readFixture('01-support-handoff.callbacks.jsonl');
  const second = readFixture('02-parallel-tools-and-tool-error.callbacks.jsonl');

  it('holds what the agents sent, snapshot and tail alike', async () => {
    await ingest(first);
    const store = open();
    await isLive(store);
    await ingest(second);
    await vi.waitFor(() => expect(figures(store)).toEqual(expectedFigures(first, second)), patience);
    expect(store.getState().session).toMatchObject({ who: 'developer', can: expect.arrayContaining(['read.payload']) });
    expect(store.getState().counters).toMatchObject({ rejectedEvents: 0, unknownTypeEvents: 0 });
  });

  it.each(['cut', 'halfClose', 'blackhole'] as const)('heals when the network does this to it: %s', async (fault) => {
    await ingest(first);
    const store = open();
    await isLive(store);
    proxy[fault]();
    await ingest(second);
    await vi.waitFor(() => expect(figures(store)).toEqual(expectedFigures(first, second)), patience);
    await isLive(store);
    expect(store.getState().gaps).toEqual([]);
  });

  it.each([
    ['slow', () => proxy.delay(60)],
    ['a trickle', () => proxy.drip(60_000)],
  ])('holds the same when the line is %s', async (_what, hurt) => {
    hurt();
    await ingest(first);
    const store = open();
    await isLive(store);
    await ingest(second);
    await vi.waitFor(() => expect(figures(store)).toEqual(expectedFigures(first, second)), patience);
    expect(store.getState().gaps).toEqual([]);
  });

  it('heals after many cuts while events pour in', async () => {
    const store = open();
    const events = [...first, ...second, ...readFixture('07-agents-as-tools.callbacks.jsonl')];
    for (let at = 0; at < events.length; at += 5) {
      await ingest(events.slice(at, at + 5));
      if (at % 3 === 0) proxy.cut();
    }
    await vi.waitFor(() => expect(figures(store)).toEqual(expectedFigures(events)), patience);
  });

  it('keeps what it held, marked, when the relay comes back without its memory', async () => {
    await ingest(first);
    const store = open();
    await isLive(store);
    const [runId] = store.getState().runIds;
    if (runId === undefined) throw new Error('nothing held');
    const closed = relay.close();
    proxy.cut();
    await closed;
    relay = await startRelay();
    proxy.retarget(relay.port);
    await ingest(second);
    await vi.waitFor(() => expect(figures(store)).toEqual(expectedFigures(first, second)), patience);
    expect(selectRun(store.getState(), runId)?.isBeforeRestart).toBe(true);
    expect(store.getState().gaps).toEqual([expect.objectContaining({ why: 'epoch' })]);
  });

  it('reads content over HTTP as a developer, and only shape as a viewer', async () => {
    await ingest([
      spanStart('r', 's', {}, { atMs: BASE_MS, detail: { input: 'a secret question' } }),
      spanEnd('r', 's', {}, { atMs: BASE_MS + 1 }),
    ]);
    const [developer, viewer] = [open(), open(() => roleTokens.viewer)];
    await Promise.all([isLive(developer), isLive(viewer)]);
    await vi.waitFor(() => expect(developer.getState().runIds).toEqual(['r']), patience);
    expect(developer.getState().entities.getSpan(keyOf('r', 's'))?.detail).toBeUndefined();
    await expect(developer.loadDetail(keyOf('r', 's'))).resolves.toEqual({ input: 'a secret question' });
    const [runId = asRunId('')] = viewer.getState().runIds;
    const [span] = viewer.getState().entities.spansOf(runId);
    await expect(viewer.loadDetail(span?.key ?? keyOf('', ''))).rejects.toMatchObject({ code: 'detail.forbidden' });
    await expect(viewer.loadWorkflow()).resolves.toBeUndefined();
  });

  it('drops the view of a stronger role when a weaker token answers', async () => {
    await ingest([spanStart('r', 's', { name: 'Agent' }, { detail: { input: 'secret' } })]);
    let current = roleTokens.developer;
    const store = open(() => current);
    await isLive(store);
    await vi.waitFor(() => expect(store.getState().runIds).toEqual(['r']), patience);
    await store.loadDetail(keyOf('r', 's'));
    current = roleTokens.viewer;
    proxy.cut();
    await vi.waitFor(() => expect(store.getState().session?.who).toBe('viewer'), patience);
    await isLive(store);
    await vi.waitFor(() => expect(store.getState().details.size).toBe(0), patience);
  });

  it('says that a token was revoked', async () => {
    const store = open();
    await isLive(store);
    relay.revoke('default', 'developer');
    await vi.waitFor(
      () => expect(store.getState().connection).toMatchObject({ phase: 'offline', isAuthFailure: true }),
      patience,
    );
  });

  it('brings the spans of a run that is opened, beside what is always asked for', async () => {
    await ingest(first);
    await ingest(second);
    const store = open();
    await isLive(store);
    const [runId] = store.getState().runIds;
    const release = store.hold(`run:${runId}`);
    await vi.waitFor(() => expect(figures(store)).toEqual(expectedFigures(first, second)), patience);
    release();
    await ingest([spanStart('late', 's')]);
    await vi.waitFor(() => expect(store.getState().runIds).toHaveLength(3), patience);
    expect(store.getState().gaps).toEqual([]);
  });
});
