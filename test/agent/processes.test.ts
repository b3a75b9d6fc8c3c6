import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createRelay, type Relay } from 'spanlight/relay';
import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import { createWebSocketTransport } from 'spanlight/transport';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ScriptedModel, startScriptedModel } from '../../src/cli/demo/scriptedModel.ts';
import { isRunStale } from '../../src/fold/isRunStale.ts';
import { asRunId } from '../../src/model/ids.ts';
import { startSink } from './support.ts';

let model: ScriptedModel;
let relay: Relay;
let store: MonitorStore;
const children: ChildProcess[] = [];

beforeAll(async () => {
  model = await startScriptedModel({ seed: 1, pace: 0 });
  relay = await createRelay({ port: 0, dashboardDir: false });
  store = createMonitorStore({
    transport: createWebSocketTransport({
      url: relay.url,
      getToken: () => relay.tokens.viewer ?? '',
      WebSocketImpl: WebSocket as never,
    }),
  });
  store.connect();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  store.destroy();
  await relay.close();
  await model.close();
});

interface Child {
  readonly process: ChildProcess;
  readonly exit: Promise<readonly [number | null, NodeJS.Signals | null]>;
  /** Waits for a line on its standard output. */
  said(line: string): Promise<void>;
  output(): string;
}

function startChild(args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
  const script = fileURLToPath(new URL('children/agentChild.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      VITEST: undefined,
      MODEL_URL: model.url,
      SPANLIGHT_URL: relay.url,
      SPANLIGHT_INGEST_TOKEN: relay.tokens.ingest,
      ...env,
    },
  });
  children.push(child);
  let printed = '';
  child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
  child.stderr.on('data', (data: Buffer) => (printed += data.toString()));
  const exit = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return {
    process: child,
    exit,
    output: () => printed,
    said: (line) => vi.waitFor(() => expect(printed.split('\n')).toContain(line), { timeout: 40_000, interval: 20 }),
  };
}

const wait = { timeout: 40_000, interval: 20 };
const runOf = (runId: string) => {
  store.flush();
  return store.getState().entities.getRun(asRunId(runId));
};
const producerOf = (runId: string) => {
  const id = runOf(runId)?.producerId;
  return id === undefined ? undefined : store.getState().entities.producers.get(id);
};

describe('an agent process', { timeout: 60_000 }, () => {
  it('has sent everything when it ends by itself, and ends though the processor beats', async () => {
    const sink = await startSink();
    const child = startChild(['run-and-end'], { SPANLIGHT_URL: sink.url, FLUSH_EVERY_MS: '60000' });
    expect(await child.exit).toEqual([0, null]);
    expect(sink.events.filter(({ type }) => type === 'run.end')).toHaveLength(1);
    const open = new Set<string>();
    for (const { type, span = '' } of sink.events) {
      if (type === 'span.start') open.add(span);
      if (type === 'span.end') open.delete(span);
    }
    expect([...open]).toEqual([]);
    await sink.close();
  });

  it('ends in time when the relay is away, and says so once', async () => {
    const child = startChild(['run-and-end'], { SPANLIGHT_URL: 'http://127.0.0.1:9', FLUSH_EVERY_MS: '20' });
    expect(await child.exit).toEqual([0, null]);
    expect(child.output().match(/agent\.unreachable/g)).toHaveLength(1);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('has sent everything when %s ends it', async (signal) => {
    const sink = await startSink();
    const child = startChild(['live'], { SPANLIGHT_URL: sink.url, FLUSH_EVERY_MS: '60000' });
    await child.said('living');
    expect(sink.events).toEqual([]);
    child.process.kill(signal);
    const [code] = await child.exit;
    expect(code).toBe(signal === 'SIGINT' ? 130 : 0); // as the SDK alone would end it
    expect(sink.events.filter(({ type }) => type === 'run.end')).toHaveLength(1);
    await sink.close();
  });

  it('leaves the end to the host where the host listens for the signal', async () => {
    const sink = await startSink();
    const child = startChild(['live-with-listener'], { SPANLIGHT_URL: sink.url, FLUSH_EVERY_MS: '60000' });
    await child.said('living');
    child.process.kill('SIGTERM');
    expect(await child.exit).toEqual([7, null]);
    expect(sink.events.filter(({ type }) => type === 'run.end')).toHaveLength(1);
    await sink.close();
  });

  it('that is killed in a run leaves it running, then stale; another process takes the same trace up', async () => {
    const traceId = `trace_${'ab'.repeat(16)}`;
    const first = startChild(['hang', traceId]);
    await first.said('hanging');
    await vi.waitFor(() => expect(runOf(traceId)).toMatchObject({ status: 'running', openSpanCount: 2 }), wait);
    const killed = producerOf(traceId);
    expect(killed?.beatEveryMs).toBe(100);
    expect(isRunStale(runOf(traceId) ?? never(), killed, store.now())).toBe(false);
    first.process.kill('SIGKILL');
    await first.exit;
    await vi.waitFor(() => {
      const run = runOf(traceId) ?? never();
      expect(run.status).toBe('running');
      expect(isRunStale(run, producerOf(traceId), store.now())).toBe(true);
    }, wait);

    const second = startChild(['continue', traceId], { BEAT_EVERY_MS: '5000' });
    expect(await second.exit).toEqual([0, null]);
    await vi.waitFor(() => expect(runOf(traceId)?.agentNames).toEqual(['Support Agent']), wait);
    await vi.waitFor(() => expect(runOf(traceId)?.spanCount).toBeGreaterThan(6), wait);
    const run = runOf(traceId) ?? never();
    expect(run.status).toBe('running'); // the spans that were killed never ended
    expect(run.openSpanCount).toBe(2);
    expect(run.producerId).not.toBe(killed?.producerId);
    expect(isRunStale(run, producerOf(traceId), store.now())).toBe(false);
  });

  it('shares a trace with another one at the same time: nothing is lost, nothing counted twice', async () => {
    const traceId = `trace_${'cd'.repeat(16)}`;
    const both = [startChild(['continue', traceId]), startChild(['continue', traceId])];
    for (const child of both) expect(await child.exit).toEqual([0, null]);
    await vi.waitFor(() => {
      expect(runOf(traceId)).toMatchObject({
        status: 'completed',
        openSpanCount: 0,
        totals: { calls: 4, toolCalls: 2 },
      });
    }, wait);
  });
});

function never(): never {
  throw new Error('the run is not there');
}
