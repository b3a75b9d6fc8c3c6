import { describe, expect, it } from 'vitest';
import { settle } from '../support/fakeTime.ts';
import { viewerGrant } from '../support/logServer.ts';
import { createRecordingSink } from '../support/recordingSink.ts';
import { arrive, asked, passWithBeats, server, sink, start, time, wake, wire } from '../support/sessionUnderTest.ts';

describe('a dead line', () => {
  it('is left after 25 s without a frame', async () => {
    start();
    await arrive();
    wire.blackHole();
    await time.advance(24_900);
    expect(sink.last?.phase).toBe('live');
    await time.advance(200);
    expect(sink.last).toMatchObject({ phase: 'reconnecting', code: 'transport.silent' });
  });

  it('is given up after 10 s without a welcome', async () => {
    start();
    await settle();
    wire.blackHole();
    await time.advance(10_000);
    expect(sink.last).toMatchObject({ phase: 'reconnecting', code: 'transport.no-welcome' });
  });

  it('is offline after 60 s, still trying, and live again by itself', async () => {
    start();
    await arrive();
    wire.isDown = true;
    wire.cut();
    await time.advance(59_000);
    expect(sink.last?.phase).toBe('reconnecting');
    await time.advance(2000);
    expect(sink.last).toMatchObject({ phase: 'offline', isAuthFailure: false });
    expect(sink.last).toHaveProperty('lastGoodAtMs');
    await time.advance(60_000);
    expect(sink.last?.phase).toBe('offline');
    wire.isDown = false;
    await time.advance(20_000);
    wire.deliver();
    expect(sink.last?.phase).toBe('live');
  });

  it('waits longer with each failure, up to 20 s', async () => {
    start();
    await arrive();
    wire.isDown = true;
    wire.cut();
    await time.advance(200_000);
    const waits = sink.connections
      .filter((state) => state.phase === 'reconnecting' || state.phase === 'offline')
      .map((state) => ('nextTryAtMs' in state ? state.nextTryAtMs : undefined))
      .filter((at) => at !== undefined);
    const tries = [...new Set(waits)].sort((a, b) => a - b);
    const steps = tries.slice(1).map((at, index) => Math.round((at - (tries[index] ?? 0)) / 10) * 10);
    expect(steps.slice(0, 5)).toEqual([500, 1000, 2000, 4000, 7990]);
    expect(Math.max(...steps)).toBeLessThanOrEqual(20_000);
    expect(Math.max(...steps)).toBeGreaterThan(19_000);
  });
});

describe('coming back', () => {
  it('says how much is missed, then live when all of it is here', async () => {
    start();
    await arrive();
    wire.cut();
    server.append('a');
    server.append('b');
    await time.advance(300);
    wire.deliver();
    expect(sink.phases).toEqual(['connecting', 'live', 'reconnecting', 'reconnecting', 'catching-up', 'live']);
    expect(sink.connections.find((state) => state.phase === 'catching-up')).toMatchObject({ missedEvents: 2 });
  });

  it('looks at once when a page wakes on an old line, and leaves a fresh one alone', async () => {
    start();
    await arrive();
    await time.advance(11_000);
    wake();
    expect(server.hellos).toHaveLength(1);
    await time.advance(2000);
    wake();
    await arrive();
    expect(server.hellos).toHaveLength(2);
    expect(sink.last?.phase).toBe('live');
  });

  it('tries at once when the network comes back, but not before the time the relay asked for', async () => {
    start();
    await arrive();
    server.bye({ code: 1013, retryMs: 30_000, resume: true });
    wire.deliver();
    await time.advance(10_000);
    wake();
    await arrive();
    expect(server.hellos).toHaveLength(1);
    await time.advance(20_300);
    expect(server.hellos).toHaveLength(2);
  });

  it('tries at once when the person asks for it', async () => {
    const transport = start();
    await arrive();
    wire.isDown = true;
    wire.cut();
    await time.advance(100_000);
    wire.isDown = false;
    const tries = asked;
    transport.retryNow();
    await arrive();
    expect(asked).toBe(tries + 1);
    expect(sink.last?.phase).toBe('live');
  });

  it('does not hammer a relay that lets it in and throws it out', async () => {
    start();
    for (let round = 0; round < 200; round += 1) {
      await arrive();
      if (wire.isOpen) wire.cut();
      await time.advance(100);
    }
    expect(server.hellos.length).toBeLessThan(14);
  });

  it('does not hammer a relay whose numbers have a hole', async () => {
    start();
    await arrive();
    for (let round = 0; round < 200; round += 1) {
      wire.inject({ t: 'batch', epoch: server.epoch, from: 50, to: 51, ev: [] });
      await time.advance(100);
      await arrive();
    }
    expect(server.hellos.length).toBeLessThan(16);
  });

  it('starts its waits anew after a connection that stood', async () => {
    start();
    await arrive();
    for (let round = 0; round < 5; round += 1) {
      await passWithBeats(10_000);
      wire.cut();
      await time.advance(250);
      await arrive();
      expect(sink.last?.phase).toBe('live');
    }
  });
});

describe('tokens', () => {
  it('are asked for on each opening', async () => {
    start();
    await arrive();
    await passWithBeats(6000);
    wire.cut();
    await time.advance(300);
    expect(asked).toBe(2);
  });

  it('that are revoked are asked for once more, then it is over until somebody retries', async () => {
    const transport = start();
    await arrive();
    server.setTokens({});
    server.bye({ code: 4401, resume: true });
    wire.deliver();
    await arrive();
    expect(sink.last).toMatchObject({ phase: 'offline', isAuthFailure: true, code: 'relay.unauthenticated' });
    await time.advance(600_000);
    expect(asked).toBe(2);
    server.setTokens({ good: viewerGrant });
    transport.retryNow();
    await arrive();
    expect(sink.last?.phase).toBe('live');
  });

  it('that cannot be had are tried again later', async () => {
    let isBroken = true;
    start({
      getToken: async () => {
        if (isBroken) throw new Error('no session');
        return 'good';
      },
    });
    await arrive();
    expect(sink.last).toMatchObject({ phase: 'reconnecting', code: 'transport.no-token' });
    isBroken = false;
    await time.advance(300);
    await arrive();
    expect(sink.last?.phase).toBe('live');
  });

  it('never stand in what is reported', async () => {
    start();
    await arrive();
    wire.cut();
    await time.advance(10_000);
    expect(JSON.stringify([sink.connections, sink.issues])).not.toContain('good');
  });
});

describe('late callbacks', () => {
  it('of an older attempt say nothing', async () => {
    start();
    await arrive();
    await passWithBeats(6000);
    wire.cut();
    await time.advance(300);
    await arrive();
    const before = sink.connections.length;
    const [old] = wire.sinks;
    old?.onData(JSON.stringify({ ...server.batch(0, 0), to: 9 }));
    old?.onClosed({ code: 'transport.lost', canRetry: true });
    expect(sink.connections).toHaveLength(before);
    expect(sink.batches).toHaveLength(0);
    expect(wire.isOpen).toBe(true);
  });

  it('of a token that comes after the end open nothing', async () => {
    let give: (token: string) => void = () => undefined;
    const transport = start({ getToken: () => new Promise((resolve) => (give = resolve)) });
    transport.stop();
    give('good');
    await settle();
    expect(server.hellos).toHaveLength(0);
    expect(time.pending).toBe(0);
  });

  it('of frames behind a goodbye in the same message are not read', async () => {
    start();
    await arrive();
    wire.injectText(
      JSON.stringify([
        { t: 'bye', code: 1012, resume: true },
        { ...server.batch(0, 0), to: 5 },
      ]),
    );
    expect(sink.batches).toHaveLength(0);
    expect(sink.last?.phase).toBe('reconnecting');
  });
});

describe('start and stop', () => {
  it('goes on from its cursor for the same reader', async () => {
    const transport = start();
    await arrive();
    server.publish('a');
    wire.deliver();
    transport.stop();
    expect(sink.last?.phase).toBe('idle');
    expect(time.pending).toBe(0);
    server.append('b');
    transport.start(sink);
    await arrive();
    expect(server.hellos.at(-1)?.cursor).toBe(`${server.epoch}.1`);
    expect(sink.seqs).toEqual([1, 2]);
  });

  it('begins anew for another one, and serves one at a time', async () => {
    const transport = start();
    await arrive();
    expect(() => transport.start(createRecordingSink())).toThrow(expect.objectContaining({ code: 'transport.in-use' }));
    transport.stop();
    transport.start(createRecordingSink());
    await settle();
    expect(server.hellos.at(-1)?.cursor).toBeUndefined();
  });
});
