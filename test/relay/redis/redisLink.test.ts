import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RedisModule } from '../../../src/relay/redis/loadRedis.ts';
import { createRedisLink } from '../../../src/relay/redis/redisLink.ts';

let nowMs = 0;
beforeEach(() => {
  nowMs = 0;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] });
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

type Hear = (message: string, channel: string) => void;

/** A Redis whose words go round in a moment, until it stands still with its sockets open. */
function createStillRedis() {
  const hearers = new Map<string, Hear>();
  const still = { isStill: false, publishCount: 0 };
  const createClient = () =>
    Object.assign(new EventEmitter(), {
      isReady: true,
      async connect() {
        (this as unknown as EventEmitter).emit('ready');
      },
      async subscribe(channels: readonly string[], hear: Hear) {
        for (const channel of channels) hearers.set(channel, hear);
      },
      async publish(channel: string, message: string) {
        still.publishCount += 1;
        if (still.isStill) return new Promise(() => {});
        setTimeout(() => hearers.get(channel)?.(message, channel), 10);
      },
      destroy() {},
    });
  return { still, redis: { createClient } as unknown as RedisModule };
}

async function startLink() {
  const { still, redis } = createStillRedis();
  const link = createRedisLink({ redis, url: 'redis://x', name: 'test', now: () => nowMs, report: () => {} }, {});
  await new Promise(setImmediate); // it has subscribed
  pass(20);
  expect(link.state.isUp).toBe(true);
  return { still, link };
}
/** The process runs for so long. */
function pass(ms: number) {
  for (let passedMs = 0; passedMs < ms; passedMs += 10) {
    nowMs += 10;
    vi.advanceTimersByTime(10);
  }
}

it('a Redis that stands still is noticed within a quarter of a second after three, wherever between two beats it begins', async () => {
  for (let sinceMs = 0; sinceMs < 1000; sinceMs += 10) {
    const { still, link } = await startLink();
    pass(5000 + sinceMs);
    expect(link.state.isUp).toBe(true);
    still.isStill = true;
    const startMs = nowMs;
    while (link.state.isUp) pass(10);
    const tookMs = nowMs - startMs;
    expect(tookMs).toBeGreaterThanOrEqual(2000); // a beat or two may be late
    expect(tookMs).toBeLessThanOrEqual(3250);
    expect(link.state.code).toBe('redis.silent');
    await link.close();
  }
});

it('asks a Redis no more often than once a second', async () => {
  const { still, link } = await startLink();
  const before = still.publishCount;
  pass(10_000);
  expect(still.publishCount - before).toBe(10);
  await link.close();
});

it('a process that was held up gives its Redis a beat to say that it is there', async () => {
  const { still, link } = await startLink();
  pass(5000);
  still.isStill = true; // what it said while nobody listened has not been read
  nowMs += 60_000;
  vi.advanceTimersByTime(250);
  expect(link.state.isUp).toBe(true);
  pass(500);
  expect(link.state.isUp).toBe(true);
  still.isStill = false;
  pass(1000);
  expect(link.state.isUp).toBe(true);
  still.isStill = true;
  nowMs += 60_000;
  vi.advanceTimersByTime(250);
  pass(1250);
  expect(link.state.isUp).toBe(false);
  await link.close();
});
