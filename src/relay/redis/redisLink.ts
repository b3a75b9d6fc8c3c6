import { randomUUID } from 'node:crypto';
import type { DependencyState } from '../health/DependencyState.ts';
import { codeOf, type RelayLogger } from '../relayLog.ts';
import type { RedisModule } from './loadRedis.ts';

export interface RedisLinkOptions {
  readonly redis: RedisModule;
  /** May hold a password: it stands in no message. */
  readonly url: string;
  /** For logs and `CLIENT LIST`. */
  readonly name: string;
  readonly times?: Partial<RedisLinkTimes> | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  readonly report: RelayLogger;
}

export interface RedisLinkTimes {
  /** How often the link sends itself a message through Redis, ms. */
  readonly beatMs: number;
  /** None of them came back for so long: it is down, whatever the sockets say, ms. Looked at four times a beat. */
  readonly silentMs: number;
  /** So long after that both connections are made anew, ms. */
  readonly renewMs: number;
}

/** `silentMs` and a look are what a reader may wait for its mark: with a poll's 0.75 s no more than 4 of the 5 s promised. */
const defaultTimes: RedisLinkTimes = { beatMs: 1000, silentMs: 3000, renewMs: 8000 };
/** Messages that are on their way out: more are let go, since they are wake-ups and nobody may wait for Redis. */
const MAX_IN_FLIGHT = 1000;
const MAX_RECONNECT_MS = 2000;
/** How soon after `silentMs` the silence is noticed: seldom looks would add to what readers wait for their mark. */
const LOOKS_A_BEAT = 4;

export type RedisClient = ReturnType<RedisModule['createClient']>;

/**
 * Two connections to one Redis, one that says and one that listens, and whether words really go round: a message to itself
 * each second tells, where a socket that looks open does not. Nothing here is awaited by ingest or readers.
 */
export interface RedisLink {
  readonly state: DependencyState;
  /** Messages that were let go, since the link was down or too much was on its way. */
  readonly droppedMessages: number;
  /** @returns unsubscribe */
  onState(listener: (state: DependencyState) => void): () => void;
  /** To whoever listens on the channel now. Returns at once; `false`: let go. */
  publish(channel: string, message: string): boolean;
  /** A command, for what is no wake-up. Rejects while the link is down. */
  run<T>(command: (client: RedisClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** @param channels - by channel, who hears it. A message that throws is counted and stops nothing. */
export function createRedisLink(
  options: RedisLinkOptions,
  channels: Readonly<Record<string, (message: string) => void>>,
): RedisLink {
  const { now, report, name } = options;
  const times = { ...defaultTimes, ...options.times };
  const beatChannel = `spanlight:beat:${randomUUID()}`;
  const listeners = new Set<(state: DependencyState) => void>();
  let state: DependencyState = { isUp: false, code: 'redis.connecting', sinceMs: now() };
  let sender: RedisClient;
  let hearer: RedisClient;
  let generation = 0;
  let inFlight = 0;
  let dropped = 0;
  let lastHeardMs = performance.now();
  let lastLookMs = performance.now();
  let looks = 0;
  let renewedMs = performance.now();
  let isClosed = false;

  const say = (isUp: boolean, code?: string) => {
    if (isClosed || (state.isUp === isUp && state.code === code)) return;
    const wasUp = state.isUp;
    state = { isUp, code, sinceMs: wasUp === isUp ? state.sinceMs : now() };
    report(isUp ? 'info' : 'warn', isUp ? 'redis.up' : 'redis.down', { link: name, cause: code });
    for (const listener of listeners) listener(state);
  };

  const heard = () => {
    lastHeardMs = performance.now();
    say(true);
  };

  const connect = () => {
    const own = ++generation;
    const make = (): RedisClient => {
      const client = options.redis.createClient({
        url: options.url,
        name: `spanlight-${name}`,
        disableOfflineQueue: true,
        socket: {
          connectTimeout: 3000,
          reconnectStrategy: (retries) => Math.min(MAX_RECONNECT_MS, 50 * 2 ** retries) * (0.5 + Math.random() / 2),
        },
      }) as RedisClient;
      client.on('error', (cause: unknown) => {
        if (own === generation) say(false, state.code === 'redis.connecting' ? 'redis.unreachable' : 'redis.lost');
        report('info', 'redis.fault', { link: name, cause: codeOf(cause) });
      });
      return client;
    };
    const saying = make();
    const hearing = make();
    sender = saying;
    hearer = hearing;
    let isSubscribed = false;
    hearing.on('ready', () => {
      if (isSubscribed || own !== generation) return; // the client subscribes again by itself after a reconnect
      isSubscribed = true;
      hearing
        .subscribe([beatChannel, ...Object.keys(channels)], (message, channel) => {
          if (own !== generation) return;
          if (channel === beatChannel) return heard();
          try {
            channels[channel]?.(message);
          } catch (cause) {
            report('error', 'redis.listener-failed', { link: name, cause: codeOf(cause) });
          }
        })
        .then(beat, () => {
          isSubscribed = false;
        });
    });
    saying.connect().catch(() => {}); // it goes on trying; its errors were heard above
    hearing.connect().catch(() => {});
  };

  const publish = (channel: string, message: string): boolean => {
    if (!sender.isReady || inFlight >= MAX_IN_FLIGHT) {
      dropped += 1;
      return false;
    }
    inFlight += 1;
    sender.publish(channel, message).then(
      () => void (inFlight -= 1),
      () => {
        inFlight -= 1;
        dropped += 1;
      },
    );
    return true;
  };

  const beat = () => {
    if (sender.isReady) publish(beatChannel, '1');
  };

  const end = (client: RedisClient) => {
    try {
      client.destroy();
    } catch {
      // it was not open
    }
  };

  const look = () => {
    const atMs = performance.now();
    const wasHeldUp = atMs - lastLookMs > 2 * times.beatMs; // this process did not run: what came back still waits to be read
    lastLookMs = atMs;
    looks += 1;
    if (wasHeldUp || looks % LOOKS_A_BEAT === 0) beat();
    if (wasHeldUp) {
      lastHeardMs = Math.max(lastHeardMs, atMs - times.silentMs + times.beatMs);
      return;
    }
    if (atMs - lastHeardMs < times.silentMs) return;
    say(false, state.isUp ? 'redis.silent' : (state.code ?? 'redis.silent'));
    if (atMs - Math.max(lastHeardMs, renewedMs) < times.renewMs) return;
    renewedMs = atMs;
    end(sender);
    end(hearer);
    connect();
  };

  connect();
  const timer = setInterval(look, times.beatMs / LOOKS_A_BEAT);
  timer.unref();

  return {
    get state() {
      return state;
    },
    get droppedMessages() {
      return dropped;
    },
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    publish,
    run: (command) => command(sender),
    async close() {
      isClosed = true;
      clearInterval(timer);
      generation += 1;
      end(sender);
      end(hearer);
    },
  };
}
