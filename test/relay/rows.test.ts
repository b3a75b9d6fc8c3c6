import { type Relay, type RelayOptions } from 'spanlight/relay';
import { createTraffic } from 'spanlight/simulator';
import { createMonitorStore, type MonitorStore, type MonitorStoreOptions, selectRun } from 'spanlight/store';
import { createWebSocketTransport } from 'spanlight/transport';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createFold } from '../../src/fold/index.ts';
import { createMetricBuckets } from '../../src/metrics/createMetricBuckets.ts';
import type { Role } from '../../src/model/capabilities.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { asRunId } from '../../src/model/ids.ts';
import { chargeDimensions } from '../../src/model/run.ts';
import type { RowsFrame, RunRow } from '../../src/model/wire.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import { selectAllChargeLines, selectTotals } from '../../src/store/selectTotals.ts';
import { onEnd, type Reader, read, send, spanEvent, startRelay, tokenOf } from './support.ts';

const patience = { timeout: 8000, interval: 20 };
vi.setConfig({ testTimeout: 20_000 });
const quick = (options: RelayOptions = {}) => startRelay({ ...options, timings: { rowsMs: 25, ...options.timings } });

/** What a few dozen agents do in some minutes that ended a moment ago. */
function someTraffic(seconds = 120, ratePerSec = 10): readonly MonitorEvent[] {
  const startAtMs = Date.now() - seconds * 1000;
  const traffic = createTraffic({ seed: 7, ratePerSec, startAtMs, hasPrices: true });
  return [...traffic.takeUntil(startAtMs + seconds * 1000)].flatMap(({ event }) => event ?? []);
}
async function sendAll(relay: Relay, events: readonly MonitorEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += 500) await send(relay, events.slice(at, at + 500));
}

function openStore(relay: Relay, options: Partial<MonitorStoreOptions> = {}, role: Role = 'developer'): MonitorStore {
  const transport = createWebSocketTransport({
    url: relay.url,
    getToken: () => tokenOf(relay, role),
    WebSocketImpl: WebSocket as never,
  });
  const store = createMonitorStore({ transport, topicLingerMs: 0, ...options });
  onEnd(() => store.destroy());
  store.connect();
  return store;
}
const rowsOf = ({ frames }: Reader): RowsFrame[] => frames.filter((frame) => frame.t === 'rows');
const runRows = (reader: Reader): ReadonlyMap<string, RunRow> =>
  new Map(rowsOf(reader).flatMap(({ runs }) => runs.map((row) => [row.run.runId, row] as const)));

/** What a store says of all its runs; `source` and `revision` are of the holder. */
function figuresOf(store: MonitorStore) {
  store.flush();
  const state = store.getState();
  return {
    totals: selectTotals(state),
    runs: [...state.runIds].sort().map((runId) => {
      const { revision: _revision, detail: _detail, totals, ...run } = selectRun(state, runId) ?? never();
      const { source: _source, ...sums } = totals;
      return { ...run, totals: sums, lines: chargeDimensions.map((one) => state.entities.chargeLines(runId, one)) };
    }),
    lines: [...chargeDimensions, 'user' as const].map((dimension) => selectAllChargeLines(state, dimension)),
  };
}
const never = (): never => {
  throw new Error('the run is not there');
};

describe('rows', () => {
  it('say of every run what its spans say: the same totals, lines and facts as a store that has them all', async () => {
    const relay = await quick();
    const events = someTraffic();
    await sendAll(relay, events.slice(0, events.length / 2));
    for (const role of ['developer', 'viewer'] as const) {
      const whole = openStore(relay, { topics: ['overview'] }, role);
      const rows = openStore(relay, { topics: ['runs', 'metrics'] }, role);
      await sendAll(relay, events.slice(events.length / 2)); // some of it is news, some a repeat
      await vi.waitFor(() => {
        const expected = figuresOf(whole);
        expect(expected.runs.length).toBeGreaterThan(20);
        expect(figuresOf(rows)).toEqual(expected);
      }, patience);
      expect(rows.getState().entities.spanCount).toBe(0);
      const sources = (store: MonitorStore) =>
        new Set(store.getState().runIds.map((id) => selectRun(store.getState(), id)?.totals.source));
      expect([...sources(rows)]).toEqual(['relay']);
      expect([...sources(whole)]).toEqual(['held']);
    }
  });

  it('give way to the store’s own derivation once a run is open and all its spans are held', async () => {
    const relay = await quick();
    await sendAll(relay, someTraffic(60));
    const store = openStore(relay, { topics: ['runs'] });
    await vi.waitFor(() => expect(store.getState().runIds.length).toBeGreaterThan(5), patience);
    const [runId = asRunId('')] = store.getState().runIds;
    const before = figuresOf(store);
    expect(selectRun(store.getState(), runId)?.totals.source).toBe('relay');
    const release = store.hold(`run:${runId}`);
    await vi.waitFor(() => expect(selectRun(store.getState(), runId)?.totals.source).toBe('held'), patience);
    expect(figuresOf(store)).toEqual(before);
    expect(store.getState().entities.spanCount).toBe(selectRun(store.getState(), runId)?.spanCount);
    release();
  });

  it('carry metric buckets that equal those derived from the spans', async () => {
    const relay = await quick();
    const events = someTraffic();
    const store = openStore(relay, { topics: ['metrics'] });
    await sendAll(relay, events);
    const fold = createFold();
    for (const event of events) fold.apply(event);
    const { spans } = fold.settle();
    const buckets = createMetricBuckets();
    for (const span of spans) buckets.put(span, fold.reader);
    const byPlace = <T extends { startMs: number; agentName?: string | undefined }>(list: readonly T[]) =>
      [...list].sort((a, b) => a.startMs - b.startMs || ((a.agentName ?? '') < (b.agentName ?? '') ? -1 : 1));
    const expected = byPlace(buckets.all());
    expect(expected.length).toBeGreaterThan(10);
    await vi.waitFor(() => {
      store.flush();
      expect(byPlace(store.getState().metricBuckets)).toEqual(expected);
    }, patience);
    const total = selectTotals(openedWith(events).getState());
    const sum = (name: 'llmCalls' | 'toolCalls' | 'inputTokens' | 'costNanoUsd') =>
      expected.filter(({ agentName }) => agentName === undefined).reduce((all, bucket) => all + bucket[name], 0);
    expect(sum('inputTokens')).toBe(total.inputTokens);
    expect(sum('costNanoUsd')).toBe(total.costNanoUsd);
  });

  it('stay true when a late fact comes for a run whose spans were let go', async () => {
    let nowMs = Date.now();
    const relay = await quick({ now: () => nowMs });
    const run = `trace_${'9'.repeat(32)}`;
    const span = `span_${'9'.repeat(24)}`;
    const call = { kind: 'llm', name: 'answer', agentName: 'Support', model: 'gpt-5.4' };
    const usage = { scope: 'leaf', inputTokens: 100, outputTokens: 10 };
    const ended = { ...call, startedAtMs: nowMs - 2000, endedAtMs: nowMs - 1000, status: 'ok', usage };
    const reader = await read(relay, { role: 'developer', subs: [{ sub: 'runs' }, { sub: 'metrics' }] });
    await send(relay, [spanEvent({ run, span, type: 'span.end', ts: nowMs - 1000, a: ended })]);
    await reader.waitFor(() => runRows(reader).get(run)?.run.totals.inputTokens === 100);
    nowMs += 40_000;
    await send(relay, [spanEvent({ ts: nowMs })]);
    await reader.waitFor(() => runRows(reader).size === 2); // in the same publishing the first was let go
    await send(relay, [
      spanEvent({ run, span, type: 'span.price', ts: nowMs, a: { costNanoUsd: 77, costSource: 'computed' } }),
    ]);
    await reader.waitFor(() => runRows(reader).get(run)?.run.totals.costNanoUsd === 77);
    expect(runRows(reader).get(run)?.run.totals.inputTokens).toBe(100);
    const totals = () =>
      rowsOf(reader)
        .flatMap(({ buckets }) => buckets ?? [])
        .findLast(({ agentName, llmCalls }) => agentName === 'Support' && llmCalls > 0);
    await reader.waitFor(() => totals()?.costNanoUsd === 77);
    expect(totals()).toMatchObject({ llmCalls: 1, inputTokens: 100 });
  });

  it('are filtered by what the reader sees of a run', async () => {
    const relay = await quick();
    const events = someTraffic();
    const fold = createFold();
    for (const event of events) fold.apply(event);
    const { runs } = fold.settle();
    const runCount = runs.length;
    await sendAll(relay, events);
    const all = await read(relay, { role: 'developer', subs: [{ sub: 'runs' }] });
    // they come in several frames, and a run that is still being read comes more than once
    await all.waitFor(() => runs.every(({ runId, status }) => runRows(all).get(runId)?.run.status === status));
    const rows = [...runRows(all).values()];
    const pick = <T>(values: readonly (T | undefined)[]): T => values.find((value) => value !== undefined) ?? never();
    const userId = pick(rows.map(({ run }) => run.userId));
    const agent = pick(rows.map(({ run }) => run.agentNames[0]));
    const expectations = [
      [{ status: 'failed' }, (row: RunRow) => row.run.status === 'failed'],
      [{ user: userId }, (row: RunRow) => row.run.userId === userId],
      [
        { agent, status: ['completed', 'failed'] },
        (row: RunRow) => row.run.agentNames.includes(agent) && ['completed', 'failed'].includes(row.run.status),
      ],
      [{ run: rows[3]?.run.runId ?? '' }, (row: RunRow) => row.run.runId === rows[3]?.run.runId],
    ] as const;
    for (const [filter, isAsked] of expectations) {
      const reader = await read(relay, { role: 'developer', subs: [{ sub: 'runs', filter }] });
      const expected = rows.filter(isAsked).map(({ run }) => run.runId);
      expect(expected.length).toBeGreaterThan(0);
      await reader.waitFor(() => runRows(reader).size >= expected.length);
      expect([...runRows(reader).keys()].sort()).toEqual(expected.sort());
    }
    // a viewer asks with the stand-in it sees; the name itself finds nothing
    const viewer = await read(relay, { role: 'viewer', subs: [{ sub: 'runs' }] });
    await viewer.waitFor(() => runRows(viewer).size === runCount);
    const standIn = pick([...runRows(viewer).values()].map(({ run }) => run.userId));
    const byStandIn = await read(relay, { role: 'viewer', subs: [{ sub: 'runs', filter: { user: standIn } }] });
    await byStandIn.waitFor(() => runRows(byStandIn).size > 0);
    const byName = await read(relay, {
      role: 'viewer',
      subs: [{ sub: 'runs', filter: { user: userId } }, { sub: 'logs' }],
    });
    await byName.next('snap');
    expect(runRows(byName).size).toBe(0);
  });

  it('have nothing for a viewer that its events would not have', async () => {
    const relay = await quick();
    const secret = 'kanarie@example.com';
    const run = `order for ${secret}`;
    const end = { kind: 'llm', name: secret, agentName: secret, model: secret, status: 'error', errorType: secret };
    const a = { ...end, startedAtMs: Date.now() - 1, endedAtMs: Date.now(), usage: { scope: 'leaf', inputTokens: 5 } };
    await send(relay, [
      spanEvent({
        run,
        type: 'run.start',
        span: undefined,
        a: { name: secret, userId: secret, sessionId: secret, tags: [secret] },
      }),
      spanEvent({ run, type: 'span.end', detail: { input: secret, error: { message: secret } }, a }),
    ]);
    const subs = [{ sub: 'runs' as const }, { sub: 'metrics' as const }];
    const viewer = await read(relay, { role: 'viewer', subs });
    const developer = await read(relay, { role: 'developer', subs });
    for (const reader of [viewer, developer]) {
      await reader.waitFor(() =>
        rowsOf(reader).some(({ runs, buckets }) => runs.length > 0 && (buckets?.length ?? 0) > 0),
      );
    }
    expect(developer.raw().toString()).toContain(secret);
    for (const form of [secret, 'kanarie', Buffer.from('kanarie').toString('base64').slice(0, 8)]) {
      expect(viewer.raw().toString()).not.toContain(form);
    }
  });

  it('are sent again to who comes back: those that changed, and not the others', async () => {
    let nowMs = Date.now();
    const relay = await quick({ now: () => nowMs });
    const runOf = (digit: number) => `trace_${String(digit).repeat(32)}`;
    const first = await read(relay, { role: 'developer', subs: [{ sub: 'runs' }] });
    for (const digit of [1, 2]) {
      await send(relay, [spanEvent({ run: runOf(digit), ts: nowMs })]);
      await first.waitFor(() => runRows(first).has(runOf(digit)));
    }
    nowMs += 300_000; // long enough ago that both have reached whoever reads
    await send(relay, [spanEvent({ run: runOf(2), ts: nowMs })]);
    await first.waitFor(() => runRows(first).get(runOf(2))?.run.spanCount === 2);
    const { epoch } = await first.next('welcome');
    first.socket.terminate();
    await send(relay, [spanEvent({ run: runOf(3), ts: nowMs })]);
    const again = await read(relay, { role: 'developer', subs: [{ sub: 'runs' }], cursor: `${epoch}.3` });
    await again.waitFor(() => runRows(again).has(runOf(3)));
    expect((await again.next('welcome')).resume).toBe('ok');
    expect([...runRows(again).keys()].sort()).toEqual([runOf(2), runOf(3)]);
  });
});

describe('rows of a log that began anew', () => {
  it('say what it has, and nothing of the one that is gone', async () => {
    const memoryLog = () =>
      createMemoryRunLog({
        events: 100,
        eventBytes: 1e6,
        detailBytes: 0,
        bounds: { runs: 100, spans: 1000, endedForMs: 1e12 },
        now: Date.now,
      });
    let current = memoryLog();
    const runLog = new Proxy(current, { get: (_target, key) => Reflect.get(current, key) as unknown });
    const relay = await quick({ runLog });
    const run = `trace_${'1'.repeat(32)}`;
    const open = () => read(relay, { role: 'developer', subs: [{ sub: 'runs' }] });
    const spanCounts = (reader: Reader) => rowsOf(reader).flatMap(({ runs }) => runs.map((row) => row.run.spanCount));
    const first = await open();
    await send(relay, [spanEvent({ run }), spanEvent({ run })]);
    await first.waitFor(() => spanCounts(first).includes(2));
    current = memoryLog();
    await send(relay, [spanEvent({ run })]);
    const second = await open();
    await second.waitFor(() => spanCounts(second).length > 0);
    expect(spanCounts(second)).toEqual([1]);
  });
});

describe('the overview of a project', () => {
  const auto = { topics: [{ sub: 'overview' as const, filter: { spans: 'auto' } }] };

  it('is every event while it is calm', async () => {
    const relay = await quick();
    const store = openStore(relay, auto);
    await sendAll(relay, someTraffic(20));
    await vi.waitFor(() => expect(store.getState().entities.spanCount).toBeGreaterThan(20), patience);
    expect(selectRun(store.getState(), store.getState().runIds[0] ?? asRunId(''))?.totals.source).toBe('held');
  });

  it('is rows while it is busy, with the spans of what is open, and every event again after a calm time', async () => {
    let nowMs = Date.now();
    const relay = await quick({
      overviewEventsPerSec: 50,
      now: () => nowMs,
      timings: { heartbeatMs: 100, recheckMs: 1e9 },
    });
    const store = openStore(relay, auto);
    await vi.waitFor(() => expect(store.getState().connection.phase).toBe('live'), patience);
    const events = someTraffic(120);
    await sendAll(relay, events.slice(0, 700)); // at once: more than 50 a second over ten seconds
    await vi.waitFor(() => expect(store.getState().metricBuckets.length).toBeGreaterThan(0), patience);
    const heldSpans = store.getState().entities.spanCount;
    await sendAll(relay, events.slice(700));
    const whole = openStore(relay, { topics: ['overview'] });
    await vi.waitFor(() => expect(figuresOf(store)).toEqual(figuresOf(whole)), patience);
    expect(store.getState().entities.spanCount).toBe(heldSpans);
    nowMs += 200_000;
    await vi.waitFor(() => {
      store.flush();
      expect(store.getState().entities.spanCount).toBe(whole.getState().entities.spanCount);
    }, patience);
    expect(figuresOf(store)).toEqual(figuresOf(whole));
  });
});

/** A store that was fed by hand. */
function openedWith(events: readonly MonitorEvent[]): MonitorStore {
  const store = createMonitorStore();
  onEnd(() => store.destroy());
  store.ingest(events);
  store.flush();
  return store;
}
