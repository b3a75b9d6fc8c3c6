import { describe, expect, it } from 'vitest';
import { settle } from '../support/fakeTime.ts';
import { createRecordingSink } from '../support/recordingSink.ts';
import { arrive, asked, passWithBeats, server, sink, start, time, wire } from '../support/sessionUnderTest.ts';

describe('a place in a line', () => {
  const tries = () => [
    ...new Set(sink.connections.flatMap((state) => (state.phase === 'reconnecting' ? [state.nextTryAtMs] : []))),
  ];

  it('is when the reader comes back, with no chance added', async () => {
    start();
    await arrive();
    const atMs = time.clock.now();
    server.bye({ code: 1012, retryMs: 700, againMs: 9000, resume: true });
    wire.deliver();
    expect(tries()).toEqual([atMs + 700]);
    await time.advance(699);
    expect(server.hellos).toHaveLength(1);
    await time.advance(1);
    expect(server.hellos).toHaveLength(2);
  });

  it('is kept while nobody is there: once more soon, then again after as long as was said', async () => {
    start();
    await arrive();
    const atMs = time.clock.now() + 700;
    server.bye({ code: 1012, retryMs: 700, againMs: 9000, resume: true });
    wire.deliver();
    wire.isDown = true;
    await time.advance(30_000);
    expect(tries()).toEqual([atMs, atMs + 500, atMs + 9000, atMs + 18_000, atMs + 27_000, atMs + 36_000]);
  });

  it('is forgotten once somebody answered', async () => {
    start();
    await arrive();
    server.bye({ code: 1012, retryMs: 0, againMs: 9000, resume: true });
    wire.deliver();
    await time.advance(0);
    await arrive();
    expect(sink.last?.phase).toBe('live');
    await passWithBeats(10_000);
    const cutAtMs = time.clock.now();
    wire.isDown = true;
    wire.cut();
    await time.advance(3000);
    expect(tries().filter((at) => at > cutAtMs).length).toBeGreaterThanOrEqual(3);
  });

  it('is not asked where who is there says how long to wait', async () => {
    start();
    await arrive();
    server.bye({ code: 1012, retryMs: 0, againMs: 9000, resume: true });
    wire.deliver();
    await time.advance(0);
    for (const chanceMs of [500, 999]) {
      const atMs = time.clock.now();
      wire.inject({ t: 'bye', code: 1013, retryMs: 2000, resume: true });
      expect(tries().at(-1)).toBe(atMs + 2000 + chanceMs);
      await time.advance(2000 + chanceMs);
    }
  });

  it('is given up when the reader stops, also that of the next', async () => {
    const transport = start();
    await arrive();
    server.bye({ code: 1012, retryMs: 700, againMs: 9000, resume: true });
    wire.deliver();
    transport.stop();
    const other = createRecordingSink();
    wire.isDown = true;
    transport.start(other);
    const atMs = time.clock.now();
    await settle();
    expect(other.last).toMatchObject({ phase: 'reconnecting', nextTryAtMs: atMs + 250 });
    await time.advance(250);
    expect(other.last).toMatchObject({ phase: 'reconnecting', nextTryAtMs: atMs + 750 });
  });

  it('is given anew with each goodbye', async () => {
    start();
    await arrive();
    for (let round = 0; round < 3; round += 1) {
      const atMs = time.clock.now();
      server.bye({ code: 1012, retryMs: 700, againMs: 9000, resume: true });
      wire.deliver();
      expect(tries().at(-1)).toBe(atMs + 700);
      await time.advance(700);
      await arrive();
      expect(sink.last?.phase).toBe('live');
    }
  });

  it.each([
    [5, 1000],
    [3_600_000, 300_000],
  ])('that comes again each %d ms is looked at each %d ms', async (againMs, everyMs) => {
    start();
    await arrive();
    server.bye({ code: 1012, retryMs: 0, againMs, resume: true });
    wire.deliver();
    wire.isDown = true;
    const atMs = time.clock.now();
    await time.advance(everyMs);
    expect(sink.last).toMatchObject({ nextTryAtMs: atMs + 2 * everyMs });
  });

  it('that is no time to wait leaves it to chance', async () => {
    start();
    await arrive();
    const atMs = time.clock.now();
    server.bye({ code: 1012, retryMs: 0, againMs: 0, resume: true });
    wire.deliver();
    expect(tries()).toEqual([atMs + 250]);
  });
});

describe('the next try', () => {
  it('comes at once for a connection that stood, whatever failed before it', async () => {
    start();
    await arrive();
    wire.cut();
    await time.advance(1000);
    await arrive();
    await passWithBeats(10_000);
    const { length } = server.hellos;
    wire.inject({ t: 'batch', epoch: server.epoch, from: 50, to: 51, ev: [] });
    await settle();
    expect(server.hellos).toHaveLength(length + 1);
  });

  it('waits as after a first failure once a person asked for one', async () => {
    const transport = start();
    await arrive();
    wire.isDown = true;
    wire.cut();
    await time.advance(100_000);
    transport.retryNow();
    const atMs = time.clock.now();
    await settle();
    expect(sink.last).toMatchObject({ nextTryAtMs: atMs + 250 });
  });

  it('has a fresh token once more, each time that one was refused which had held', async () => {
    start();
    await arrive();
    for (let round = 0; round < 3; round += 1) {
      server.bye({ code: 4401, resume: true });
      wire.deliver();
      await arrive();
      expect(sink.last?.phase).toBe('live');
    }
  });

  it('has a fresh token once more after a person asked for it, too', async () => {
    const transport = start();
    await arrive();
    server.setTokens({});
    server.bye({ code: 4401, resume: true });
    wire.deliver();
    await arrive();
    expect(sink.last).toMatchObject({ phase: 'offline', isAuthFailure: true });
    const before = asked;
    transport.retryNow();
    await arrive();
    await arrive();
    expect(asked).toBe(before + 2);
  });
});
