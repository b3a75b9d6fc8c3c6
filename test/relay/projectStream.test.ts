import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { asRunId } from '../../src/model/ids.ts';
import { createProjections } from '../../src/relay/projection/projections.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import type { RunLog } from '../../src/relay/run-log/RunLog.ts';
import { createEventFilter } from '../../src/relay/wire/eventFilter.ts';
import { createProjectStream } from '../../src/relay/wire/projectStream.ts';
import { createSnapshotBudget } from '../../src/relay/wire/snapshotBudget.ts';
import { defaultTimings } from '../../src/relay/wire/timings.ts';
import { logEvent } from './describeRunLog.ts';
import { onEnd, read, send, spanEvent, startRelay } from './support.ts';

const lensOf = (log: RunLog) => {
  const projection = createProjections({ log, labelKey: 'k'.repeat(32), now: Date.now }).of('p');
  const names = projection.lensOf({ can: ['read.shape', 'read.payload'] });
  const shape = projection.lensOf({ can: ['read.shape'] });
  if (!names || !shape) throw new Error('no lens');
  return { projection, names, shape };
};

function setUp(ringEvents = 100, log: RunLog = memoryLog()) {
  const faults: string[] = [];
  const { projection, names, shape } = lensOf(log);
  const all = createEventFilter([{ sub: 'overview' }], names);
  const stream = createProjectStream({
    project: 'p',
    log,
    projection,
    budget: createSnapshotBudget({ stalledMs: 1000 }),
    ringEvents,
    ringBytes: 10_000_000,
    overviewEventsPerSec: 1000,
    timings: defaultTimings,
    now: Date.now,
    onFault: (code) => faults.push(code),
    onDelivered: () => undefined,
  });
  onEnd(() => stream.close());
  return { log, stream, faults, all, names, shape };
}
const memoryLog = () =>
  createMemoryRunLog({
    events: 200,
    eventBytes: 10_000_000,
    detailBytes: 0,
    bounds: { runs: 1000, spans: 100_000, endedForMs: 1e12 },
    now: Date.now,
  });
const framesOf = ({ json }: { json: readonly Buffer[] }) =>
  JSON.parse(Buffer.concat([...json]).toString()) as { from: number; to: number; ev: MonitorEvent[] };
const some = (count: number) => Array.from({ length: count }, () => logEvent());

describe('the stream of a project', () => {
  it('makes up for news that were lost, came twice, late, or without their events', async () => {
    const { log, stream, all, names } = setUp();
    await stream.open();
    const pump = { pump: () => {} };
    stream.join(pump);
    const news = [];
    for (let batch = 0; batch < 10; batch += 1) {
      const { epoch, from, to, stored } = await log.append('p', some(3));
      news.push({ project: 'p', epoch, from, to, events: stored });
    }
    for (const index of [0, 0, 4, 3, 9, 5, 1]) stream.take(news[index] as (typeof news)[number]); // 2, 6, 7, 8 are lost
    await expect.poll(() => stream.head).toBe(30);
    const { epoch } = await log.append('p', some(2));
    stream.take({ project: 'p', epoch, from: 30, to: 32 }); // only the wake-up
    await expect.poll(() => stream.head).toBe(32);
    await log.append('p', some(1)); // not even that
    await stream.poll();
    expect(stream.head).toBe(33);
    let cursor = 0;
    while (cursor < 33) {
      const batch = stream.nextBatch(names, all, cursor);
      if (batch === undefined || typeof batch === 'string') throw new Error('a hole');
      const { from, to, ev } = framesOf(batch.frame);
      expect(from).toBe(cursor);
      expect(ev.map((event) => event.seq)).toEqual(Array.from({ length: to - from }, (_, index) => from + 1 + index));
      cursor = to;
    }
  });

  it('builds a batch once for all who stand at the same place and see the same', async () => {
    const { log, stream, all, names, shape } = setUp();
    await stream.open();
    const { epoch, from, to, stored } = await log.append('p', some(5));
    stream.take({ project: 'p', epoch, from, to, events: stored });
    expect(stream.nextBatch(names, all, 0)).toBe(stream.nextBatch(names, all, 0));
    expect(stream.nextBatch(shape, all, 0)).not.toBe(stream.nextBatch(names, all, 0));
  });

  it('bounds a batch in events and bytes', async () => {
    const { log, stream, all, names } = setUp(1000);
    await stream.open();
    const { epoch, from, to, stored } = await log.append('p', some(150));
    stream.take({ project: 'p', epoch, from, to, events: stored });
    expect(stream.nextBatch(names, all, 0)).toMatchObject({ to: 128, frame: { eventCount: 128 } });
    expect(stream.nextBatch(names, all, 0, 5)).toMatchObject({ to: 5, frame: { eventCount: 5 } });
    const big = await log.append(
      'p',
      Array.from({ length: 40 }, () =>
        logEvent({ a: { kind: 'agent', toolNames: Array.from({ length: 200 }, () => 'n'.repeat(30)) } }),
      ),
    );
    stream.take({ project: 'p', epoch, from: big.from, to: big.to, events: big.stored });
    const batch = stream.nextBatch(names, all, 150);
    expect(batch).not.toBe('behind');
    expect((batch as { frame: { sizeBytes: number } }).frame.sizeBytes).toBeLessThan(64 * 1024 + 16 * 1024);
  });

  it('holds back from nobody what somebody of a scope asked for first and does not see', async () => {
    const { log, stream, all, names } = setUp();
    await stream.open();
    const scoped = stream.projection.lensOf({ can: ['read.shape', 'read.payload'], scope: { user: 'ann' } });
    if (!scoped) throw new Error('no lens');
    const { epoch, from, to, stored } = await log.append('p', some(3));
    stream.take({ project: 'p', epoch, from, to, events: stored });
    await stream.prepare(scoped, 0);
    expect(stream.nextBatch(scoped, createEventFilter([{ sub: 'overview' }], scoped), 0)).toMatchObject({
      to: 3,
      frame: { eventCount: 0 },
    });
    expect(stream.nextBatch(names, all, 0)).toMatchObject({ to: 3, frame: { eventCount: 3 } });
  });

  it('looks through so many events that a reader does not want, and no more, and says that they are no news', async () => {
    const { log, stream, all, names } = setUp(6000);
    await stream.open();
    const { epoch, from, to, stored } = await log.append('p', some(4200));
    stream.take({ project: 'p', epoch, from, to, events: stored });
    const other = createEventFilter([{ sub: 'run:another' }], names);
    expect(stream.nextBatch(names, other, 0)).toMatchObject({ to: 4096, frame: { eventCount: 0, isNews: false } });
    expect(stream.nextBatch(names, all, 0, 500)).toMatchObject({ to: 128, frame: { eventCount: 128, isNews: true } });
    expect(stream.nextBatch(names, all, to)).toBeUndefined();
  });

  it('follows a log that began anew', async () => {
    const first = memoryLog();
    let current: RunLog = first;
    const log: RunLog = {
      durability: 'memory',
      kind: 'memory',
      place: 'memory',
      keepsContent: true,
      head: (project) => current.head(project),
      append: (project, events) => current.append(project, events),
      read: (...args) => current.read(...args),
      snapshot: (...args) => current.snapshot(...args),
      readRunFacts: (...args) => current.readRunFacts(...args),
      runOfEvent: (...args) => current.runOfEvent(...args),
      readDetail: (...args) => current.readDetail(...args),
      get history() {
        return current.history;
      },
      close: () => current.close(),
    };
    const { stream } = setUp(100, log);
    await stream.open();
    const before = await log.append('p', some(3));
    stream.take({ project: 'p', epoch: before.epoch, from: 0, to: 3, events: before.stored });
    current = memoryLog();
    await log.append('p', some(1));
    await stream.poll();
    expect(stream.epoch).not.toBe(before.epoch);
    expect(stream.head).toBe(1);
  });

  it('gives nothing of a log that began anew under the old epoch, before it was told and by news', async () => {
    let current = memoryLog();
    const log = new Proxy(current, { get: (_target, key) => Reflect.get(current, key) as unknown });
    const { stream, all, names } = setUp(100, log);
    await current.append('p', some(5));
    await stream.open();
    const { epoch: old } = stream;
    current = memoryLog();
    const { epoch } = await current.append('p', some(5));
    expect(await stream.nextBatchFromLog(names, all, 0)).toBe('gone');
    expect([stream.epoch, stream.head]).toEqual([old, 5]);
    // news that would fit by its numbers, and news that is behind them
    const more = await current.append('p', some(2));
    stream.join({ pump: () => {} });
    stream.take({ project: 'p', epoch, from: 5, to: 7, events: more.stored });
    await expect.poll(() => stream.epoch).toBe(epoch);
    expect(stream.nextBatch(names, all, 5)).toBe('behind');

    const { epoch: second } = stream;
    current = memoryLog();
    const next = await current.append('p', some(1));
    stream.take({ project: 'p', epoch: next.epoch, from: 0, to: 1, events: next.stored });
    await expect.poll(() => stream.epoch).not.toBe(second);
    expect([stream.epoch, stream.head]).toEqual([next.epoch, 1]);
    // without any news: one as long as that before, and a longer one
    for (const length of [1, 3]) {
      current = memoryLog();
      const { epoch: anew } = await current.append('p', some(length));
      await stream.poll();
      expect([stream.epoch, stream.head]).toEqual([anew, length]);
    }
  });

  it('goes back with a log that went back, though that keeps its epoch: what was read of it is not shown any more', async () => {
    const inner = memoryLog();
    let heads = 0;
    const log = new Proxy(inner, {
      get: (target, key) =>
        key === 'head' && heads > 0
          ? async (project: string) => ({ ...(await target.head(project)), head: heads })
          : (Reflect.get(target, key) as unknown),
    });
    const { stream, all, names } = setUp(100, log);
    await stream.open();
    const { epoch, from, to, stored } = await inner.append('p', some(7));
    stream.take({ project: 'p', epoch, from, to, events: stored });
    expect(stream.nextBatch(names, all, 5)).toMatchObject({ to: 7 });
    heads = 5;
    await stream.poll();
    expect([stream.epoch, stream.head]).toEqual([epoch, 5]);
    expect(stream.nextBatch(names, all, 3)).toBe('behind');
  });

  it('has snapshots of a log that began anew, and none of the one before', async () => {
    let current = memoryLog();
    const log = new Proxy(current, { get: (_target, key) => Reflect.get(current, key) as unknown });
    const { stream, all, names } = setUp(100, log);
    await current.append('p', some(5));
    await stream.open();
    const textOf = async () => {
      const { frames } = await stream.snapshot(names, all, undefined);
      return Buffer.concat(frames.flatMap(({ json }) => [...json])).toString();
    };
    const { epoch: old } = stream;
    expect(await textOf()).toContain(old);
    current = memoryLog();
    const { epoch } = await current.append('p', some(2));
    await stream.poll();
    expect(await textOf()).toContain(epoch);
    expect(await textOf()).not.toContain(old);
  });

  it('gives no batch that was built of a log that is gone, from the same place of the next', async () => {
    let current = memoryLog();
    const log = new Proxy(current, { get: (_target, key) => Reflect.get(current, key) as unknown });
    const { stream, all, names } = setUp(100, log);
    const idsFrom1 = async () => {
      const { epoch, from, to, stored } = await current.append('p', some(2));
      stream.take({ project: 'p', epoch, from, to, events: stored });
      const batch = stream.nextBatch(names, all, 1);
      if (batch === undefined || typeof batch === 'string') throw new Error('no batch');
      return [framesOf(batch.frame).ev.map(({ id }) => id), stored.map(({ id }) => id)];
    };
    await current.append('p', some(1));
    await stream.open();
    const [first, stored] = await idsFrom1();
    expect(first).toEqual(stored);
    current = memoryLog();
    await current.append('p', some(1));
    await stream.poll();
    const [second, others] = await idsFrom1();
    expect(second).toEqual(others);
  });

  it('forgets what runs said in a log that is gone: who saw them then may not see them now', async () => {
    let current = memoryLog();
    const log = new Proxy(current, { get: (_target, key) => Reflect.get(current, key) as unknown });
    const { stream } = setUp(100, log);
    const run = asRunId('trace_a1');
    const ofUser = (userId: string) => logEvent({ type: 'run.start', span: undefined, a: { userId } });
    await current.append('p', [ofUser('ann')]);
    await stream.open();
    const lens = stream.projection.lensOf({ can: ['read.shape'], scope: { user: 'ann' } });
    await lens?.prepare([run]);
    expect(lens?.hasRun(run)).toBe(true);
    current = memoryLog();
    await current.append('p', [ofUser('bob')]);
    await stream.poll();
    await lens?.prepare([run]);
    expect(lens?.hasRun(run)).toBe(false);
  });

  it('reports a log it cannot reach, and goes on when it is back', async () => {
    const inner = memoryLog();
    let isDown = false;
    const log: RunLog = {
      ...inner,
      head: (project) => (isDown ? Promise.reject(new Error('down')) : inner.head(project)),
    };
    const { stream, faults } = setUp(100, log);
    await stream.open();
    const { epoch } = await log.append('p', some(2));
    isDown = true;
    stream.take({ project: 'p', epoch, from: 0, to: 2 });
    await expect.poll(() => faults).toEqual(['relay.log-unreachable']);
    isDown = false;
    await stream.poll();
    expect(stream.head).toBe(2);
  });
});

describe('a log that takes nothing', () => {
  it('is answered with 503 and Retry-After, readers stay', async () => {
    const inner = memoryLog();
    let isDown = false;
    const relay = await startRelay({
      runLog: {
        ...inner,
        append: (...args) => (isDown ? Promise.reject(new Error('disk full')) : inner.append(...args)),
      },
    });
    const reader = await read(relay);
    await reader.next('snap');
    isDown = true;
    const headers = { authorization: `Bearer ${relay.tokens.ingest}`, 'content-type': 'application/json' };
    const refused = await fetch(`${relay.url}/v1/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify([spanEvent()]),
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ error: { code: 'ingest.log-unavailable' } });
    isDown = false;
    await send(relay, [spanEvent()]);
    expect((await reader.next('batch')).ev).toHaveLength(1);
  });
});
