import { randomUUID } from 'node:crypto';
import { createMessageSeal } from '../redis/messageSeal.ts';
import { createRedisLink, type RedisLinkOptions } from '../redis/redisLink.ts';
import type { RelayLogger } from '../relayLog.ts';
import type { FanOut, LiveNews, News } from './FanOut.ts';
import { createMemoryFanOut } from './memoryFanOut.ts';
import { type NewsMessage, parseNewsMessage } from './newsMessage.ts';
import { createNewsQueue } from './newsQueue.ts';

export interface RedisFanOutOptions extends RedisLinkOptions {
  /** What all relays of one log share; signs what they tell each other. */
  readonly secret: string;
  /** Relays that tell each other; others on the same Redis take another name. Default `spanlight`. */
  readonly prefix?: string | undefined;
}

/** Relays whose counters are held. */
const MAX_RELAYS = 256;
/** Longest that is published with its events; a longer one is a wake-up alone. */
const MAX_MESSAGE_CHARS = 512 * 1024;
const REPORT_REFUSED_EVERY_MS = 60_000;
/** A message may be this old, ms: clocks of relays differ, and Redis may hold it up. */
const MAX_AGE_MS = 30_000;

/**
 * Several relays on one log. Listeners of this process hear at once; the others hear by Redis Pub/Sub, with the events when the
 * message is small enough. Whatever Redis loses, repeats or delays, and whoever writes into it: readers go by the log, which is
 * asked every two seconds in any case.
 */
export function createRedisFanOut(options: RedisFanOutOptions): FanOut {
  const local = createMemoryFanOut();
  const relay = randomUUID();
  const channel = `${options.prefix ?? 'spanlight'}:news`;
  const seal = createMessageSeal(options.secret);
  const lastByRelay = new Map<string, number>();
  const { now } = options;
  const startedMs = performance.now();
  const report = {
    unsigned: atMostEvery(REPORT_REFUSED_EVERY_MS, options.report),
    stale: atMostEvery(REPORT_REFUSED_EVERY_MS, options.report),
  };
  let counter = 0;
  let refused = 0;

  /** What is older than this fan-out could be a repeat that it has no memory of: the log has all that is true of it. */
  const isFresh = ({ at }: NewsMessage) => {
    const ageMs = now() - at;
    return ageMs >= -MAX_AGE_MS && ageMs <= Math.min(MAX_AGE_MS, performance.now() - startedMs);
  };

  const refuse = (cause: keyof typeof report) => {
    refused += 1;
    report[cause]('warn', 'fan-out.message-refused', { cause, refused });
  };

  const take = (message: string) => {
    const body = seal.open(channel, message);
    const parsed = body === undefined ? undefined : parseNewsMessage(body);
    if (!parsed) return refuse('unsigned'); // forged, or by a relay with another label key
    if (!isFresh(parsed)) return refuse('stale'); // played again, or the clocks of two relays differ
    if (parsed.relay === relay || parsed.n <= (lastByRelay.get(parsed.relay) ?? 0)) return;
    lastByRelay.delete(parsed.relay);
    lastByRelay.set(parsed.relay, parsed.n);
    if (lastByRelay.size > MAX_RELAYS) lastByRelay.delete(lastByRelay.keys().next().value as string);
    if ('news' in parsed) local.publish(parsed.news);
    else local.publishLive(parsed.live);
  };

  const link = createRedisLink(options, { [channel]: take });
  const say = (content: { readonly news: News } | { readonly live: LiveNews }): boolean => {
    counter += 1;
    const body = JSON.stringify({ v: 1, relay, n: counter, at: now(), ...content });
    if (body.length > MAX_MESSAGE_CHARS) return false;
    link.publish(channel, seal.seal(channel, body));
    return true;
  };
  const queue = createNewsQueue(
    (news) => {
      if (!say({ news })) say({ news: { ...news, events: undefined } });
    },
    (live) => void say({ live }),
  );

  return {
    isShared: true,
    get state() {
      return link.state;
    },
    get figures() {
      return { droppedMessages: link.droppedMessages, refusedMessages: refused };
    },
    onState: (listener) => link.onState(listener),
    publish(news) {
      local.publish(news);
      queue.add(news);
    },
    subscribe: (listener) => local.subscribe(listener),
    publishLive(news) {
      local.publishLive(news);
      queue.addLive(news);
    },
    subscribeLive: (listener) => local.subscribeLive(listener),
    async close() {
      queue.flush();
      await local.close();
      await link.close();
    },
  };
}

function atMostEvery(everyMs: number, report: RelayLogger): RelayLogger {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (...line) => {
    const atMs = performance.now();
    if (atMs - lastMs < everyMs) return;
    lastMs = atMs;
    report(...line);
  };
}
