import type { RelayLogLine, RunLog } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import { get, read, send, spanEvent, startRelay, tokenOf } from './support.ts';

const logBounds = {
  events: 1000,
  eventBytes: 10_000_000,
  detailBytes: 0,
  bounds: { runs: 1000, spans: 100_000, endedForMs: 1e12 },
};
const cursorOf = (frame: { epoch: string; to: number }) => `${frame.epoch}.${frame.to}`;

describe('a reader', () => {
  it('gets a snapshot of what is there, then what comes', async () => {
    const relay = await startRelay();
    await send(relay, [spanEvent({ a: { kind: 'tool', name: 'before' } })]);
    const reader = await read(relay);
    const welcome = await reader.next('welcome');
    expect(welcome).toMatchObject({
      v: 1,
      who: 'viewer',
      project: 'default',
      can: ['read.shape'],
      resume: 'snapshot',
      head: 1,
      oldest: 1,
    });
    const snap = await reader.next('snap');
    expect(snap).toMatchObject({ at: 1, part: 1, parts: 1 });
    await send(relay, [spanEvent({ a: { kind: 'tool', name: 'after' } })]);
    const batch = await reader.next('batch');
    expect(batch).toMatchObject({ from: 1, to: 2 });
    expect(reader.events().map((event) => (event.a as { name?: string }).name)).toEqual(['before', 'after']);
  });

  it('resumes from its cursor without a snapshot and misses nothing', async () => {
    const relay = await startRelay();
    const first = await read(relay);
    await first.next('snap');
    await send(relay, [spanEvent(), spanEvent()]);
    const batch = await first.next('batch');
    first.socket.terminate();
    await first.closed;
    await send(relay, [spanEvent(), spanEvent(), spanEvent()]);
    const second = await read(relay, { cursor: cursorOf(batch) });
    expect(await second.next('welcome')).toMatchObject({ resume: 'ok' });
    await second.waitFor(() => second.events().length === 3);
    expect(second.events().map((event) => event.seq)).toEqual([3, 4, 5]);
    expect(second.frames.some((frame) => frame.t === 'snap' || frame.t === 'gap')).toBe(false);
  });

  it('is told of a gap and given a snapshot when its place is no longer held', async () => {
    const relay = await startRelay({ ringEvents: 16, retentionEvents: 16 });
    const first = await read(relay);
    const snap = await first.next('snap');
    first.socket.terminate();
    for (let batch = 0; batch < 4; batch += 1)
      await send(
        relay,
        Array.from({ length: 10 }, () => spanEvent()),
      );
    const second = await read(relay, { cursor: `${snap.epoch}.0` });
    expect(await second.next('welcome')).toMatchObject({ resume: 'snapshot', head: 40, oldest: 25 });
    expect(await second.next('gap')).toMatchObject({ from: 0, to: 24, why: 'retention', n: 24 });
    const facts = await second.next('snap');
    expect(facts.at).toBe(40);
    expect(new Set(facts.ev.map((event) => event.span)).size).toBe(40);
  });

  it('reads from the log what the ring no longer has', async () => {
    const relay = await startRelay({ ringEvents: 16, retentionEvents: 1000 });
    const first = await read(relay);
    const snap = await first.next('snap');
    first.socket.terminate();
    for (let batch = 0; batch < 6; batch += 1)
      await send(
        relay,
        Array.from({ length: 50 }, () => spanEvent()),
      );
    const second = await read(relay, { cursor: `${snap.epoch}.0` });
    await second.waitFor(() => second.events().length === 300);
    expect(second.events().map((event) => event.seq)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(second.frames.some((frame) => frame.t === 'gap' || frame.t === 'snap')).toBe(false);
  });

  it('of another epoch is told so and starts anew', async () => {
    const relay = await startRelay();
    await send(relay, [spanEvent()]);
    const reader = await read(relay, { cursor: `${'a'.repeat(32)}.12` });
    expect(await reader.next('welcome')).toMatchObject({ resume: 'snapshot' });
    expect(await reader.next('gap')).toMatchObject({ why: 'epoch' });
    expect((await reader.next('snap')).at).toBe(1);
  });

  it('that comes in while events pour in ends with every span exactly once in the tail or the snapshot', async () => {
    const relay = await startRelay();
    let sent = 0;
    const pour = async () => {
      for (let batch = 0; batch < 20; batch += 1) {
        await send(
          relay,
          Array.from({ length: 20 }, () => spanEvent()),
        );
        sent += 20;
      }
    };
    const pouring = pour();
    const readers = await Promise.all([read(relay), read(relay), read(relay)]);
    await pouring;
    for (const reader of readers) {
      const spans = () => new Set(reader.events().map((event) => event.span));
      await reader.waitFor(() => spans().size === sent);
      let cursor: number | undefined;
      for (const frame of reader.frames) {
        if (frame.t === 'snap') cursor = frame.at;
        if (frame.t !== 'batch') continue;
        expect(frame.from).toBe(cursor);
        cursor = frame.to;
      }
    }
  });

  it('with a narrow subscription gets only its run, in batches that still cover everything', async () => {
    const relay = await startRelay();
    const [mine, other] = [`trace_${'a'.repeat(32)}`, `trace_${'b'.repeat(32)}`];
    const reader = await read(relay, { subs: [{ sub: `run:${mine}` }] });
    await reader.next('snap');
    await send(relay, [spanEvent({ run: other }), spanEvent({ run: mine }), spanEvent({ run: other })]);
    const batch = await reader.next('batch');
    expect(batch).toMatchObject({ from: 0, to: 3 });
    expect(batch.ev.map((event) => [event.run, event.seq])).toEqual([[mine, 2]]);
    await send(relay, [spanEvent({ run: other })]);
    await reader.waitFor(() => reader.frames.some((frame) => frame.t === 'batch' && frame.to === 4));
  });

  it('that subscribes to a run later gets that run whole, and its cursor stays', async () => {
    const relay = await startRelay();
    const run = `trace_${'c'.repeat(32)}`;
    await send(relay, [spanEvent({ run }), spanEvent()]);
    const reader = await read(relay, { subs: [{ sub: 'approvals' }] });
    expect((await reader.next('snap')).ev).toEqual([]);
    reader.sendFrame({ t: 'sub', subs: [{ sub: `run:${run}` }] });
    const scoped = await reader.next('snap');
    expect(scoped).toMatchObject({ scope: [`run:${run}`], at: 2 });
    expect(new Set(scoped.ev.map((event) => event.run))).toEqual(new Set([run]));
  });

  it('that floods it with topics has them looked up together, one search at a time, and gets them all', async () => {
    const log = createMemoryRunLog({ ...logBounds, now: Date.now });
    let searches = 0;
    let atOnce = 0;
    let most = 0;
    const counting: RunLog = {
      ...log,
      async snapshot(project, runId) {
        searches += 1;
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise(setImmediate);
        atOnce -= 1;
        return log.snapshot(project, runId);
      },
    };
    const relay = await startRelay({ runLog: counting });
    await send(
      relay,
      Array.from({ length: 20 }, (_, index) => spanEvent({ a: { kind: 'agent', name: `Agent ${index}` } })),
    );
    const reader = await read(relay, { subs: [{ sub: 'alerts' }] });
    await reader.next('snap');
    searches = 0;
    for (let round = 0; round < 15; round += 1) {
      const subs = Array.from({ length: 40 }, (_, index) => ({ sub: `agent:Agent ${index + round}` }) as const);
      reader.sendFrame({ t: 'sub', subs });
      if (round < 14) reader.sendFrame({ t: 'unsub', subs });
    }
    await reader.waitFor(() => new Set(reader.events().map((event) => event.span)).size >= 6);
    reader.sendFrame({ t: 'sub', subs: [{ sub: 'logs' }] });
    await reader.waitFor(() => reader.frames.some((frame) => frame.t === 'snap' && frame.scope?.includes('logs')));
    expect(searches).toBeLessThanOrEqual(31); // not one for each of 600 topics
    expect(most).toBe(1);
    const scopes = reader.frames.flatMap((frame) => (frame.t === 'snap' ? [...(frame.scope ?? [])] : []));
    expect(scopes).toContain('agent:Agent 19');
  });

  it('that asks for more than fits is closed', async () => {
    const relay = await startRelay();
    const reader = await read(relay, { subs: [{ sub: 'alerts' }] });
    for (let round = 0; round < 6; round += 1) {
      const run = Array.from({ length: 60 }, (_, index) => `${'r'.repeat(230)}${round}${index}`);
      reader.sendFrame({ t: 'sub', subs: [{ sub: 'overview', filter: { run } }] });
    }
    expect(await reader.closed).toBe(1008);
  });

  it('that asks for what does not exist is told by name and keeps the rest', async () => {
    const relay = await startRelay();
    const reader = await read(relay, {
      subs: [{ sub: 'overview' }, { sub: 'nonsense' as 'runs' }, { sub: 'logs', filter: { colour: 'red' } }],
    });
    expect(await reader.next('err')).toMatchObject({ ref: 'nonsense', code: 'stream.unknown-topic' });
    expect(await reader.next('err')).toMatchObject({ ref: 'logs', code: 'stream.unknown-filter' });
    await reader.next('snap');
    await send(relay, [spanEvent()]);
    expect((await reader.next('batch')).ev).toHaveLength(1);
  });

  it('hears a heartbeat and answers pings', async () => {
    const relay = await startRelay({ timings: { heartbeatMs: 40 } });
    const reader = await read(relay);
    await reader.next('hb');
    expect(await reader.next('hb')).toMatchObject({ head: 0 });
    expect(reader.socket.readyState).toBe(reader.socket.OPEN);
  });

  it('of a project sees nothing of another', async () => {
    const relay = await startRelay();
    const reader = await read(relay, { role: 'developer' });
    await reader.next('snap');
    await relay.ingest([spanEvent({ id: 'foreign-1', run: 'trace_dddddddd' })], 'other');
    await send(relay, [spanEvent()]);
    const batch = await reader.next('batch');
    expect(batch).toMatchObject({ from: 0, to: 1 });
    expect((await get(relay, '/v1/runs/trace_dddddddd/payload', 'developer')).status).toBe(404);
  });
});

describe('a connection', () => {
  it.each([
    ['a token that does not hold', { token: 'x'.repeat(40) }, 4401],
    ['a token that may not read', { role: 'ingest' }, 4403],
    ['a version nobody speaks', { v: [7, 9] }, 4426],
    ['a frame that is no hello', { hello: { t: 'sub', subs: [] } }, 4400],
  ] as const)('with %s is closed with its code', async (_what, options, code) => {
    const relay = await startRelay();
    const reader = await read(relay, options);
    expect(await reader.next('bye')).toMatchObject({ code });
    expect(await reader.closed).toBe(code);
    expect(reader.frames).toHaveLength(1);
  });

  it('that never says hello is closed', async () => {
    const relay = await startRelay({ timings: { helloMs: 30 } });
    const reader = await read(relay, { isSilent: true });
    expect(await reader.closed).toBe(4409);
  });

  it('from an address that may have many connections, as a proxy, waits its turn only behind more of them', async () => {
    const relay = await startRelay({ maxConnectionsPerAddress: 3000 });
    await Promise.all(Array.from({ length: 30 }, () => read(relay, { isSilent: true })));
    await expect(read(relay)).rejects.toThrow('429');
  });

  it('beyond ten that have not said hello is refused, others are not', async () => {
    const relay = await startRelay();
    const silent = await Promise.all(Array.from({ length: 10 }, () => read(relay, { isSilent: true })));
    await expect(read(relay)).rejects.toThrow('429');
    silent[0]?.socket.terminate();
    await expect
      .poll(() =>
        read(relay)
          .then((reader) => reader.next('welcome'))
          .catch(() => undefined),
      )
      .toBeTruthy();
  });

  it.each([
    [
      'a hello over 4 KiB',
      (): string => JSON.stringify({ t: 'hello', v: [1, 1], token: 'x', subs: [], pad: 'y'.repeat(5000) }),
      4400,
    ],
    ['a frame over 16 KiB', (): string => 'z'.repeat(20_000), 1009],
    ['a frame that is no JSON', (): string => '{"t":', 4400],
    ['deep nesting', (): string => '['.repeat(4000), 4400],
  ] as const)('with %s is closed', async (_what, frame, code) => {
    const relay = await startRelay();
    const reader = await read(relay, { isSilent: true });
    reader.sendFrame(frame());
    expect(await reader.closed).toBe(code);
    expect((await fetch(`${relay.url}/health`)).status).toBe(200);
  });

  it('of many tiny fragments is closed', async () => {
    const relay = await startRelay();
    const reader = await read(relay, { isSilent: true });
    for (let index = 0; index < 40; index += 1) reader.socket.send('a', { fin: false });
    expect(await reader.closed).toBe(1008);
  });

  it('with binary frames or floods of frames is closed', async () => {
    const relay = await startRelay();
    const binary = await read(relay);
    await binary.next('snap');
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect(await binary.closed).toBe(4400);
    const flood = await read(relay);
    await flood.next('snap');
    for (let index = 0; index < 1400; index += 1) flood.sendFrame({ t: 'unsub', subs: [] });
    expect(await flood.closed).toBe(1013);
  });

  it('ignores frames of a kind it does not know', async () => {
    const relay = await startRelay();
    const reader = await read(relay);
    await reader.next('snap');
    reader.sendFrame({ t: 'future', x: 1 });
    await send(relay, [spanEvent()]);
    expect((await reader.next('batch')).ev).toHaveLength(1);
  });

  it('that does not read is let go with 4408 and may resume, while others get everything', async () => {
    const lines: RelayLogLine[] = [];
    const relay = await startRelay({
      timings: { drainMs: 300, heartbeatMs: 400 },
      log: (line) => lines.push(line),
    });
    const isLetGo = () => lines.some((line) => line.event === 'stream.closed' && line['code'] === 4408);
    const slow = await read(relay, { role: 'developer' });
    await slow.next('snap');
    const healthy = await read(relay, { role: 'developer' });
    slow.socket.pause();
    const names = Array.from({ length: 200 }, (_, index) => `tool ${index} ${'n'.repeat(200)}`);
    for (let batch = 0; batch < 120; batch += 1) {
      await send(
        relay,
        Array.from({ length: 200 }, (_, index) =>
          spanEvent({ a: { kind: 'agent', name: 'big', toolNames: names.slice(index % 10, 8 + (index % 10)) } }),
        ),
      );
    }
    await healthy.waitFor(() => healthy.events().some((event) => event.seq === 24_000));
    await expect.poll(isLetGo, { timeout: 10_000 }).toBe(true);
    expect(healthy.socket.readyState).toBe(healthy.socket.OPEN);
    slow.socket.resume();
    await slow.closed;
    const last = slow.frames.findLast((frame) => frame.t === 'batch');
    expect(last).toBeDefined();
    const back = await read(relay, { role: 'developer', cursor: last && cursorOf(last) });
    expect((await back.next('welcome')).resume).toMatch(/ok|snapshot/);
  }, 30_000);

  it('ends at once when its token is revoked', async () => {
    const relay = await startRelay();
    const reader = await read(relay);
    const other = await read(relay, { role: 'developer' });
    await reader.next('snap');
    await other.next('snap');
    expect(relay.revoke('default', 'viewer')).toBe(1);
    expect(await reader.next('bye')).toMatchObject({ code: 4401, resume: false });
    expect(await reader.closed).toBe(4401);
    const again = await read(relay);
    expect(await again.closed).toBe(4401);
    expect(other.socket.readyState).toBe(other.socket.OPEN);
  });

  it('is asked again whether it may read, and ends when a plugin says no', async () => {
    let isAllowed = true;
    const relay = await startRelay({
      plugins: [{ name: 'gate', onAuthorize: ({ who }) => who !== 'viewer' || isAllowed }],
      timings: { recheckMs: 30, heartbeatMs: 40 },
    });
    const reader = await read(relay);
    await reader.next('snap');
    isAllowed = false;
    expect(await reader.closed).toBe(4401);
  });

  it('hears goodbye when the relay closes, with a wait that spreads the return', async () => {
    const relay = await startRelay({ timings: { restartMs: [5000, 30_000] } });
    const readers = await Promise.all(Array.from({ length: 5 }, () => read(relay)));
    for (const reader of readers) await reader.next('snap');
    await relay.close();
    for (const reader of readers) {
      const bye = await reader.next('bye');
      expect(bye).toMatchObject({ code: 1012, resume: true });
      expect(bye.retryMs).toBeGreaterThanOrEqual(5000);
      expect(bye.retryMs).toBeLessThanOrEqual(30_000);
      expect(await reader.closed).toBe(1012);
    }
    await expect(fetch(`${relay.url}/health`)).rejects.toThrow('fetch failed');
  });

  it('keeps its token out of the address', async () => {
    const relay = await startRelay();
    const lines: unknown[] = [];
    const logged = await startRelay({ log: (line) => lines.push(line) });
    await fetch(`${logged.url}/v1/workflow?token=${tokenOf(logged, 'viewer')}`);
    const reader = await read(logged);
    await reader.next('snap');
    expect((await fetch(`${relay.url}/v1/workflow?token=${tokenOf(relay, 'viewer')}`)).status).toBe(401);
    const text = JSON.stringify(lines);
    for (const token of Object.values(logged.tokens)) expect(text).not.toContain(token);
  });
});
