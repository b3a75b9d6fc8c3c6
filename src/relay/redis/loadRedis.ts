import type { createClient } from '@redis/client';
import { MonitorError } from '../../model/errors.ts';

export interface RedisModule {
  readonly createClient: typeof createClient;
}

/**
 * The Redis client, which is an optional package.
 * @throws {MonitorError} `relay.redis-missing`, with the line that installs it
 */
export async function loadRedis(
  load: () => Promise<RedisModule> = () => import('@redis/client'),
): Promise<RedisModule> {
  try {
    return await load();
  } catch (cause) {
    throw new MonitorError(
      'relay.redis-missing',
      {
        happened: 'SPANLIGHT_REDIS_URL is set, and the package @redis/client is not installed.',
        follows: 'The relay did not start: alone it would not hear what other relays store.',
        todo: 'Install it: npm install @redis/client',
      },
      { cause },
    );
  }
}
