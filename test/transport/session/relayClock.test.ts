import { describe, expect, it } from 'vitest';
import { settle } from '../support/fakeTime.ts';
import { server, sink, start, time, wire } from '../support/sessionUnderTest.ts';

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
});
