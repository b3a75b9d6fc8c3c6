import { describe, expect, it } from 'vitest';
import { settle } from '../support/fakeTime.ts';
import { arrive, server, sink, start, time, wire } from '../support/sessionUnderTest.ts';

describe('the relay’s clock', () => {
  it('is estimated from the fastest frame', async () => {
    server.clockSkewMs = 5000;
    start();
    await settle();
    await time.advance(400); // the welcome was slow
    wire.deliver();
    server.beat();
    await time.advance(30);
    wire.deliver();
    expect(sink.offsets.at(-1)).toBe(4970);
    server.beat();
    await time.advance(900);
    wire.deliver();
    expect(sink.offsets.at(-1)).toBe(4970);
  });

  it('follows a clock that is set back, after the last sixteen frames, and says nothing of less than a millisecond', async () => {
    start();
    await arrive();
    const beat = (aheadMs: number) => wire.inject({ ...server.heartbeat(), now: time.clock.now() + aheadMs });
    beat(5000);
    beat(5000.4);
    expect(sink.offsets.at(-1)).toBe(5000);
    const { length } = sink.offsets;
    for (let count = 0; count < 14; count += 1) beat(100);
    expect(sink.offsets).toHaveLength(length);
    beat(100);
    beat(100);
    expect(sink.offsets.slice(length)).toEqual([100]);
  });

  it('is what the age of events is told by', async () => {
    server.clockSkewMs = 60_000;
    start();
    await arrive();
    for (let seq = 1; seq <= 6; seq += 1) {
      server.append('r');
      const { ev, ...batch } = server.batch(seq - 1, seq) as unknown as { ev: object[] };
      wire.inject({ ...batch, ev: ev.map((event) => ({ ...event, rts: time.clock.now() + 60_000 - 3000 })) });
      await time.advance(1500);
    }
    expect(sink.last).toMatchObject({ phase: 'slow', lagMs: 3000 });
  });

  it('is taken anew from each connection', async () => {
    server.clockSkewMs = 5000;
    start();
    await arrive();
    server.clockSkewMs = 1000;
    wire.cut();
    await time.advance(250);
    await arrive();
    expect(sink.offsets).toEqual([5000, 1000]);
  });
});
