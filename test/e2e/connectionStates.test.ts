import type { Browser, Page } from 'playwright';
import type { ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startRedis } from '../../scripts/services.ts';
import { createFaultProxy } from '../support/faultProxy.ts';
import { startUpgradeCutter } from '../support/upgradeCutter.ts';
import { readHeldState, startFaultHost } from './faultHost.ts';
import { TestProducer } from './producer.ts';
import { freePort, launchBrowser, type Started, startCommand } from './support.ts';

const tokens = { developer: 'developer-'.padEnd(40, 'd'), ingest: 'ingest-'.padEnd(40, 'i') };
let browser: Browser;
let host: ViteDevServer;
let hostUrl: string;
let ends: (() => Promise<void>)[] = [];

const startRelay = async (port: number, env: NodeJS.ProcessEnv = {}): Promise<Started> => {
  const relay = await startCommand(['relay'], {
    SPANLIGHT_PORT: String(port),
    SPANLIGHT_DEVELOPER_TOKEN: tokens.developer,
    SPANLIGHT_INGEST_TOKEN: tokens.ingest,
    SPANLIGHT_ALLOWED_ORIGINS: hostUrl,
    SPANLIGHT_ALLOWED_HOSTS: '127.0.0.1',
    ...env,
  });
  ends.push(() => relay.stop('SIGKILL'));
  return relay;
};

const openPage = async (relayUrl: string, more = '', token = tokens.developer): Promise<Page> => {
  const page = await browser.newPage();
  ends.push(() => page.close());
  await page.goto(`${hostUrl}/?relay=${encodeURIComponent(relayUrl)}&token=${token}${more}`);
  return page;
};

const trigger = (page: Page) => page.locator('.sl-connection__trigger');
const expectWords = async (page: Page, words: RegExp, timeout = 20_000) => {
  await expect.poll(() => trigger(page).innerText(), { timeout, interval: 50 }).toMatch(words);
};
const portOf = (relay: Started) => Number(new URL(relay.url).port);

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

describe('the connection on the screen', () => {
  it('is live, slow behind a slow line, reconnecting when it is cut, catching up, and live again with all of it', async () => {
    const relay = await startRelay(0);
    const proxy = await createFaultProxy({ target: portOf(relay) });
    ends.push(() => proxy.close());
    const page = await openPage(`http://127.0.0.1:${proxy.port}`);
    const producer = new TestProducer('states', tokens.ingest);
    await producer.send(relay.url, producer.makeRun('first', 5));
    await expectWords(page, /Live/);

    let run = 0;
    proxy.delay(2500);
    // whatever comes meanwhile comes late
    await expect
      .poll(
        async () => {
          await producer.send(relay.url, producer.makeRun(`late${(run += 1)}`, 2));
          return trigger(page).innerText();
        },
        { timeout: 20_000, interval: 400 },
      )
      .toMatch(/\d s behind/);
    proxy.heal();
    await producer.send(relay.url, producer.makeRun('healed', 2));
    await expectWords(page, /Live/);

    proxy.refuse();
    proxy.cut();
    await expectWords(page, /Reconnecting.*attempt/s);
    await expectWords(page, /data from/);
    for (let missed = 0; missed < 40; missed += 1)
      await producer.send(relay.url, producer.makeRun(`missed${missed}`, 20));
    // held back until all of it is here: no row comes before the others
    await page.evaluate(() => {
      const counts: number[] = [];
      Object.assign(window, { runCounts: counts });
      window.monitorStore.subscribe(() => {
        const count = window.monitorStore.getState().runIds.length;
        if (counts.at(-1) !== count) counts.push(count);
      });
    });
    const before = (await readHeldState(page)).runs.length;
    proxy.heal();
    await expectWords(page, /Live/);
    await expect.poll(async () => (await readHeldState(page)).runs.length).toBe(before + 40);
    const { shown, counts } = await page.evaluate(() => ({
      shown: window.shownStates,
      counts: (window as unknown as { runCounts: number[] }).runCounts,
    }));
    expect(shown.slice(shown.lastIndexOf('reconnecting'))).toEqual(['reconnecting', 'catching-up', 'live']);
    expect(counts.filter((count) => count > before && count < before + 40)).toEqual([]);
    expect((await readHeldState(page)).gaps).toEqual([]);
  });

  it('says that the session expired to a token that is refused, and offers no way but a new one', async () => {
    const relay = await startRelay(0);
    const page = await openPage(relay.url, '', 'wrong-'.padEnd(40, 'w'));
    await expectWords(page, /Session expired/);
    expect(await page.locator('.sl-connection').getByRole('button', { name: 'Retry' }).count()).toBe(1);
    expect(await page.getByRole('alert').innerText()).toMatch(/Session expired/);
  });

  it('draws what is missing after the relay lost its memory, goes stale while it is away, and expires when its tokens changed', async () => {
    const port = await freePort();
    const first = await startRelay(port);
    const page = await openPage(first.url);
    const producer = new TestProducer('gap', tokens.ingest);
    await producer.send(first.url, producer.makeRun('before', 5));
    await expectWords(page, /Live/);
    await page.getByRole('row').first().waitFor();
    await first.stop('SIGKILL');
    await expectWords(page, /Reconnecting/);
    await page.locator('.sl-root[data-stale]').waitFor({ timeout: 20_000 }); // the line has been down for 10 s
    expect(await page.getByRole('alert').innerText()).toMatch(/not updating/);

    const second = await startRelay(port);
    await expectWords(page, /Live/, 30_000);
    await page.locator('.sl-gap').first().waitFor({ timeout: 10_000 });
    expect(await page.locator('.sl-gap').first().innerText()).toMatch(/of events missing/);
    expect(await page.locator('.sl-root[data-stale]').count()).toBe(0);

    await second.stop('SIGKILL');
    await startRelay(port, { SPANLIGHT_DEVELOPER_TOKEN: 'another-'.padEnd(40, 'a') });
    await expectWords(page, /Session expired/, 30_000);
  });

  it('is offline when nobody answered for long, offers to retry, and is live again by itself with all of it', async () => {
    const relay = await startRelay(0);
    const proxy = await createFaultProxy({ target: portOf(relay) });
    ends.push(() => proxy.close());
    const page = await openPage(`http://127.0.0.1:${proxy.port}`, '&offlineAfterMs=2000');
    const producer = new TestProducer('offline', tokens.ingest);
    await producer.send(relay.url, producer.makeRun('before', 5));
    await expectWords(page, /Live/);
    proxy.refuse();
    proxy.cut();
    await expectWords(page, /Reconnecting/);
    await expectWords(page, /Offline/);
    await page.locator('.sl-connection').getByRole('button', { name: 'Retry' }).waitFor();
    await producer.send(relay.url, producer.makeRun('meanwhile', 5));
    proxy.heal();
    await expectWords(page, /Live/, 40_000);
    await expect.poll(async () => (await readHeldState(page)).runs.length).toBe(2);
    expect((await readHeldState(page)).gaps).toEqual([]);
  });

  it('reads over the EventSource of the browser: a ticket for each opening, and the token in no address', async () => {
    const relay = await startRelay(0);
    const proxy = await createFaultProxy({ target: portOf(relay) });
    ends.push(() => proxy.close());
    const page = await openPage('about:blank');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${hostUrl}/?relay=http://127.0.0.1:${proxy.port}&token=${tokens.developer}&wire=events`);
    await expectWords(page, /Live/);
    const producer = new TestProducer('events', tokens.ingest);
    await producer.send(relay.url, producer.makeRun('before', 5));
    await expect.poll(async () => (await readHeldState(page)).runs.length, { timeout: 10_000 }).toBe(1);
    proxy.cut();
    await producer.send(relay.url, producer.makeRun('after', 5));
    await expect.poll(async () => (await readHeldState(page)).runs.length, { timeout: 30_000 }).toBe(2);
    expect((await readHeldState(page)).gaps).toEqual([]);
    const opened = asked.filter((url) => url.includes('/v1/stream?'));
    expect(opened.length).toBeGreaterThan(1);
    expect(new Set(opened).size).toBe(opened.length);
    expect(asked.filter((url) => url.includes('/v1/') && url.includes(tokens.developer))).toEqual([]);
  });

  it('falls back to server-sent events where no WebSocket gets through, and says so in a quiet word', async () => {
    const relay = await startRelay(0);
    const cutter = await startUpgradeCutter(portOf(relay));
    ends.push(() => cutter.close());
    const page = await openPage(`http://127.0.0.1:${cutter.port}`, '&wire=auto');
    await expectWords(page, /Live.*by SSE/s, 30_000);
    expect(cutter.cuts).toBeGreaterThanOrEqual(3);
    const producer = new TestProducer('fallback', tokens.ingest);
    await producer.send(relay.url, producer.makeRun('over', 5));
    await page.getByRole('row').first().waitFor({ timeout: 10_000 });
    await trigger(page).click();
    expect(await page.getByRole('dialog').innerText()).toContain('Server-sent events');
  });

  it('stays live and says that the relay is degraded while its Redis is frozen, until it answers again', async () => {
    const redis: Service = await startRedis();
    ends.push(() => redis.stop());
    const relay = await startRelay(0, { SPANLIGHT_REDIS_URL: redis.url, SPANLIGHT_LABEL_KEY: 'a'.repeat(64) });
    const page = await openPage(relay.url);
    await expectWords(page, /Live/);
    const chip = page.locator('.sl-chip').getByText('Relay cache down');
    process.kill(redis.pid, 'SIGSTOP');
    try {
      await chip.waitFor({ timeout: 15_000 });
      await expectWords(page, /Live/);
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    await chip.waitFor({ state: 'detached', timeout: 15_000 });
  });
});
