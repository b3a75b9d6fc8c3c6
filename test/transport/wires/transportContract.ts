import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { SessionOptions } from '../../../src/transport/session/createResumingTransport.ts';
import type { Transport } from '../../../src/transport/types.ts';
import { type LogRelay, startLogRelay } from '../support/logRelay.ts';
import { developerGrant, LogServer, viewerGrant } from '../support/logServer.ts';
import { createRecordingSink, type RecordingSink } from '../support/recordingSink.ts';

const fast = {
  silenceMs: 400,
  welcomeMs: 400,
  behindMs: 100,
  offlineAfterMs: 60_000,
  stableAfterMs: 5000,
  backoff: { minMs: 5, maxMs: 40 },
};
const patience = { timeout: 5000, interval: 10 };

export interface ContractTraits {
  /** It asks again and again: there are more hellos than connections, and a hole closes by itself with the next one. */
  readonly isPolling?: boolean;
  /** It sees the parts of an answer come, before a frame is whole. */
  readonly hearsBytes?: boolean;
}

/** What every wire must do; run once for each kind against a real server and a network that hurts. */
export function describeTransport(
  kind: string,
  createTransport: (options: SessionOptions & { readonly url: string }) => Transport,
  { isPolling = false, hearsBytes = false }: ContractTraits = {},
): void {
  describe(`transport over ${kind}`, () => {
    let relay: LogRelay;
    let server: LogServer;
    let sink: RecordingSink;
    let transport: Transport;
    let tokens: string[];

    const connect = (times: Partial<typeof fast> = {}) => {
      transport = createTransport({
        url: relay.url,
        getToken: () => (tokens.length > 1 ? tokens.shift() : tokens[0]) ?? '',
        times: { ...fast, ...times },
      });
      transport.setSubs([{ sub: 'runs' }]);
      transport.start(sink);
    };
    const untilSame = () => vi.waitFor(() => expect(sink.state).toEqual(server.state), patience);
    /** Somebody listens: a poll may be on its way. */
    const untilSeated = () => vi.waitFor(() => expect(server.seats.size).toBe(1), patience);
    const cursors = () => server.hellos.map((hello) => hello.cursor);
    const untilLive = () => vi.waitFor(() => expect(sink.last?.phase).toBe('live'), patience);

    beforeEach(async () => {
      server = new LogServer({ now: Date.now, tokens: { good: viewerGrant, dev: developerGrant } });
      server.hb = 100; // what is told, so that a test need not wait for the default silence
      relay = await startLogRelay(server);
      sink = createRecordingSink();
      tokens = ['good'];
    });
    afterEach(async () => {
      transport.stop();
      await relay.stop();
    });

    it('brings the snapshot, then the tail', async () => {
      server.publish('a', 'b', 'a');
      connect();
      await untilLive();
      expect(sink.state).toEqual(server.state);
      server.publish('b', 'c');
      await untilSame();
      expect(sink.phases).toEqual(['connecting', 'live']);
    });

    it('keeps the token out of the address', async () => {
      tokens = ['good'];
      connect();
      await untilLive();
      expect(relay.addresses.join()).not.toContain('good');
      expect(server.hellos[0]?.token).toBe('good');
    });

    it('goes on from its cursor when the socket was cut', async () => {
      connect();
      await untilLive();
      server.publish('a', 'b');
      await untilSame();
      await untilSeated();
      relay.proxy.cut();
      server.publish('c');
      await untilSame();
      expect(cursors()).toContain(`${server.epoch}.2`);
      expect(sink.seqs).toEqual([1, 2, 3]);
      await untilLive();
      expect(sink.phases).toContain('reconnecting');
    });

    it('comes back when the relay ends its side only', async () => {
      connect();
      await untilLive();
      await untilSeated();
      relay.proxy.halfClose();
      server.publish('a');
      await untilSame();
      expect(sink.seqs).toEqual([1]);
    });

    // oxlint-disable-next-line vitest/no-conditional-tests -- a wire that hears no bytes has nothing to wait for
    if (hearsBytes) {
      it('waits for a snapshot that takes longer than a line may be silent, as long as something comes', async () => {
        for (let at = 0; at < 200; at += 1) server.publish(`entity-${at}`);
        relay.proxy.drip(32_000);
        connect();
        await vi.waitFor(() => expect(sink.last?.phase).toBe('live'), patience);
        expect(server.hellos.filter(({ cursor }) => cursor === undefined)).toHaveLength(1);
        expect(sink.phases).toEqual(['connecting', 'live']);
      });
    }

    it('notices a line that swallows everything', async () => {
      connect();
      await untilLive();
      await untilSeated();
      relay.proxy.blackhole();
      server.publish('lost');
      await untilSame();
      expect(sink.connections).toContainEqual(expect.objectContaining({ phase: 'reconnecting' }));
    });

    it('takes a repeated batch once', async () => {
      connect();
      await untilLive();
      server.publish('a', 'b', 'c');
      await untilSame();
      const connections = sink.connections.length;
      await untilSeated();
      server.repeatBatch(0);
      server.repeatBatch(1);
      server.publish('d');
      await untilSame();
      expect(sink.seqs).toEqual([1, 2, 3, 4]);
      expect(sink.connections).toHaveLength(connections);
      expect(server.hellos.length === 1 || isPolling).toBe(true);
    });

    it('asks for what a hole swallowed', async () => {
      connect();
      await untilLive();
      server.publish('a');
      await untilSame();
      await untilSeated();
      server.loseBatch('b');
      server.publish('c');
      await untilSame();
      expect(sink.seqs).toEqual([1, 2, 3]);
      expect(cursors()).toContain(`${server.epoch}.1`);
    });

    it('asks again when the heartbeat is ahead and nothing comes', async () => {
      connect();
      await untilLive();
      await untilSeated();
      server.loseBatch('b');
      server.beat();
      await untilSame();
      expect(sink.seqs).toEqual([1]);
    });

    it('shows what retention took as a gap, and takes the snapshot', async () => {
      connect();
      await untilLive();
      server.publish('a');
      await untilSame();
      await untilSeated();
      relay.proxy.cut();
      server.append('b');
      server.append('c');
      server.append('b');
      server.trim(3);
      await untilSame();
      expect(sink.gaps).toEqual([expect.objectContaining({ why: 'retention', from: 1 })]);
    });

    it('notices that the relay lost its log', async () => {
      connect();
      await untilLive();
      server.publish('a', 'b');
      await untilSame();
      await untilSeated();
      relay.proxy.cut();
      server.restart();
      server.publish('x');
      await untilSame();
      expect(sink.welcomes.at(-1)?.isNewEpoch).toBe(true);
      expect(sink.gaps).toEqual([expect.objectContaining({ why: 'epoch' })]);
    });

    it('asks for a token once more when one is refused, then gives up', async () => {
      tokens = ['old', 'older'];
      connect();
      await vi.waitFor(() => expect(sink.last).toMatchObject({ phase: 'offline', isAuthFailure: true }), patience);
      expect(server.hellos.map((hello) => hello.token)).toEqual(['old', 'older']);
    });

    it('goes on with the fresh token after a refusal', async () => {
      tokens = ['expired', 'good'];
      connect();
      await untilLive();
      expect(sink.phases).not.toContain('offline');
    });

    it('stops at a relay that speaks another version', async () => {
      server.version = 99;
      connect();
      await vi.waitFor(() => expect(sink.last).toMatchObject({ phase: 'offline', isAuthFailure: false }), patience);
      expect(sink.last).toMatchObject({ code: 'relay.version' });
      expect(server.hellos).toHaveLength(1);
    });

    it('waits as long as a goodbye asks for', async () => {
      connect();
      await untilLive();
      await untilSeated();
      const askedAtMs = Date.now();
      const hellos = server.hellos.length;
      server.bye({ code: 1012, retryMs: 300, resume: true });
      await vi.waitFor(() => expect(server.hellos.length).toBeGreaterThan(hellos), patience);
      expect(Date.now() - askedAtMs).toBeGreaterThanOrEqual(290);
      await untilLive();
    });

    it('takes a snapshot when another role answers', async () => {
      connect();
      await untilLive();
      server.publish('a');
      await untilSame();
      await untilSeated();
      tokens = ['dev'];
      relay.proxy.cut();
      const asked = () =>
        server.hellos.flatMap(({ token, cursor }) => (token === 'dev' ? [cursor?.split('.')[1] ?? 'snapshot'] : []));
      await vi.waitFor(() => expect(asked().slice(0, 2)).toEqual(['1', 'snapshot']), patience);
      await untilLive();
      expect(sink.state).toEqual(server.state);
    });

    it('survives frames that are no frames', async () => {
      connect();
      await untilLive();
      relay.sendText(JSON.stringify({ t: 'novelty', anything: 1 }));
      await vi.waitFor(() => expect(sink.issues).toEqual(['transport.unknown-frame']), patience);
      relay.sendText('{"t":"batch","epoch":');
      server.publish('a');
      await untilSame();
      expect(sink.issues).toEqual(expect.arrayContaining(['transport.unknown-frame', 'transport.no-json']));
    });

    it('sends changed subscriptions without losing its place', async () => {
      connect();
      await untilLive();
      server.publish('a');
      await untilSame();
      transport.setSubs([{ sub: 'runs' }, { sub: 'run:a' }]);
      server.publish('b');
      await untilSame();
      expect(sink.seqs).toEqual([1, 2]);
      await vi.waitFor(
        () => expect([...server.seats].map((seat) => seat.subs.map((sub) => sub.sub))).toEqual([['runs', 'run:a']]),
        patience,
      );
    });

    it('says nothing after it was stopped', async () => {
      connect();
      await untilLive();
      transport.stop();
      const heard = sink.connections.length;
      server.publish('a');
      await vi.waitFor(() => expect(server.seats.size).toBe(0), patience);
      expect(sink.state.size).toBe(0);
      expect(sink.connections).toHaveLength(heard);
      expect(sink.last?.phase).toBe('idle');
    });
  });
}
