import { detectFormat, parseText } from 'spanlight/adapters';
import { createRelay, type Relay } from 'spanlight/relay';
import { asRunId, createMonitorStore, type MonitorStore, selectRun } from 'spanlight/store';
import { createRelayClient, createWebSocketTransport, type RelayClient } from 'spanlight/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createFold } from '../../src/fold/createFold.ts';
import { eventsOf, FIRST_MS, planRuns } from '../relay/history/planRuns.ts';

const patience = { timeout: 8000, interval: 20 };
let relay: Relay;
let store: MonitorStore | undefined;
let client: RelayClient;
const plans = planRuns(60, 71);

beforeEach(async () => {
  relay = await createRelay({ port: 0, dashboardDir: false, pricing: false, readsPerMinute: 10_000 });
  client = createRelayClient({ url: relay.url, getToken: () => relay.tokens.developer ?? '' });
});
afterEach(async () => {
  store?.destroy();
  store = undefined;
  await relay.close();
});
const fill = async () => {
  for (const plan of plans) await relay.ingest(eventsOf(plan));
};
const everyRun = async () => {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.loadRuns({ limit: 7 }, { cursor });
    ids.push(...page.runs.map(({ run }) => run.runId));
    cursor = page.next;
  } while (cursor !== undefined);
  return ids;
};

describe('the client of a relay', () => {
  it('reads every kind of history, with its filters', async () => {
    await fill();
    expect(await everyRun()).toHaveLength(plans.length);
    const { runs } = await client.loadRuns({
      agents: ['Billing'],
      statuses: ['completed', 'failed'],
      text: 'bill',
      order: 'dearest',
      limit: 200,
    });
    expect(runs.map(({ run }) => run.runId as string).sort()).toEqual(
      plans
        .filter(({ agent, isWaiting }) => agent === 'Billing' && !isWaiting)
        .map(({ runId }) => runId)
        .sort(),
    );
    const runId = asRunId(plans[0]?.runId ?? '');
    const facts = await client.loadRunFacts(runId, { limit: 2 });
    expect(facts.next).toBeDefined();
    expect((await client.loadRunFacts(runId, { limit: 2, cursor: facts.next })).facts.length).toBeGreaterThan(0);
    expect((await client.loadErrors({ bucketMs: 60_000 })).groups.length).toBeGreaterThan(0);
    const metrics = await client.loadMetrics({
      fromMs: FIRST_MS,
      toMs: FIRST_MS + 600_000,
      bucketMs: 60_000,
      by: 'agent',
    });
    expect(metrics.seriesCount).toBe(3);
    expect((await client.loadLogs({ levels: ['error'] })).lines).toEqual([]);
  });

  it('says in a code why it got nothing', async () => {
    await expect(client.loadRunFacts(asRunId('none'))).rejects.toMatchObject({ code: 'history.not-found' });
    await expect(client.loadRuns({}, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'history.bad-query' });
    const stranger = createRelayClient({ url: relay.url, getToken: () => 'x'.repeat(40) });
    await expect(stranger.loadRuns({})).rejects.toMatchObject({ code: 'history.forbidden' });
    const abort = new AbortController();
    abort.abort();
    await expect(client.loadRuns({}, { signal: abort.signal })).rejects.toMatchObject({ code: 'history.unreachable' });
    await relay.close();
    await expect(client.loadErrors({})).rejects.toMatchObject({ code: 'history.unreachable' });
  });
});

describe('a store that holds little', () => {
  it('opens a run that it had to let go, with all its spans, and lets it go again', async () => {
    const open = createMonitorStore({
      transport: createWebSocketTransport({
        url: relay.url,
        getToken: () => relay.tokens.developer ?? '',
        WebSocketImpl: WebSocket,
      }),
      historySource: client,
      limits: { runs: 20 },
    });
    store = open;
    open.connect();
    await vi.waitFor(() => expect(open.getView().connection.phase).toBe('live'), patience);
    await fill();
    await vi.waitFor(() => expect(open.getView().counters.evictedRuns).toBeGreaterThanOrEqual(30), patience);
    const gone = plans.find(({ runId, isWaiting }) => !isWaiting && !open.getView().entities.getRun(asRunId(runId)));
    const runId = asRunId(gone?.runId ?? '');
    const close = open.openRun(runId);
    await vi.waitFor(
      () => expect([...open.getView().entities.spansOf(runId)].length).toBe(gone?.tool ? 3 : 2),
      patience,
    );
    expect(selectRun(open.getView(), runId)?.agentNames).toEqual([gone?.agent]);
    expect(open.getView().runIds).not.toContain(runId);
    close();
    await vi.waitFor(() => expect(open.getView().entities.getRun(runId)).toBeUndefined(), patience);
    // what is held and what the pages have is every run, once
    const held = open.getView().runIds;
    expect(new Set([...held, ...(await everyRun())]).size).toBe(plans.length);
  });
});

describe('an export from a real relay', () => {
  const readAgain = async (file: Blob) => {
    const text = await file.text();
    const found = detectFormat(parseText(text).value);
    if (found.kind !== 'trace') throw new Error('no trace');
    const { events, issues } = found.adapter.read(parseText(text).value);
    expect(issues).toEqual([]);
    const fold = createFold();
    for (const event of events) fold.apply(event);
    fold.settle();
    return fold.reader;
  };

  it('has the runs that the same filters list, in every format, with the totals of the relay', async () => {
    await fill();
    const { runs } = await client.loadRuns({ statuses: ['failed'], limit: 200 });
    expect(runs.length).toBeGreaterThan(1);
    for (const format of ['spanlight', 'otlp'] as const) {
      const reader = await readAgain(await client.exportRuns({ format, statuses: ['failed'] }));
      expect([...reader.runIds].sort()).toEqual(runs.map(({ run }) => run.runId).sort());
      for (const { run } of runs) {
        const { status, spanCount, totals } = reader.getRun(run.runId) ?? {};
        expect({ status, spanCount, tokens: totals?.totalTokens, cost: totals?.costNanoUsd }).toEqual({
          status: run.status,
          spanCount: run.spanCount,
          tokens: run.totals.totalTokens,
          cost: run.totals.costNanoUsd,
        });
      }
    }
    const [one] = runs;
    const runIds = one ? [one.run.runId] : [];
    const rows = (await (await client.exportRuns({ format: 'spans', runIds })).text()).trimEnd().split('\r\n');
    expect(rows).toHaveLength(1 + (one?.run.spanCount ?? 0));
    expect(await (await client.exportRuns({ format: 'costs', runIds })).text()).toMatch(/^run_id,run_name/);
  });

  it('of content is refused to who may not read it, by its code', async () => {
    const viewer = createRelayClient({ url: relay.url, getToken: () => relay.tokens.viewer ?? '' });
    await expect(viewer.exportRuns({ format: 'spanlight', content: true })).rejects.toMatchObject({
      code: 'history.forbidden',
    });
    const nobody = createRelayClient({ url: 'http://127.0.0.1:9', getToken: () => '' });
    await expect(nobody.exportRuns({ format: 'spans' })).rejects.toMatchObject({ code: 'history.unreachable' });
  });
});
