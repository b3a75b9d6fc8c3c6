import { createClient } from '@redis/client';
import type { Relay, RelayOptions, RunLog } from 'spanlight/relay';
import { createMemoryRunLog } from '../../../src/relay/run-log/memoryRunLog.ts';
import { onEnd, startRelay } from '../support.ts';

export const LABEL_KEY = 'k'.repeat(32);
const INGEST_TOKEN = 'i'.repeat(32);
const DEVELOPER_TOKEN = 'd'.repeat(32);

const MiB = 1024 * 1024;

/** One log that several relays of this process share; none of them closes it. */
export function createSharedLog(): RunLog {
  const log = createMemoryRunLog({
    events: 50_000,
    eventBytes: 64 * MiB,
    detailBytes: 64 * MiB,
    bounds: { runs: 1000, spans: 100_000, endedForMs: 3_600_000 },
    now: Date.now,
  });
  return new Proxy(log, { get: (target, key) => (key === 'close' ? async () => {} : Reflect.get(target, key)) });
}

/** A relay of a fleet: the same keys and tokens as the others. */
export const startMember = (redisUrl: string, options: RelayOptions = {}): Promise<Relay> =>
  startRelay({
    redisUrl,
    labelKey: LABEL_KEY,
    roleTokens: { ingest: INGEST_TOKEN, developer: DEVELOPER_TOKEN },
    ...options,
  });

export async function connectRedis(url: string) {
  const client = createClient({ url, socket: { reconnectStrategy: 50 } });
  client.on('error', () => {});
  onEnd(() => client.destroy());
  await client.connect();
  return client;
}

/** Waits for something that no event tells of. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
