import { MonitorError } from '../../model/errors.ts';
import type { Ingest } from '../ingest/createIngest.ts';
import type { KeyedEventIds } from '../ingest/keyedEventIds.ts';
import { loadRedis } from '../redis/loadRedis.ts';
import type { RelayLogger } from '../relayLog.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import type { RelaySettings } from '../settings/parseSettings.ts';
import { createRedisEvents, type RedisEvents } from './createRedisEvents.ts';

export interface OpenRedisEventsOptions {
  readonly ingest: Ingest;
  readonly eventIds: KeyedEventIds;
  readonly log: RunLog;
  /** Epoch ms. */
  readonly now: () => number;
  readonly report: RelayLogger;
}

/** @throws {MonitorError} `settings.redis-url-required`: channels, or a key for decisions, and no Redis to find them on */
export function refuseWithoutRedis({ redisUrl, redisEvents, controlKey }: RelaySettings): void {
  if (redisUrl !== undefined || (redisEvents.length === 0 && controlKey === undefined)) return;
  throw new MonitorError('settings.redis-url-required', {
    happened: `${redisEvents.length > 0 ? 'SPANLIGHT_REDIS_EVENTS' : 'SPANLIGHT_CONTROL_KEY'} is set and SPANLIGHT_REDIS_URL is not.`,
    follows: 'The relay did not start, since it would hear and tell nothing.',
    todo: 'Set SPANLIGHT_REDIS_URL, e.g. SPANLIGHT_REDIS_URL=redis://127.0.0.1:6379',
  });
}

/** The input channels and the control channel that the settings ask for; `undefined`: none. */
export async function openRedisEvents(
  settings: RelaySettings,
  options: OpenRedisEventsOptions,
): Promise<RedisEvents | undefined> {
  const { redisUrl, redisEvents, redisControl, redisPrefix, controlKey } = settings;
  if (redisUrl === undefined || (redisEvents.length === 0 && controlKey === undefined)) return undefined;
  return createRedisEvents({
    ...options,
    redis: await loadRedis(),
    url: redisUrl,
    name: 'events',
    channels: redisEvents,
    prefix: redisPrefix,
    control: controlKey === undefined ? undefined : { channel: redisControl, key: controlKey },
  });
}
