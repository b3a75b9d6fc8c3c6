import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import type { Browser, Page } from 'playwright';
import type { ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type Service, startPostgres, startRedis } from '../../scripts/services.ts';
import { readHeldState, startFaultHost } from './faultHost.ts';
import { TestProducer } from './producer.ts';
import { launchBrowser, type Started, startCommand } from './support.ts';

/** A page must say within this that something is wrong, ms. */
const MARK_MS = 5000;
const tokens = { developer: 'developer-'.padEnd(40, 'd'), ingest: 'ingest-'.padEnd(40, 'i') };
let browser: Browser;
let host: ViteDevServer;
let hostUrl: string;
let ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  ({ server: host, url: hostUrl } = await startFaultHost());
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

async function ask(url: string, ...command: string[]): Promise<void> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

/** Two relays on one PostgreSQL and one Redis; a page at the first, a producer at the second. */
async function start() {
  const dir = await mkdtemp(join(tmpdir(), 'spanlight-redis-'));
  ends.push(() => rm(dir, { recursive: true, force: true }));
  const database = await startPostgres();
  ends.push(() => database.stop());
  let redis: Service = await startRedis({ dir });
  ends.push(() => redis.kill('SIGKILL'));
  const { url: redisUrl, port } = redis;
  const startRelay = async (): Promise<Started> => {
    const relay = await startCommand(['relay'], {
      SPANLIGHT_STORE: 'postgres',
      SPANLIGHT_PORT: '0',
      SPANLIGHT_DEVELOPER_TOKEN: tokens.developer,
      SPANLIGHT_INGEST_TOKEN: tokens.ingest,
      SPANLIGHT_ALLOWED_ORIGINS: hostUrl,
      SPANLIGHT_ALLOWED_HOSTS: '127.0.0.1',
      SPANLIGHT_DATABASE_URL: database.url,
      SPANLIGHT_REDIS_URL: redisUrl,
      SPANLIGHT_LABEL_KEY: 'a'.repeat(64),
    });
    ends.push(() => relay.stop('SIGKILL'));
    return relay;
  };
  const [read, written] = [await startRelay(), await startRelay()];
  const page = await browser.newPage();
  ends.push(() => page.close());
  await page.goto(`${hostUrl}/?relay=${encodeURIComponent(read.url)}&token=${tokens.developer}`);
  await expect.poll(() => page.locator('.sl-connection__trigger').innerText(), { timeout: 20_000 }).toMatch(/Live/);
  return {
    page,
    redisUrl,
    producer: new TestProducer('redis', tokens.ingest),
    writeUrl: written.url,
    kill: () => redis.kill('SIGKILL'),
    /** Comes back at the same place, with the snapshot that lies there. */
    comeBack: async () => {
      redis = await startRedis({ port, dir });
    },
    keepSnapshot: () => copyFile(join(dir, 'dump.rdb'), join(dir, 'old.rdb')),
    putSnapshot: () => copyFile(join(dir, 'old.rdb'), join(dir, 'dump.rdb')),
  };
}

const chipOf = (page: Page) => page.locator('.sl-chip').getByText('Relay cache down');
/** @returns ms until the page said it */
async function untilMark(page: Page, since = performance.now()): Promise<number> {
  await chipOf(page).waitFor({ timeout: 15_000 });
  return performance.now() - since;
}
const untilNoMark = (page: Page) => chipOf(page).waitFor({ state: 'detached', timeout: 20_000 });

it('a page misses nothing while the Redis behind its relays is flushed, paused and restarted with an old snapshot, and says so within seconds', async () => {
  const { page, redisUrl, producer, writeUrl, ...redis } = await start();
  let runs = 0;
  const sendRun = async () => {
    runs += 1;
    expect(await producer.send(writeUrl, producer.makeRun(`run${runs}`, 3))).toBe(true);
  };
  /** Everything that was acknowledged stands on the page, once, and no range is said to be missing. */
  const expectAll = async () => {
    await expect.poll(async () => (await readHeldState(page)).runs.length, { timeout: 10_000 }).toBe(runs);
    const { runs: held, gaps, phase } = await readHeldState(page);
    expect(held.every(({ spanCount, status }) => spanCount === 4 && status === 'completed')).toBe(true);
    expect([gaps, phase]).toEqual([[], 'live']);
  };
  await sendRun();
  await expectAll();

  await ask(redisUrl, 'FLUSHALL');
  await sendRun();
  await expectAll();
  expect(await chipOf(page).count()).toBe(0); // nothing of worth stood there

  await ask(redisUrl, 'SAVE');
  await redis.keepSnapshot();
  const markedMs: number[] = [];
  await ask(redisUrl, 'CLIENT', 'PAUSE', '9000', 'ALL');
  const pausedAt = performance.now();
  await sendRun();
  markedMs.push(await untilMark(page, pausedAt));
  await expectAll(); // by asking the log, while Redis is silent
  await untilNoMark(page);

  await sendRun();
  const killedAt = performance.now();
  await redis.kill();
  markedMs.push(await untilMark(page, killedAt));
  await sendRun();
  await expectAll();
  await redis.putSnapshot();
  await redis.comeBack();
  await untilNoMark(page);
  await sendRun();
  await expectAll();
  console.log(`degraded mark after ${markedMs.map(Math.round).join(' and ')} ms; ${runs} runs, 0 lost`);
  expect(Math.max(...markedMs)).toBeLessThan(MARK_MS);
});
