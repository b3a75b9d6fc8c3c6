import { createRelay, type Relay } from 'spanlight/relay';
import { asRunId, asSpanId, createMonitorStore, type MonitorStore, spanKeyOf } from 'spanlight/store';
import { createRelayClient, createWebSocketTransport, type RelayClient } from 'spanlight/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';

const patience = { timeout: 8000, interval: 20 };
const AT_MS = 1_790_000_000_000;
let relay: Relay;
let client: RelayClient;
let store: MonitorStore;
let asked: { readonly path: string; readonly scope: unknown }[];

const runOf = (user: string, session: string) => {
  const run = `trace_${user}${session}`;
  const at = { sv: 1, ts: AT_MS, run };
  return [
    {
      ...at,
      id: `${run}1`,
      type: 'run.start',
      a: { name: `Run of ${user}`, userId: user, sessionId: session, startedAtMs: AT_MS },
    },
    {
      ...at,
      id: `${run}2`,
      type: 'span.end',
      span: 's',
      a: { kind: 'tool', name: `tool_of_${user}`, status: 'error', startedAtMs: AT_MS, endedAtMs: AT_MS + 5 },
      detail: { output: `content of ${user}` },
    },
    {
      ...at,
      id: `${run}3`,
      type: 'log',
      a: { level: 'info', sourceName: 'x' },
      detail: { message: `line of ${user}` },
    },
  ];
};
const keyOf = (user: string, session: string) => spanKeyOf(asRunId(`trace_${user}${session}`), asSpanId('s'));

beforeEach(async () => {
  relay = await createRelay({ port: 0, dashboardDir: false, pricing: false, readsPerMinute: 10_000 });
  await relay.ingest([...runOf('ann', 's1'), ...runOf('ann', 's2'), ...runOf('ben', 's3')]);
  asked = [];
  const getToken = () => relay.tokens.developer ?? '';
  client = createRelayClient({
    url: relay.url,
    getToken,
    fetchImpl: (input, init) => {
      const scope = new Headers(init?.headers).get('spanlight-scope');
      asked.push({
        path: new URL(String(input)).pathname,
        scope: scope === null ? undefined : JSON.parse(decodeURIComponent(scope)),
      });
      return fetch(input, init);
    },
  });
  store = createMonitorStore({
    transport: createWebSocketTransport({ url: relay.url, getToken, WebSocketImpl: WebSocket }),
    detailSource: client,
    historySource: client,
    scope: { user: 'ann' },
  });
  store.connect();
});
afterEach(async () => {
  store.destroy();
  await relay.close();
});

/** Everything that the store can be asked for, and what came of it. */
async function everything() {
  await vi.waitFor(() => expect(store.getState().connection.phase).toBe('live'), patience);
  store.flush();
  const history = store.historySource;
  if (!history) throw new Error('there is no history');
  const contentOf = (user: string, session: string) =>
    store.loadDetail(keyOf(user, session)).then(
      (detail) => detail.output,
      ({ code }: { code: string }) => code,
    );
  const factsOf = (user: string, session: string) =>
    history.loadRunFacts(asRunId(`trace_${user}${session}`)).then(
      ({ facts }) => facts.length > 0,
      ({ code }: { code: string }) => code,
    );
  const exported = await (await store.scoped(client).exportRuns({ format: 'spanlight', content: true })).text();
  const metrics = await history.loadMetrics({ fromMs: AT_MS - 1000, toMs: AT_MS + 60_000, bucketMs: 60_000 });
  return {
    live: [...store.getState().runIds].sort(),
    content: [await contentOf('ann', 's1'), await contentOf('ben', 's3')],
    runs: (await history.loadRuns({})).runs.map(({ run }) => run.runId).sort(),
    facts: [await factsOf('ann', 's2'), await factsOf('ben', 's3')],
    lines: (await history.loadLogs({})).lines.map(({ message }) => String(message)).sort(),
    errors: (await history.loadErrors({ bucketMs: 60_000 })).groups.reduce((sum, { count }) => sum + count, 0),
    toolCalls: metrics.series.flatMap(({ buckets }) => buckets).reduce((sum, { toolCalls }) => sum + toolCalls, 0),
    exported: ['content of ann', 'content of ben'].map((text) => exported.includes(text)),
  };
}

describe('one scope that a store has', () => {
  it('holds on the stream, for content, for every kind of history and for exports', async () => {
    expect(await everything()).toEqual({
      live: ['trace_anns1', 'trace_anns2'],
      content: ['content of ann', 'detail.not-found'],
      runs: ['trace_anns1', 'trace_anns2'],
      facts: [true, 'history.not-found'],
      lines: ['line of ann', 'line of ann'],
      errors: 2,
      toolCalls: 2,
      exported: [true, false],
    });
    expect(asked.length).toBeGreaterThan(7);
    expect(asked.filter(({ scope }) => JSON.stringify(scope) !== '{"user":"ann"}')).toEqual([]);
  });

  it('changes for all of them at once, and goes for all of them', async () => {
    await everything();
    store.setScope({ user: 'ben' });
    await vi.waitFor(() => expect(store.getState().runIds).toEqual(['trace_bens3']), patience);
    expect(await everything()).toMatchObject({
      content: ['detail.not-found', 'content of ben'],
      runs: ['trace_bens3'],
      facts: ['history.not-found', true],
      lines: ['line of ben'],
      exported: [false, true],
    });
    store.setScope(undefined);
    await vi.waitFor(() => expect(store.getState().runIds).toHaveLength(3), patience);
    expect(await everything()).toMatchObject({ content: ['content of ann', 'content of ben'], toolCalls: 3 });
    expect(asked.at(-1)?.scope).toBeUndefined();
  });

  it('leaves a client that two stores share as it is', async () => {
    const other = createMonitorStore({ historySource: client, scope: { user: 'ben' } });
    const runsOf = async (each: MonitorStore) => (await each.historySource?.loadRuns({}))?.runs.length;
    expect([await runsOf(store), await runsOf(other), (await client.loadRuns({})).runs.length]).toEqual([2, 1, 3]);
    const narrow = client.withScope({ session: 's2' });
    expect((await narrow.loadRuns({})).runs.map(({ run }) => run.runId)).toEqual(['trace_anns2']);
    expect((await narrow.withScope(undefined).loadRuns({})).runs).toHaveLength(1);
    other.destroy();
  });
});
