import { createRelay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { loadRedis } from '../../../src/relay/redis/loadRedis.ts';

describe('a relay that is told of a Redis', () => {
  it('does not start without the package, and names the line that installs it', async () => {
    const missing = () => Promise.reject(Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(loadRedis(missing)).rejects.toThrow(/npm install @redis\/client \[relay\.redis-missing\]$/);
  });

  it('does not start without the key that all relays share', async () => {
    const redisUrl = 'redis://:hidden-password@127.0.0.1:1';
    const start = createRelay({ port: 0, redisUrl, pricing: false });
    await expect(start).rejects.toThrow(/SPANLIGHT_LABEL_KEY is not.*\[settings\.label-key-required\]$/);
    await expect(start).rejects.not.toThrow(/hidden-password/);
  });
});
