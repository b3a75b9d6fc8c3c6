import { randomUUID } from 'node:crypto';
import { expect, inject, it, vi } from 'vitest';
import { connectRedis, createSharedLog, startMember, until } from '../relay/fan-out/support.ts';
import { answersExpected, answersOf, runPython, runsIn } from './support.ts';

it('what a Python process publishes on a Redis channel arrives, and what was said before the relay came, too', async () => {
  const redisUrl = inject('redisUrl');
  const channel = `agents.${randomUUID()}`;
  const { host } = new URL(redisUrl);
  const env = { RAW_REDIS: host, SPANLIGHT_REDIS_CHANNEL: channel };
  await runPython(['-m', 'tests.publish_captures'], env); // nobody listens yet: the stream beside the channel keeps it
  const runLog = createSharedLog();
  await startMember(redisUrl, {
    redisPrefix: `t${randomUUID().slice(0, 8)}`,
    redisEvents: [{ channel, project: 'default' }],
    runLog,
  });
  const client = await connectRedis(redisUrl);
  await until(async () => (await client.pubSubNumSub(channel))[channel] === 1);
  await runPython(['-m', 'tests.publish_captures'], env); // the same spans from another publisher
  await vi.waitFor(async () => expect(answersOf(await runsIn(runLog))).toEqual(answersExpected()), {
    timeout: 20_000,
    interval: 200,
  });
}, 60_000);
