import { createResumingTransport, type SessionOptions } from 'spanlight/transport';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFakeTime, type FakeTime, settle } from '../support/fakeTime.ts';
import { createFakeWire, type FakeWire } from '../support/fakeWire.ts';
import { developerGrant, LogServer, viewerGrant } from '../support/logServer.ts';
import { createRecordingSink, type RecordingSink } from '../support/recordingSink.ts';

let time: FakeTime;
let server: LogServer;
let wire: FakeWire;
let sink: RecordingSink;
let wake: () => void;
let asked: number;

function start(options: Partial<SessionOptions> = {}) {
  const transport = createResumingTransport({
    wire,
    getToken: () => {
      asked += 1;
      return 'good';
    },
    clock: time.clock,
    timers: time.timers,
    random: () => 0.999,
    page: {
      subscribe: (listener) => {
        wake = listener;
        return () => (wake = () => undefined);
      },
    },
    ...options,
  });
  transport.start(sink);
  return transport;
}
const arrive = async () => {
  await settle();
  wire.deliver();
};
/** Time passes on a good line: the relay beats. */
async function passWithBeats(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5000) {
    await time.advance(Math.min(5000, left));
    server.beat();
    wire.deliver();
  }
}

const welcomeOf = (log: LogServer) => ({
  t: 'welcome',
  v: 1,
  conn: 'x',
  ...viewerGrant,
  epoch: log.epoch,
  head: log.head,
  oldest: log.oldest,
  now: time.clock.now(),
  hb: 10_000,
  limits: {},
});

beforeEach(() => {
  time = createFakeTime();
  server = new LogServer({ now: time.clock.now, tokens: { good: viewerGrant, dev: developerGrant } });
  wire = createFakeWire(server);
  sink = createRecordingSink();
  wake = () => undefined;
  asked = 0;
});

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
    for (const odd of [true, 7, 'down', [], { causes: 'all', sinceMs: 1 }, { causes: [1], sinceMs: 1 }]) beat(odd);
    expect(sink.degradations).toEqual([]);
    expect(sink.issues).toEqual([]);
  });
});

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
