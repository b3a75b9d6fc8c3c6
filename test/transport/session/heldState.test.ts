import { describe, expect, it } from 'vitest';
import { settle } from '../support/fakeTime.ts';
import { arrive, server, sink, start, time, welcomeOf, wire } from '../support/sessionUnderTest.ts';

describe('frames that are not in order', () => {
  it.each([
    ['numbers that do not rise', [2, 2]],
    ['numbers from before the batch', [0, 1]],
    ['numbers from after the batch', [1, 9]],
  ])('%s are not believed', async (_, seqs) => {
    start();
    await arrive();
    const ev = seqs.map((seq) => ({ id: `x${seq}`, seq, type: 'log', sv: 1, ts: 1, a: {} }));
    wire.inject({ t: 'batch', epoch: server.epoch, from: 0, to: 3, ev });
    expect(sink.batches).toHaveLength(0);
    await arrive();
    expect(server.hellos).toHaveLength(2);
  });

  it('a snapshot with a missing part is asked for anew, from nothing', async () => {
    start();
    await arrive();
    const [, second] = server.snapshot();
    wire.inject(second);
    await arrive();
    expect(server.hellos.at(-1)?.cursor).toBeUndefined();
    expect(sink.snapshots).toHaveLength(4);
  });

  it('a batch in the middle of the first snapshot is not believed', async () => {
    start();
    await settle();
    const [first] = server.snapshot();
    const hello = server.hellos.length;
    server.append('a');
    wire.inject({ ...welcomeOf(server), resume: 'snapshot' }, first, server.batch(0, 1));
    await arrive();
    expect(server.hellos).toHaveLength(hello + 1);
    expect(sink.batches).toHaveLength(0);
    expect(sink.state).toEqual(server.state);
  });

  it('a goodbye that says the cursor is no good is believed', async () => {
    start();
    await arrive();
    server.publish('a');
    wire.deliver();
    server.bye({ code: 1012, resume: false });
    wire.deliver();
    await time.advance(300);
    expect(server.hellos.map((hello) => hello.cursor)).toEqual([undefined, undefined]);
  });

  it('a snapshot of one topic leaves the cursor where it is', async () => {
    start();
    await arrive();
    server.publish('a', 'b');
    await arrive();
    wire.inject({ t: 'snap', epoch: server.epoch, at: 9, part: 1, parts: 1, ev: [], scope: ['run:a'] });
    server.publish('c');
    await arrive();
    expect(sink.seqs).toEqual([3]);
    expect(server.hellos).toHaveLength(1);
  });

  it('anything before the welcome is left out', async () => {
    start();
    await settle();
    wire.inject(server.batch(0, 0), { t: 'hb', epoch: 'zz', head: 9, now: 1 });
    expect(sink.batches).toHaveLength(0);
    expect(sink.issues).toEqual(['transport.before-welcome', 'transport.before-welcome']);
    wire.deliver();
    expect(sink.last?.phase).toBe('live');
  });
});
