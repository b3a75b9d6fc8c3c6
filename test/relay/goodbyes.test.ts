import { createRelay, type RelayOptions } from 'spanlight/relay';
import {
  createPollingTransport,
  createSseTransport,
  createWebSocketTransport,
  type SessionOptions,
  type Transport,
} from 'spanlight/transport';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createMemoryFanOut } from '../../src/relay/fan-out/memoryFanOut.ts';
import { createRecordingSink, type RecordingSink } from '../transport/support/recordingSink.ts';
import { onEnd, spanEvent } from './support.ts';

vi.setConfig({ testTimeout: 60_000 });
const patience = { timeout: 45_000, interval: 20 };
const STEP_MS = 40;
const RESTART_MS = 1500;
const token = 'v'.repeat(40);

type Kind = 'websocket' | 'sse' | 'polling';
const open: Record<Kind, (options: SessionOptions & { readonly url: string }) => Transport> = {
  websocket: (options) => createWebSocketTransport({ ...options, WebSocketImpl: WebSocket as never }),
  sse: (options) => createSseTransport(options),
  polling: (options) => createPollingTransport({ ...options, pauseMs: 300 }),
};
const kinds = Object.keys(open) as Kind[];

async function startRelay(options: RelayOptions) {
  const relay = await createRelay({
    port: 0,
    dashboardDir: false,
    pricing: false,
    roleTokens: { viewer: token, ingest: 'i'.repeat(40) },
    maxConnectionsPerAddress: 1000,
    maxConnectionsPerToken: 1000,
    timings: { restartMs: [RESTART_MS, 6000], returnStepMs: STEP_MS },
    ...options,
  });
  onEnd(() => relay.close());
  return relay;
}

interface Reader {
  readonly kind: Kind;
  readonly sink: RecordingSink;
}
/** Readers of one address, that of one relay, whoever answers there. Left to chance, they would all be back within 300 ms. */
function startReaders(url: string, count: number): Reader[] {
  return Array.from({ length: count }, (_unused, index) => {
    const kind = kinds[index % kinds.length] as Kind;
    const transport = open[kind]({
      url,
      getToken: () => token,
      times: { backoff: { minMs: 50, maxMs: 300 } },
    });
    const sink = createRecordingSink();
    transport.setSubs([{ sub: 'overview' }]);
    transport.start(sink);
    onEnd(() => transport.stop());
    return { kind, sink };
  });
}
const untilLive = (readers: readonly Reader[]) =>
  vi.waitFor(() => expect(readers.filter(({ sink }) => sink.last?.phase !== 'live')).toHaveLength(0), patience);

/** When each reader came for the last time: as planned, since on a busy machine what is planned comes late and at once. */
const comings = (readers: readonly Reader[], code?: string): number[] =>
  readers
    .map(({ sink }) => {
      const waits = sink.connections.filter((one) => one.phase === 'reconnecting');
      const wait = code === undefined ? waits.at(-1) : waits.find((one) => one.code === code);
      return wait?.nextTryAtMs ?? Number.NaN;
    })
    .sort((a, b) => a - b);
/** Most that come within ten steps. */
const peakOf = (atMs: readonly number[]) =>
  Math.max(...atMs.map((start) => atMs.filter((at) => at >= start && at < start + 10 * STEP_MS).length));

/** What was just sent ends every long poll, so those readers are between two questions. */
async function stopUnderLoad(relay: Awaited<ReturnType<typeof startRelay>>, readers: readonly Reader[]) {
  await relay.ingest([spanEvent()]);
  await vi.waitFor(() => expect(readers.every(({ sink }) => sink.batches.length > 0)).toBe(true), patience);
  await relay.close();
}

describe('a relay that stops', () => {
  it('among others sends its readers away one by one, over all wires; those who find nobody come one by one when it is back', async () => {
    const relay = await startRelay({ fanOut: { ...createMemoryFanOut(), isShared: true } });
    const readers = startReaders(relay.url, 45);
    await untilLive(readers);
    await stopUnderLoad(relay, readers);
    const { port } = relay;
    const isTold = ({ sink }: Reader) => sink.connections.some((one) => 'code' in one && one.code === 'relay.restart');
    await vi.waitFor(() => expect(readers.filter((reader) => !isTold(reader))).toHaveLength(0), { timeout: 2000 });
    const sent = comings(readers, 'relay.restart');
    expect(peakOf(sent)).toBeLessThanOrEqual(15);
    await startRelay({ port });
    await untilLive(readers);
    expect(peakOf(comings(readers))).toBeLessThanOrEqual(15);
  });

  it('alone tells each when to come back, over all wires, and nobody adds chance to it', async () => {
    const relay = await startRelay({});
    const readers = startReaders(relay.url, 45);
    await untilLive(readers);
    const fromMs = Date.now();
    await stopUnderLoad(relay, readers);
    const { port } = relay;
    await startRelay({ port });
    await untilLive(readers);
    const returned = comings(readers);
    expect(returned[0]).toBeGreaterThanOrEqual(fromMs + RESTART_MS);
    expect(peakOf(returned)).toBeLessThanOrEqual(15);
  });

  it('serves its readers until their place comes, where others serve the same log', async () => {
    const relay = await startRelay({ fanOut: { ...createMemoryFanOut(), isShared: true } });
    const readers = startReaders(relay.url, 30).filter(({ kind }) => kind !== 'polling');
    await untilLive(readers);
    const closing = relay.close();
    const last = readers.at(-1) as Reader;
    await vi.waitFor(() => expect(readers[0]?.sink.last?.phase).toBe('reconnecting'), patience);
    await relay.ingest([spanEvent()]);
    await vi.waitFor(() => expect(last.sink.batches).toHaveLength(1), patience);
    await closing;
    await vi.waitFor(() => expect(last.sink.last?.phase).toBe('reconnecting'), patience);
  });
});
