import { describe, expect, it } from 'vitest';
import { arrive, passWithBeats, server, sink, start, time, wire } from '../support/sessionUnderTest.ts';

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
    expect(tries().filter((at) => at !== atMs + 500)).toEqual([
      atMs,
      atMs + 9000,
      atMs + 18_000,
      atMs + 27_000,
      atMs + 36_000,
    ]);
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

  it('that is no time to wait leaves it to chance', async () => {
    start();
    await arrive();
    const atMs = time.clock.now();
    server.bye({ code: 1012, retryMs: 0, againMs: 0, resume: true });
    wire.deliver();
    expect(tries()).toEqual([atMs + 250]);
  });
});
