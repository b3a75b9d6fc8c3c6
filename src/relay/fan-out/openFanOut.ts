import { MonitorError } from '../../model/errors.ts';
import { loadRedis } from '../redis/loadRedis.ts';
import type { RelayLogger } from '../relayLog.ts';
import type { RelaySettings } from '../settings/parseSettings.ts';
import type { FanOut } from './FanOut.ts';
import { createMemoryFanOut } from './memoryFanOut.ts';
import { createRedisFanOut } from './redisFanOut.ts';

/**
 * The fan-out that the settings ask for. A Redis that cannot be reached does not stop the start: the relay says that it is degraded.
 * @throws {MonitorError} `relay.redis-missing`, `settings.label-key-required`
 */
export async function openFanOut(
  { redisUrl, redisPrefix, labelKey }: RelaySettings,
  shared: { readonly now: () => number; readonly report: RelayLogger },
): Promise<FanOut> {
  if (redisUrl === undefined) return createMemoryFanOut();
  if (labelKey === undefined) {
    throw new MonitorError('settings.label-key-required', {
      happened: 'SPANLIGHT_REDIS_URL is set and SPANLIGHT_LABEL_KEY is not.',
      follows:
        'The relay did not start: relays with keys of their own would show other stand-ins for the same names and refuse each other’s news.',
      todo: 'Set SPANLIGHT_LABEL_KEY to the same value for all relays, e.g. the output of: openssl rand -hex 32',
    });
  }
  const redis = await loadRedis();
  return createRedisFanOut({ redis, url: redisUrl, name: 'fan-out', prefix: redisPrefix, secret: labelKey, ...shared });
}
