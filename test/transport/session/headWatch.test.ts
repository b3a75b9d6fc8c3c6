import { describe, expect, it } from 'vitest';
import { settle } from '../support/fakeTime.ts';
import { arrive, server, sink, start, time, welcomeOf, wire } from '../support/sessionUnderTest.ts';

describe('falling behind', () => {
  it('asks again after 2 s when the heartbeat is ahead', async () => {
    start();
    await arrive();
    server.loseBatch('a');
    server.beat();
    wire.deliver();
    await time.advance(1900);
    expect(server.hellos).toHaveLength(1);
    await time.advance(200);
    await arrive();
    expect(server.hellos).toHaveLength(2);
    expect(sink.state).toEqual(server.state);
  });

  it('gives a snapshot time to come in on a slow line', async () => {
    for (let index = 0; index < 6; index += 1) server.append(`r${index}`);
    start();
    await settle();
    const [first, second] = server.snapshot();
    wire.inject({ ...welcomeOf(server), resume: 'snapshot' }, first, server.heartbeat());
    await time.advance(9000);
    wire.inject(server.heartbeat());
    await time.advance(9000);
    expect(server.hellos).toHaveLength(1);
    wire.inject(second);
    expect(sink.last?.phase).toBe('live');
    expect(sink.state).toEqual(server.state);
  });

  it('asks again when the relay beats and never sends the snapshot', async () => {
    server.append('a');
    start();
    await settle();
    wire.inject({ ...welcomeOf(server), resume: 'snapshot' });
    for (let beat = 0; beat < 5; beat += 1) {
      wire.inject(server.heartbeat());
      await time.advance(8000);
    }
    expect(server.hellos.length).toBeGreaterThan(1);
    await arrive();
    expect(sink.state).toEqual(server.state);
  });

  it('does not ask again while the backlog is coming in', async () => {
    start();
    await arrive();
    for (let index = 0; index < 10; index += 1) server.append(`r${index}`);
    server.beat();
    wire.deliver();
    for (let seq = 0; seq < 10; seq += 1) {
      await time.advance(1500);
      wire.inject(server.batch(seq, seq + 1));
    }
    expect(server.hellos).toHaveLength(1);
    expect(sink.seqs).toHaveLength(10);
  });

  it('asks nothing more of a relay that was ahead and is not, or that sends everything anew', async () => {
    start();
    await arrive();
    const beat = (head: number) => wire.inject({ ...server.heartbeat(), head });
    beat(5);
    beat(0);
    await time.advance(3000);
    beat(5);
    wire.inject({ ...welcomeOf(server), resume: 'snapshot', head: 5 });
    await time.advance(3000);
    expect(server.hellos).toHaveLength(1);
  });

  it('takes its time after the welcome, as long as no heartbeat says that more is there', async () => {
    start();
    await arrive();
    wire.cut();
    for (let index = 0; index < 3; index += 1) server.append(`r${index}`);
    await time.advance(1000);
    wire.inject({ ...welcomeOf(server), resume: 'ok' }, server.batch(0, 1));
    await time.advance(5000);
    expect(server.hellos).toHaveLength(2);
  });

  it('is slow when events are more than 2 s old for 5 s, and live again when they are not', async () => {
    start();
    await arrive();
    const old = (seq: number, ageMs: number) => {
      server.append('r');
      const batch = server.batch(seq - 1, seq) as unknown as { ev: { rts: number }[] };
      wire.inject({ ...batch, ev: batch.ev.map((event) => ({ ...event, rts: time.clock.now() - ageMs })) });
    };
    for (let seq = 1; seq <= 4; seq += 1) {
      old(seq, 4000);
      await time.advance(1500);
    }
    expect(sink.last?.phase).toBe('live');
    old(5, 4100);
    expect(sink.last).toMatchObject({ phase: 'slow', lagMs: 4100 });
    old(6, 100);
    expect(sink.last?.phase).toBe('live');
  });
});
