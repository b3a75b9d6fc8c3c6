import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createClient } from '@redis/client';
import type { RelayLogLine } from 'spanlight/relay';
import { describe, expect, inject, it, vi } from 'vitest';
import { startRedis } from '../../../scripts/services.ts';
import type { News } from '../../../src/relay/fan-out/FanOut.ts';
import { createRedisFanOut } from '../../../src/relay/fan-out/redisFanOut.ts';
import { createMessageSeal } from '../../../src/relay/redis/messageSeal.ts';
import type { RedisLinkTimes } from '../../../src/relay/redis/redisLink.ts';
import { onEnd, post, type Reader, read, send, spanEvent } from '../support.ts';
import { connectRedis, createSharedLog, LABEL_KEY, startMember, until } from './support.ts';

const prefixOf = () => `t${randomUUID().slice(0, 8)}`;
const redis = { createClient };

interface LineOptions {
  readonly secret?: string;
  readonly times?: Partial<RedisLinkTimes>;
  /** How far its clock goes ahead, ms. */
  readonly aheadMs?: number;
}

function createLine(url: string, prefix: string, options: LineOptions = {}) {
  const lines: string[] = [];
  const fanOut = createRedisFanOut({
    redis,
    url,
    name: 'test',
    prefix,
    secret: options.secret ?? LABEL_KEY,
    times: options.times,
    now: () => Date.now() + (options.aheadMs ?? 0),
    report: (_level, event, fields) => void lines.push(`${event} ${fields?.['cause']}`),
  });
  onEnd(() => fanOut.close());
  const heard: News[] = [];
  fanOut.subscribe((news) => void heard.push(news));
  return { fanOut, heard, lines };
}
const isUp = (...lines: ReturnType<typeof createLine>[]) => until(() => lines.every(({ fanOut }) => fanOut.state.isUp));
const news = (from: number, count = 1, more: Partial<News> = {}): News => ({
  project: 'default',
  epoch: 'ab',
  from,
  to: from + count,
  events: Array.from({ length: count }, (_, index) => ({ ...spanEvent(), seq: from + 1 + index }) as never),
  ...more,
});

describe('news over Redis', () => {
  it('is heard at once here and with its events there; what is said in one turn travels as one', async () => {
    const prefix = prefixOf();
    const here = createLine(inject('redisUrl'), prefix);
    const there = createLine(inject('redisUrl'), prefix);
    await isUp(here, there);
    const said = [news(0), news(1, 2), news(3)];
    for (const item of said) here.fanOut.publish(item);
    expect(here.heard).toEqual(said);
    await until(() => there.heard.length > 0);
    expect(there.heard).toMatchObject([{ from: 0, to: 4, epoch: 'ab' }]);
    expect(there.heard[0]?.events).toHaveLength(4);
    expect(here.heard).toHaveLength(3); // not its own again
  });

  it('without its events is a wake-up, when the message would be too large', async () => {
    const prefix = prefixOf();
    const here = createLine(inject('redisUrl'), prefix);
    const there = createLine(inject('redisUrl'), prefix);
    await isUp(here, there);
    const large = { ...spanEvent({ id: 'x'.repeat(600_000) }), seq: 1 } as never;
    here.fanOut.publish(news(0, 1, { events: [large] }));
    await until(() => there.heard.length > 0);
    expect(there.heard).toEqual([{ project: 'default', epoch: 'ab', from: 0, to: 1 }]);
  });

  it('that another key signed, nobody signed, or somebody plays again is not heard', async () => {
    const prefix = prefixOf();
    const url = inject('redisUrl');
    const line = createLine(url, prefix);
    const foreign = createLine(url, prefix, { secret: 'f'.repeat(32) });
    const honest = createLine(url, prefix);
    await isUp(line, foreign, honest);
    const forger = await connectRedis(url);
    const channel = `${prefix}:news`;
    const recorded: string[] = [];
    const recorder = await connectRedis(url);
    await recorder.subscribe(channel, (message) => void recorded.push(message));

    foreign.fanOut.publish(news(0));
    await until(() => recorded.length === 1);
    const messageOf = (item: News) => JSON.stringify({ v: 1, relay: 'a', n: 1, at: Date.now(), news: item });
    for (const forged of ['', 'x', messageOf(news(0))]) await forger.publish(channel, forged);
    const seal = createMessageSeal(LABEL_KEY);
    await forger.publish(channel, seal.seal('another:news', messageOf(news(0))));
    const holed = { ...news(0, 3), events: news(0, 2).events };
    await forger.publish(channel, seal.seal(channel, messageOf(holed)));
    honest.fanOut.publish(news(7));
    await until(() => line.heard.length > 0);
    const honestMessage = recorded.at(-1) as string;
    await forger.publish(channel, honestMessage);
    honest.fanOut.publish(news(8));
    await until(() => line.heard.length > 1);
    expect(line.heard.map(({ from }) => from)).toEqual([7, 8]);
    expect(line.fanOut.figures.refusedMessages).toBe(6);
    expect(line.lines.filter((text) => text.startsWith('fan-out.'))).toEqual(['fan-out.message-refused unsigned']);
  });

  it('that somebody recorded is not heard by a relay that starts later and remembers nobody', async () => {
    const prefix = prefixOf();
    const url = inject('redisUrl');
    const honest = createLine(url, prefix);
    const witness = createLine(url, prefix);
    await isUp(honest, witness);
    const recorder = await connectRedis(url);
    const recorded: string[] = [];
    await recorder.subscribe(`${prefix}:news`, (message) => void recorded.push(message));
    honest.fanOut.publish(news(7));
    honest.fanOut.publishLive({
      project: 'default',
      texts: [{ run: 'r', span: 's', offset: 0, text: 'old' }] as never,
    });
    await until(() => recorded.length === 2 && witness.heard.length === 1);

    const restarted = createLine(url, prefix);
    const lives: unknown[] = [];
    restarted.fanOut.subscribeLive((live) => void lives.push(live));
    await isUp(restarted);
    const forger = await connectRedis(url);
    for (const message of recorded.splice(0)) await forger.publish(`${prefix}:news`, message);
    honest.fanOut.publish(news(8));
    await until(() => restarted.heard.length > 0);
    expect(restarted.heard.map(({ from }) => from)).toEqual([8]);
    expect(lives).toEqual([]);
    expect(restarted.fanOut.figures.refusedMessages).toBe(2);
    expect(restarted.lines).toContain('fan-out.message-refused stale');
  });

  it('is heard while the clock of who says it goes ahead by less than half a minute', async () => {
    const prefix = prefixOf();
    const url = inject('redisUrl');
    const near = createLine(url, prefix, { aheadMs: 25_000 });
    const far = createLine(url, prefix, { aheadMs: 40_000 });
    const line = createLine(url, prefix);
    await isUp(near, far, line);
    far.fanOut.publish(news(1));
    await until(() => line.fanOut.figures.refusedMessages === 1);
    near.fanOut.publish(news(2));
    await until(() => line.heard.length > 0);
    expect(line.heard.map(({ from }) => from)).toEqual([2]);
    line.fanOut.publish(news(3)); // by the other's clock it was said before that relay began
    await until(() => near.fanOut.figures.refusedMessages === 1);
    expect(near.heard.map(({ from }) => from)).not.toContain(3);
  });

  it('is heard once of each relay however many there are, and not when Redis held it up for long', async () => {
    const prefix = prefixOf();
    const line = createLine(inject('redisUrl'), prefix);
    await isUp(line);
    const forger = await connectRedis(inject('redisUrl'));
    const seal = createMessageSeal(LABEL_KEY);
    const say = (relay: string, n: number, from: number, atMs = Date.now()) =>
      forger.publish(
        `${prefix}:news`,
        seal.seal(`${prefix}:news`, JSON.stringify({ v: 1, relay, n, at: atMs, news: news(from) })),
      );
    const atMs = Date.now();
    await say('a', 1, 1, atMs);
    for (let other = 0; other < 255; other += 1) await say(`other-${other}`, 1, 2);
    await say('a', 2, 3, atMs);
    for (let other = 0; other < 200; other += 1) await say(`another-${other}`, 1, 4);
    await say('a', 2, 5, atMs); // played again
    await say('a', 3, 6, atMs);
    await until(() => line.heard.at(-1)?.from === 6);
    expect(line.heard.map(({ from }) => from).filter((from) => from === 5)).toEqual([]);

    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 60_000); // it has been up for a minute
    onEnd(() => void vi.restoreAllMocks());
    await say('late', 1, 7, Date.now() - 31_000);
    await say('late', 2, 8, Date.now() - 29_000);
    await until(() => line.heard.at(-1)?.from === 8);
    expect(line.heard.map(({ from }) => from).slice(-2)).toEqual([6, 8]);
  });

  it('carries the text of running calls', async () => {
    const prefix = prefixOf();
    const here = createLine(inject('redisUrl'), prefix);
    const there = createLine(inject('redisUrl'), prefix);
    const texts: unknown[] = [];
    there.fanOut.subscribeLive((live) => void texts.push(live));
    const ownTexts: unknown[] = [];
    here.fanOut.subscribeLive((live) => void ownTexts.push(live));
    await isUp(here, there);
    const said = { project: 'default', texts: [{ run: 'r', span: 's', offset: 0, text: 'Hel' }] } as never;
    here.fanOut.publishLive(said);
    expect(ownTexts).toEqual([said]);
    await until(() => texts.length > 0);
    expect(texts).toEqual([said]);
    expect(ownTexts).toEqual([said]);
  });

  it('never waits for a Redis that stands still: it is down by its silence, and up again when it goes on', async () => {
    const server = await startRedis();
    onEnd(() => {
      process.kill(server.pid, 'SIGCONT');
      return server.stop();
    });
    const line = createLine(server.url, prefixOf(), { times: { beatMs: 50, silentMs: 200, renewMs: 300 } });
    await isUp(line);
    process.kill(server.pid, 'SIGSTOP');
    for (let from = 0; from < 5000; from += 1) line.fanOut.publish(news(from, 1, { events: undefined }));
    expect(line.heard).toHaveLength(5000);
    await until(() => !line.fanOut.state.isUp);
    expect(line.fanOut.state.code).toMatch(/^redis\./);
    await until(() => line.fanOut.figures.droppedMessages > 0); // bounded: more than a thousand wake-ups need no queue
    process.kill(server.pid, 'SIGCONT');
    await isUp(line);
  });
});

describe('two relays on one log', () => {
  const seqs = (reader: Reader) => reader.events().map(({ seq }) => seq);
  const waitForHead = (reader: Reader, head: number) =>
    reader.waitFor(() => reader.frames.some((frame) => frame.t === 'batch' && frame.to >= head));

  async function startPair(url: string, timings = {}) {
    const runLog = createSharedLog();
    const redisPrefix = prefixOf();
    const lines: RelayLogLine[] = [];
    const log = (line: RelayLogLine) => void lines.push(line);
    const one = await startMember(url, { runLog, redisPrefix, log, timings });
    const two = await startMember(url, { runLog, redisPrefix, log, timings });
    return { one, two, lines, runLog, redisPrefix };
  }
  const hasState = (reader: Reader, isDegraded: boolean) =>
    reader.waitFor(() => {
      const last = reader.frames.findLast((frame) => frame.t === 'hb' || frame.t === 'welcome');
      return (last?.degraded !== undefined) === isDegraded;
    });

  it('show each reader what the other stored, at once and whole', async () => {
    // no poll of the log in the time of this test: the wake-up alone brings it
    const { one, two } = await startPair(inject('redisUrl'), { pollMs: 3_600_000 });
    const readers = [await read(one, { role: 'developer' }), await read(two, { role: 'developer' })];
    for (const reader of readers) await hasState(reader, false);
    for (let round = 0; round < 20; round += 1) {
      await send(
        round % 2 === 0 ? one : two,
        Array.from({ length: 5 }, () => spanEvent()),
      );
    }
    for (const reader of readers) {
      await waitForHead(reader, 100);
      expect(seqs(reader)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    }
  });

  it('find no hole in a producer whose posts reach now one, now the other, and find one true hole once', async () => {
    const { one, two, runLog, lines } = await startPair(inject('redisUrl'), { holeMs: 200 });
    const numbered = (n: number) => spanEvent({ prod: { id: 'agent-1', n } });
    for (let n = 1; n <= 40; n += 1) await send(n % 2 === 0 ? one : two, [numbered(n)]);
    await send(one, [numbered(44)]); // 41 to 43 never come
    await send(two, [numbered(45)]);
    const reader = await read(one, { role: 'developer' });
    await reader.waitFor(() => reader.events().some(({ type }) => type === 'producer.gap'));
    const gaps = async () => {
      const { head } = await runLog.head('default');
      return (await runLog.read('default', 0, head, 1000)).filter(({ type }) => type === 'producer.gap');
    };
    await until(() => lines.filter(({ event }) => event === 'ingest.producer-hole').length === 2); // each found it
    expect(await gaps()).toMatchObject([{ prod: { id: 'agent-1', n: 43 }, a: { holeEvents: 3 } }]);
  });

  it('show no text of a call that ended, when somebody plays its messages again to a relay that has just restarted', async () => {
    const { one, two, runLog, redisPrefix } = await startPair(inject('redisUrl'));
    const call = (span: string, type: string, a: object) => spanEvent({ run: 'trace_1', span, type, a });
    const subs = [{ sub: 'overview' as const }, { sub: 'run:trace_1' as const }];
    const write = async (span: string, text: string) => {
      const body = JSON.stringify({ texts: [{ run: 'trace_1', span, offset: 0, text }] });
      expect((await post(one, '/v1/live', body)).status).toBe(200);
    };
    const before = await read(two, { role: 'developer', subs });
    for (const reader of [before, await read(one, { role: 'developer' })]) await hasState(reader, false);
    const recorder = await connectRedis(inject('redisUrl'));
    const recorded: string[] = [];
    await recorder.subscribe(`${redisPrefix}:news`, (message) => void recorded.push(message));
    await send(one, [call('span_1', 'span.start', { kind: 'llm', name: 'answer', status: 'running' })]);
    await write('span_1', 'I shall pay');
    await before.waitFor(() => before.frames.some(({ t }) => t === 'live'));
    await send(one, [call('span_1', 'span.end', { kind: 'llm', endedAtMs: 5, status: 'ok' })]);
    await waitForHead(before, 2);
    await two.close();

    const again = await startMember(inject('redisUrl'), { runLog, redisPrefix });
    const after = await read(again, { role: 'developer', subs });
    await hasState(after, false);
    const forger = await connectRedis(inject('redisUrl'));
    for (const message of recorded.splice(0)) await forger.publish(`${redisPrefix}:news`, message);
    await write('span_2', 'Of now');
    await after.waitFor(() => after.frames.some(({ t }) => t === 'live'));
    expect(after.frames.filter(({ t }) => t === 'live')).toMatchObject([{ span: 'span_2', text: 'Of now' }]);
  });

  it('lose nothing when Redis is flushed, paused, killed and comes back from an old snapshot; readers are told', async () => {
    let server = await startRedis();
    onEnd(() => server.stop());
    const { one, two } = await startPair(server.url, { pollMs: 300 });
    const admin = await connectRedis(server.url);
    await admin.set('old', 'yes');
    const snapshotDir = (await admin.configGet('dir')).dir as string;
    await admin.sendCommand(['SAVE']);
    const snapshot = readFileSync(`${snapshotDir}/dump.rdb`);
    const readers = [await read(one, { role: 'developer' }), await read(two, { role: 'developer' })];
    for (const reader of readers) await hasState(reader, false);
    let head = 0;
    const both = async () => {
      await send(one, [spanEvent()]);
      await send(two, [spanEvent()]);
      head += 2;
      for (const reader of readers) await waitForHead(reader, head);
    };
    await both();

    await admin.flushAll();
    await both();

    const pausedMs = performance.now();
    await admin.sendCommand(['CLIENT', 'PAUSE', '6000', 'ALL']);
    await both(); // by the poll of the log
    for (const reader of readers) await hasState(reader, true);
    expect(performance.now() - pausedMs).toBeLessThan(5000);
    for (const reader of readers) await hasState(reader, false);
    await both();

    const { port } = server;
    process.kill(server.pid, 'SIGKILL');
    const killedMs = performance.now();
    for (const reader of readers) await hasState(reader, true);
    expect(performance.now() - killedMs).toBeLessThan(5000);
    await both();
    server = await startRedis({ port, snapshot });
    for (const reader of readers) await hasState(reader, false);
    await both();

    for (const reader of readers) {
      expect(seqs(reader)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
      expect(reader.frames.filter(({ t }) => t === 'gap')).toEqual([]);
    }
  });

  it('start without Redis, degraded, and work by the log alone', async () => {
    const { one, two } = await startPair('redis://127.0.0.1:1', { pollMs: 100 });
    const reader = await read(two, { role: 'developer' });
    await hasState(reader, true);
    const { degraded } = await reader.next('welcome');
    expect(degraded).toEqual({ causes: ['fan-out'], sinceMs: expect.any(Number) });
    await send(one, [spanEvent()]);
    await waitForHead(reader, 1);
  });
});
