import { createTransport, type Transport, type TransportOptions } from 'spanlight/transport';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type LogRelay, startLogRelay } from '../support/logRelay.ts';
import { LogServer } from '../support/logServer.ts';
import { createRecordingSink, type RecordingSink } from '../support/recordingSink.ts';

const patience = { timeout: 8000, interval: 10 };

describe('a transport that takes whatever gets through', () => {
  let server: LogServer;
  let relay: LogRelay;
  let sink: RecordingSink;
  let transport: Transport;
  let token: string;

  const connect = (options: Partial<TransportOptions> = {}) => {
    transport = createTransport({
      url: relay.url,
      getToken: () => token,
      WebSocketImpl: WebSocket,
      waitMs: 100,
      pauseMs: 10,
      times: { silenceMs: 400, welcomeMs: 300, backoff: { minMs: 1, maxMs: 5 } },
      ...options,
    });
    transport.setSubs([{ sub: 'runs' }]);
    transport.start(sink);
  };
  const untilSame = () => vi.waitFor(() => expect(sink.state).toEqual(server.state), patience);
  const untilLiveOver = (kind: string) =>
    vi.waitFor(() => expect(sink.last).toMatchObject({ phase: 'live', kind }), patience);

  beforeEach(async () => {
    token = 'good';
    server = new LogServer({ now: Date.now });
    server.hb = 100;
    relay = await startLogRelay(server);
    sink = createRecordingSink();
  });
  afterEach(async () => {
    transport.stop();
    await relay.stop();
  });

  it('uses a WebSocket where it can', async () => {
    connect();
    await untilLiveOver('websocket');
    expect(transport.kind).toBe('websocket');
  });

  it('goes on to server-sent events after three failed openings, then to polling after three more', async () => {
    relay.refused.add('websocket').add('sse');
    connect();
    await untilLiveOver('polling');
    const tries = (text: string) => relay.addresses.filter((address) => address === text).length;
    expect(tries('GET /v1/stream')).toBe(3);
    expect(relay.kinds[0]).toBe('polling');
    server.publish('a', 'b');
    await untilSame();
  });

  it('keeps its place when the wire changes', async () => {
    connect();
    await untilLiveOver('websocket');
    server.publish('a', 'b');
    await untilSame();
    relay.refused.add('websocket');
    relay.proxy.cut();
    server.publish('c');
    await untilLiveOver('sse');
    await untilSame();
    expect(sink.seqs).toEqual([1, 2, 3]);
    expect(server.hellos.at(-1)?.cursor).toBe(`${server.epoch}.2`);
    expect(sink.gaps).toEqual([]);
  });

  it('returns to the WebSocket once it gets through, without a word of trouble and with its place', async () => {
    relay.refused.add('websocket');
    connect({ fallback: { firstRetryBestMs: 30, retryBestMs: 40 } });
    await untilLiveOver('sse');
    server.publish('a', 'b');
    await untilSame();
    // it was tried in vain meanwhile, and what carries went on
    await vi.waitFor(
      () => expect(relay.addresses.filter((one) => one.startsWith('GET')).length).toBeGreaterThan(5),
      patience,
    );
    expect(sink.last).toMatchObject({ phase: 'live', kind: 'sse' });
    const heard = sink.connections.length;
    relay.refused.delete('websocket');
    await untilLiveOver('websocket');
    server.publish('c');
    await untilSame();
    expect(sink.seqs).toEqual([1, 2, 3]);
    expect(sink.phases.slice(heard)).not.toContain('reconnecting');
    expect(server.seats.size).toBe(1);
  });

  it('begins with the WebSocket again when it was the network that was away', async () => {
    connect({ fallback: { firstRetryBestMs: 50 } });
    await untilLiveOver('websocket');
    server.publish('a');
    await untilSame();
    relay.proxy.refuse();
    relay.proxy.cut();
    await vi.waitFor(
      () => expect(sink.connections.some((one) => 'attempt' in one && one.attempt > 9)).toBe(true),
      patience,
    );
    relay.proxy.heal();
    server.publish('b');
    await untilLiveOver('websocket');
    await untilSame();
    expect(sink.seqs).toEqual([1, 2]);
  });

  it('counts an opening that is never answered', async () => {
    connect();
    await untilLiveOver('websocket');
    relay.proxy.blackhole({ isForNew: true });
    await vi.waitFor(() => expect(transport.kind).toBe('sse'), patience);
    relay.proxy.heal();
    await vi.waitFor(() => expect(sink.last?.phase).toBe('live'), patience);
  });

  it('takes a refused token for an answer, not for a wire that fails', async () => {
    token = 'wrong';
    connect();
    await vi.waitFor(() => expect(sink.last).toMatchObject({ phase: 'offline', isAuthFailure: true }), patience);
    expect(relay.kinds).toEqual(['websocket', 'websocket']);
  });

  it('needs no WebSocket at all, and loses no time over it', async () => {
    vi.stubGlobal('WebSocket', undefined);
    connect({ WebSocketImpl: undefined });
    await untilLiveOver('sse');
    expect(sink.phases).toEqual(['connecting', 'live']);
    vi.unstubAllGlobals();
  });
});
