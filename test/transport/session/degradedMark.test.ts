import { describe, expect, it } from 'vitest';
import { settle } from '../support/fakeTime.ts';
import { arrive, server, sink, start, time, welcomeOf, wire } from '../support/sessionUnderTest.ts';

describe('a relay of which a part does not work', () => {
  const fault = { causes: ['fan-out'], sinceMs: 5 };
  const beat = (degraded?: unknown) =>
    wire.inject({ t: 'hb', epoch: server.epoch, head: server.head, now: time.clock.now(), degraded });

  it('says so once with a heartbeat, and once that it is well again', async () => {
    start();
    await arrive();
    beat(fault);
    beat(fault);
    expect(sink.degradations).toEqual([fault]);
    expect(sink.last?.phase).toBe('live');
    beat();
    beat();
    expect(sink.degradations).toEqual([fault, undefined]);
  });

  it('can say so in the welcome; the mark goes when the transport stops', async () => {
    const transport = start();
    await settle();
    wire.inject({ ...welcomeOf(server), resume: 'snapshot', degraded: fault });
    expect(sink.degradations).toEqual([fault]);
    transport.stop();
    expect(sink.degradations).toEqual([fault, undefined]);
  });

  it('is not believed when what it says has another shape; the frame still counts', async () => {
    start();
    await arrive();
    for (const odd of [null, true, 7, 'down', [], { causes: 'all', sinceMs: 1 }, { causes: [1], sinceMs: 1 }])
      beat(odd);
    const endless = {
      t: 'hb',
      epoch: server.epoch,
      head: server.head,
      now: 1,
      degraded: { causes: ['log'], sinceMs: 0 },
    };
    wire.injectText(JSON.stringify(endless).replace('"sinceMs":0', '"sinceMs":1e999'));
    expect(sink.degradations).toEqual([]);
    expect(sink.issues).toEqual([]);
  });

  it('names no more than sixteen parts', async () => {
    start();
    await arrive();
    beat({ causes: Array.from({ length: 40 }, (_unused, index) => `part ${index}`), sinceMs: 5 });
    expect(sink.degradations[0]?.causes).toHaveLength(16);
  });
});
