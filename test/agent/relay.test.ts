import { createSpanlightProcessor } from 'spanlight/agent';
import { createRelay, type Relay } from 'spanlight/relay';
import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import { createRelayClient, createWebSocketTransport } from 'spanlight/transport';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Run } from '../../src/model/run.ts';
import { type DemoRig, startDemoRig } from './support.ts';

let rig: DemoRig;
let relay: Relay;
let store: MonitorStore;
beforeAll(async () => {
  rig = await startDemoRig();
});
afterAll(() => rig.model.close());
beforeEach(async () => {
  relay = await createRelay({ port: 0, dashboardDir: false });
  const source = { url: relay.url, getToken: () => relay.tokens.developer ?? '' };
  store = createMonitorStore({
    transport: createWebSocketTransport({ ...source, WebSocketImpl: WebSocket as never }),
    detailSource: createRelayClient(source),
  });
  store.connect();
});
afterEach(async () => {
  await rig.sdk.getGlobalTraceProvider().shutdown(1_000);
  rig.sdk.setTraceProcessors([]);
  store.destroy();
  await relay.close();
});

const processorTo = (target: Relay) =>
  createSpanlightProcessor({ url: target.url, token: target.tokens.ingest, flushEveryMs: 5 });
const exporterTo = (target: Relay) =>
  new rig.sdk.BatchTraceProcessor(
    new rig.sdk.OpenAITracingExporter({
      endpoint: `${target.url}/v1/traces/ingest`,
      apiKey: target.tokens.ingest ?? '',
    }),
  );
const onlyRun = (): Run => {
  store.flush();
  const { runIds, entities } = store.getState();
  expect(runIds).toHaveLength(1);
  const run = runIds[0] && entities.getRun(runIds[0]);
  if (!run) throw new Error('no run');
  return run;
};
const seen = (check: (run: Run) => void) => vi.waitFor(() => check(onlyRun()), { timeout: 10_000, interval: 20 });
const ask = () =>
  rig
    .runner('responses', { workflowName: 'Support', groupId: 'group_1', traceMetadata: { user_id: 'user_1' } })
    .run(rig.agents.support, 'I cannot sign in since this morning.');

describe('agents and the real relay', { timeout: 30_000 }, () => {
  it('shows a run of the processor with model, tokens, cost and content on demand', async () => {
    const processor = processorTo(relay);
    rig.sdk.setTraceProcessors([processor]);
    await ask();
    await processor.forceFlush();
    await seen((run) => {
      expect(run).toMatchObject({ status: 'completed', name: 'Support', openSpanCount: 0, totals: { calls: 4 } });
      expect(run.totals.costNanoUsd).toBeGreaterThan(0);
      expect(run.totals.unpricedCalls).toBe(0);
    });
    const { entities } = store.getState();
    const tool = [...entities.spansOf(onlyRun().runId)].find(({ name }) => name === 'search_knowledge_base');
    if (!tool) throw new Error('no tool span');
    expect(tool.detail).toBeUndefined();
    expect(tool.detailRefs?.input?.sizeBytes).toBeGreaterThan(0);
    expect(JSON.stringify(await store.loadDetail(tool.key))).toContain('sign-in spins');
    expect(processor.stats).toMatchObject({ refusedEvents: 0, droppedEvents: 0, lastErrorCode: undefined });
  });

  it('takes what the exporter of the SDK posts, unchanged', async () => {
    const exporter = exporterTo(relay);
    rig.sdk.setTraceProcessors([exporter]);
    await ask();
    await exporter.forceFlush();
    await seen((run) => {
      expect(run).toMatchObject({ status: 'completed', name: 'Support', groupId: 'group_1', openSpanCount: 0 });
      expect(run.agentNames).toEqual(expect.arrayContaining(['Support Agent', 'Operations Agent']));
      expect(run.totals.isUsageKnown).toBe(true); // the turns say their tokens
      expect(run.totals.toolCalls).toBe(3);
    });
  });

  it('counts nothing twice when both report the same run', async () => {
    const processor = processorTo(relay);
    const exporter = exporterTo(relay);
    rig.sdk.setTraceProcessors([processor, exporter]);
    await ask();
    await processor.forceFlush();
    await seen((run) => expect(run.status).toBe('completed'));
    const alone = onlyRun();
    const before = store.getState().counters.acceptedEvents;
    await exporter.forceFlush();
    // One trace record and one record for each span
    await seen((run) =>
      expect(store.getState().counters.acceptedEvents).toBeGreaterThanOrEqual(before + run.spanCount + 1),
    );
    const both = onlyRun();
    expect(both.totals).toEqual(alone.totals);
    expect(both.spanCount).toBe(alone.spanCount);
    expect(both).toMatchObject({ status: 'completed', name: alone.name, userId: alone.userId });
  });

  it('shows a wait, and its end', async () => {
    const processor = processorTo(relay);
    rig.sdk.setTraceProcessors([processor]);
    const first = await rig.runner('responses').run(rig.agents.billing, 'I want a full refund for the year');
    processor.reportInterruptions(first);
    await seen((run) => expect(run).toMatchObject({ status: 'waiting', pendingApprovalCount: 1 }));
    expect(store.getState().pendingApprovals).toMatchObject([{ toolName: 'issue_refund', state: 'pending' }]);
    for (const call of first.interruptions) first.state.approve(call);
    processor.reportInterruptions(await rig.runner('responses').run(rig.agents.billing, first.state));
    await seen((run) => expect(run).toMatchObject({ status: 'completed', pendingApprovalCount: 0 }));
    expect(store.getState().pendingApprovals).toEqual([]);
  });

  it('tells of events that the process had to let go', async () => {
    const processor = createSpanlightProcessor({
      url: relay.url,
      token: relay.tokens.ingest,
      flushEveryMs: 60_000,
      maxQueuedEvents: 20,
    });
    rig.sdk.setTraceProcessors([processor]);
    await ask();
    expect(processor.stats.droppedEvents).toBeGreaterThan(0);
    await processor.shutdown();
    await vi.waitFor(
      () => {
        store.flush();
        expect(store.getState().entities.producers.get(processor.stats.producerId)).toMatchObject({
          droppedEvents: processor.stats.droppedEvents,
        });
      },
      { timeout: 10_000, interval: 20 },
    );
  });
});
