import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRelay, type Relay } from 'spanlight/relay';
import { type Approval, createMonitorStore, type MonitorEvent, type MonitorStore } from 'spanlight/store';
import { createRelayClient, createWebSocketTransport, type RelayClient } from 'spanlight/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createJoinedHistory, type JoinedHistory } from '../../src/store/history/createJoinedHistory.ts';
import { approvalKind } from '../../src/store/history/entityKinds.ts';

const AT_MS = 1_790_000_000_000;
/** Less than a test has: a wait that ends says what it waited for. */
const patience = { timeout: 4000, interval: 10 };
type Reader = 'developer' | 'viewer';
let dataDir: string;
let relay: Relay;
let stores: MonitorStore[];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'spanlight-entities-'));
  stores = [];
  relay = await createRelay({
    port: 0,
    dashboardDir: false,
    pricing: false,
    readsPerMinute: 10_000,
    store: 'sqlite',
    dataDir,
  });
});
afterEach(async () => {
  for (const store of stores) store.destroy();
  await relay.close();
  await rm(dataDir, { recursive: true, force: true });
});

const clientOf = (reader: Reader): RelayClient =>
  createRelayClient({ url: relay.url, getToken: () => relay.tokens[reader] ?? '' });

const runIdOf = (index: number) => `Order of Mrs ${index}`;
const event = (id: string, type: string, atMs: number, more: object) =>
  ({ id, type, sv: 1, ts: atMs, ...more }) as unknown as MonitorEvent;
const requested = (index: number): MonitorEvent[] => {
  const run = runIdOf(index);
  const atMs = AT_MS + index * 1000;
  return [
    event(`start-${index}`, 'run.start', atMs, {
      run,
      a: { name: 'Refund', startedAtMs: atMs, userId: index % 2 === 0 ? 'ann' : 'ben' },
    }),
    event(`ask-${index}`, 'approval.requested', atMs, {
      run,
      ref: `call ${index}`,
      a: { toolName: index % 3 === 0 ? 'mail ann@example.com' : 'refund', requestedAtMs: atMs },
      detail: { arguments: { to: 'secret' } },
    }),
  ];
};
/** Decided, and the run ended: it may be let go. */
const decided = (index: number): MonitorEvent[] => {
  const run = runIdOf(index);
  const atMs = AT_MS + index * 1000 + 500;
  return [
    event(`decide-${index}`, 'approval.decided', atMs, {
      run,
      ref: `call ${index}`,
      prod: { id: 'p', n: index + 1 },
      a: { decision: index % 2 === 0 ? 'approved' : 'rejected', decidedBy: 'ann@example.com' },
    }),
    event(`end-${index}`, 'run.end', atMs, { run, a: { status: 'completed', endedAtMs: atMs } }),
  ];
};
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);

describe('the client of a relay on SQLite', () => {
  beforeEach(async () => {
    await relay.ingest(range(0, 9).flatMap(requested));
    await relay.ingest(range(0, 6).flatMap(decided));
    await relay.ingest([
      event('s1', 'score', AT_MS + 10, { run: runIdOf(1), a: { name: 'polite', value: 0.4, threshold: 0.5 } }),
      event('s2', 'score', AT_MS + 20, { run: runIdOf(2), a: { name: 'true', value: 0.9 } }),
      event('a1', 'alert.firing', AT_MS + 30, {
        ref: 'alert-1',
        a: { ruleName: 'Slow', severity: 'critical', value: 9 },
      }),
      event('a2', 'alert.firing', AT_MS + 40, {
        ref: 'alert-2',
        a: { ruleName: 'Dear', severity: 'warning', value: 3 },
      }),
      event('a3', 'alert.resolved', AT_MS + 50, { ref: 'alert-2', a: { by: 'ann@example.com' } }),
    ]);
  });

  it('reads approvals in pages, by every filter', async () => {
    const client = clientOf('developer');
    const first = await client.loadApprovals({ limit: 4 });
    expect(first.approvals.map(({ callId }) => callId)).toEqual(['call 8', 'call 7', 'call 6', 'call 5']);
    const second = await client.loadApprovals({ limit: 4 }, { cursor: first.next });
    expect(second.approvals.map(({ callId }) => callId)).toEqual(['call 4', 'call 3', 'call 2', 'call 1']);
    const some = await client.loadApprovals({
      states: ['approved', 'expired'],
      tools: ['refund'],
      runIds: [runIdOf(2), runIdOf(4), runIdOf(7)],
      fromMs: AT_MS + 3000,
      toMs: AT_MS + 9000,
      order: 'oldest',
    });
    expect(some).toMatchObject({ approvals: [{ callId: 'call 4', decidedBy: 'ann@example.com' }] });
    expect(some.next).toBeUndefined();
    await expect(client.loadApprovals({}, { cursor: 'nonsense' })).rejects.toMatchObject({ code: 'history.bad-query' });
  });

  it('reads scores and alerts, by every filter', async () => {
    const client = clientOf('developer');
    expect(await client.loadScores({ names: ['polite'], runIds: [runIdOf(1)] })).toMatchObject({
      scores: [{ value: 0.4, threshold: 0.5 }],
    });
    expect((await client.loadScores({ order: 'oldest' })).scores.map(({ name }) => name)).toEqual(['polite', 'true']);
    expect(await client.loadAlerts({ severities: ['critical'], rules: ['Slow'], states: ['firing'] })).toMatchObject({
      alerts: [{ alertId: 'alert-1', value: 9 }],
    });
    expect((await client.loadAlerts({})).alerts.map(({ state }) => state)).toEqual(['resolved', 'firing']);
  });

  it('reads for a viewer what its stream shows, asked for in its words', async () => {
    const client = clientOf('viewer');
    const { approvals } = await client.loadApprovals({ order: 'oldest' });
    expect(approvals).toHaveLength(9);
    expect(JSON.stringify(approvals)).not.toMatch(/Mrs|ann@|secret/);
    const { runId = '', toolName = '' } = approvals[0] ?? {};
    expect((await client.loadApprovals({ tools: [toolName], runIds: [runId] })).approvals).toHaveLength(1);
    expect((await client.loadApprovals({ tools: ['mail ann@example.com'] })).approvals).toEqual([]);
    expect(JSON.stringify(await client.loadAlerts({}))).not.toContain('ann@');
  });

  it('reads within a scope only, where alerts are in none', async () => {
    const client = clientOf('developer').withScope({ user: 'ann' });
    const { approvals } = await client.loadApprovals({});
    expect(approvals.map(({ callId }) => callId)).toEqual(['call 8', 'call 6', 'call 4', 'call 2', 'call 0']);
    expect((await client.loadScores({})).scores.map(({ name }) => name)).toEqual(['true']);
    expect((await client.loadAlerts({})).alerts).toEqual([]);
  });
});

describe('approvals of a page and of the live tail', () => {
  const open = async (reader: Reader) => {
    const client = clientOf(reader);
    const store = createMonitorStore({
      transport: createWebSocketTransport({
        url: relay.url,
        getToken: () => relay.tokens[reader] ?? '',
        WebSocketImpl: WebSocket,
      }),
      historySource: client,
      limits: { runs: 60 },
    });
    stores.push(store);
    store.connect();
    await vi.waitFor(() => expect(store.getState().connection.phase).toBe('live'), patience);
    const list = createJoinedHistory<Approval>({
      store,
      kind: approvalKind,
      async load(cursor, signal) {
        const page = await client.loadApprovals({ limit: 7 }, { cursor, signal });
        return { items: page.approvals, next: page.next };
      },
      isWanted: () => true,
      refreshEveryMs: 100, // a run that was decided and let go in one flush is told of by its page
    });
    return { store, client, list, stop: list.subscribe(() => undefined) };
  };
  const loadMore = async (list: JoinedHistory<Approval>) => {
    list.loadMore();
    await vi.waitFor(() => expect(list.read()).toMatchObject({ state: 'idle', errorCode: undefined }), patience);
  };
  const everyApproval = async (client: RelayClient) => {
    const all: Approval[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.loadApprovals({ limit: 200 }, { cursor });
      all.push(...page.approvals);
      cursor = page.next;
    } while (cursor !== undefined);
    return all;
  };
  const shown = (approvals: readonly Approval[]) =>
    approvals.map(({ runId, callId, state, toolName }) => ({ runId, callId, state, toolName }));

  it.each(['developer', 'viewer'] as const)(
    'are every one, once and as decided, while runs come and are let go between the pages, for a %s',
    async (reader) => {
      await relay.ingest([...range(0, 30).flatMap(requested), ...range(0, 26).flatMap(decided)]);
      const { store, client, list, stop } = await open(reader);
      await loadMore(list);
      for (let from = 30; from < 102; from += 12) {
        const to = from + 12;
        await relay.ingest([...range(from, to).flatMap(requested), ...range(from - 4, to - 4).flatMap(decided)]);
        await loadMore(list);
      }
      await vi.waitFor(() => expect(store.getState().counters.evictedRuns).toBeGreaterThan(30), patience);
      while (!list.read().isEnd) await loadMore(list);
      const all = await everyApproval(client);
      expect(all).toHaveLength(102);
      await vi.waitFor(() => expect(shown(list.read().items)).toEqual(shown(all)), patience);
      stop();
    },
  );
});
