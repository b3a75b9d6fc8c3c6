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

  it.each([
    ['of another number of parts', { parts: 3 }],
    ['of another place in the log', { at: 2 }],
  ])('a second part %s is of another snapshot', async (_, other) => {
    start();
    await arrive();
    const part = { t: 'snap', epoch: server.epoch, at: 1, part: 1, parts: 2, ev: [], scope: ['run:a'] };
    wire.inject(part, { ...part, part: 2, ...other });
    await arrive();
    expect(server.hellos).toHaveLength(2);
    expect(server.hellos.at(-1)?.cursor).toBeUndefined();
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

describe('what a hello says of what is held', () => {
  const subs = [{ sub: 'overview' as const }, { sub: 'run:a' as const }];
  /** The line breaks and comes back, and nothing is said yet. */
  const comeBack = async () => {
    wire.cut();
    await time.advance(1000);
    return server.hellos.at(-1);
  };
  const begin = async () => {
    start().setSubs(subs);
    await arrive();
    expect(server.hellos[0]).not.toHaveProperty('whole'); // nothing is
  };

  it('is the topics that are whole, and where it stands in rows and running texts', async () => {
    await begin();
    wire.inject(
      { t: 'rows', at: 'x.7', runs: [] },
      { t: 'rows', runs: [] },
      { t: 'live', run: 'a', span: 's', offset: 4, text: 'abc' },
    );
    expect(await comeBack()).toMatchObject({
      whole: ['overview', 'run:a'],
      rows: 'x.7',
      live: [{ run: 'a', span: 's', offset: 7 }],
    });
  });

  it('is no topic that a snapshot brought in part', async () => {
    await begin();
    const part = { t: 'snap', epoch: server.epoch, at: 0, part: 1, parts: 2, ev: [], scope: ['run:b'] };
    wire.inject(part);
    expect((await comeBack())?.whole).toEqual(['overview', 'run:a']);
    await arrive();
    wire.inject(part, { ...part, part: 2 });
    expect((await comeBack())?.whole).toEqual(['overview', 'run:a', 'run:b']);
  });

  it('is not the overview once rows came in the place of spans', async () => {
    await begin();
    wire.inject({ t: 'rows', at: 'x.7', runs: [{ run: 'a' }] });
    expect((await comeBack())?.whole).toEqual(['run:a']);
  });

  it('is nothing after the relay announced that it sends everything anew', async () => {
    await begin();
    wire.inject({ t: 'rows', at: 'x.7', runs: [] }, { t: 'live', run: 'a', span: 's', offset: 0, text: 'abc' });
    await comeBack();
    wire.inject({ ...welcomeOf(server), resume: 'snapshot' });
    const hello = await comeBack();
    expect(hello?.whole).toEqual([]);
    expect(hello?.rows).toBeUndefined();
    expect(hello?.live).toBeUndefined();
  });

  it('is no topic of which a filter left something out; the choice of detail is none', async () => {
    start().setSubs([
      { sub: 'overview', filter: { spans: 'auto' } },
      { sub: 'runs', filter: { status: 'error' } },
      { sub: 'logs', filter: { spans: 'auto', status: 'error' } },
    ]);
    await arrive();
    expect((await comeBack())?.whole).toEqual(['overview']);
  });

  it('is no topic that was let go', async () => {
    const transport = start();
    transport.setSubs(subs);
    await arrive();
    transport.setSubs([{ sub: 'run:a' }]);
    transport.setSubs(subs); // its tail stopped meanwhile
    expect((await comeBack())?.whole).toEqual(['run:a']);
  });

  it('is no topic that was let go while the snapshot was on its way', async () => {
    const transport = start();
    transport.setSubs(subs);
    await settle();
    transport.setSubs([{ sub: 'run:a' }]);
    transport.setSubs(subs);
    wire.deliver();
    expect((await comeBack())?.whole).toEqual(['run:a']);
  });

  it('is only the last eight of the running texts', async () => {
    await begin();
    const live = (span: number) => ({ t: 'live', run: 'a', span: `s${span}`, offset: 0, text: 'x' });
    for (let span = 0; span < 9; span += 1) wire.inject(live(span));
    wire.inject({ ...live(1), offset: 1 }, live(9)); // s1 is written on, s2 is the oldest then
    const marks = (await comeBack())?.live ?? [];
    expect(marks.map(({ span }) => span)).toEqual(['s3', 's4', 's5', 's6', 's7', 's8', 's1', 's9']);
  });
});
