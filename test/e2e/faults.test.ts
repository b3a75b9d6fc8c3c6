import type { Browser } from 'playwright';
import type { MonitorEvent } from 'spanlight/store';
import type { ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFold } from '../../src/fold/index.ts';
import { readHeldState, startFaultHost } from './faultHost.ts';
import { TestProducer } from './producer.ts';
import { freePort, launchBrowser, type Started, startCommand, startCuttingProxy } from './support.ts';

const tokens = { developer: 'developer-'.padEnd(40, 'd'), ingest: 'ingest-'.padEnd(40, 'i') };
let browser: Browser;
let host: ViteDevServer;
let hostUrl: string;
let relay: Started | undefined;

const startRelay = (port: number, name = 'relay') =>
  startCommand([name], {
    SPANLIGHT_PORT: String(port),
    SPANLIGHT_DEVELOPER_TOKEN: tokens.developer,
    SPANLIGHT_INGEST_TOKEN: tokens.ingest,
    SPANLIGHT_ALLOWED_ORIGINS: hostUrl,
    SPANLIGHT_ALLOWED_HOSTS: '127.0.0.1',
  });

const openPage = async (relayUrl: string) => {
  const page = await browser.newPage();
  await page.goto(`${hostUrl}/?relay=${encodeURIComponent(relayUrl)}&token=${tokens.developer}`);
  await expect.poll(async () => (await readHeldState(page)).phase, { timeout: 20_000 }).toBe('live');
  return page;
};

/** Every span that the events say, with its status, as the page lists them. */
function foldSpans(events: readonly MonitorEvent[]): string[] {
  const fold = createFold();
  for (const event of events) fold.apply(event);
  fold.settle();
  return fold.reader.runIds
    .flatMap((runId) => [...fold.reader.spansOf(runId)])
    .map((span) => `${span.runId} ${span.spanId} ${span.status}`)
    .sort();
}

beforeAll(async () => {
  ({ server: host, url: hostUrl } = await startFaultHost());
  browser = await launchBrowser();
});
afterEach(async () => {
  await relay?.stop('SIGKILL');
  relay = undefined;
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
});

describe('a cut socket', () => {
  it('resumes with nothing lost and shows no gap while the relay lives', async () => {
    relay = await startRelay(0);
    const proxy = await startCuttingProxy(Number(new URL(relay.url).port));
    const page = await openPage(`http://127.0.0.1:${proxy.port}`);
    const producer = new TestProducer('cut', tokens.ingest);
    for (let run = 0; run < 30; run += 1) {
      expect(await producer.send(relay.url, producer.makeRun(`cut${run}`, 5))).toBe(true);
      if (run % 6 === 3) proxy.cut();
    }
    const expected = foldSpans(producer.acked);
    await expect.poll(async () => (await readHeldState(page)).spans, { timeout: 20_000 }).toEqual(expected);
    const state = await readHeldState(page);
    expect(state.gaps).toEqual([]);
    expect(state.runs.every((run) => !run.isBeforeRestart)).toBe(true);
    expect(
      await page
        .locator('.sl-root')
        .getByText(/events missing/)
        .count(),
    ).toBe(0);
    await page.close();
    await proxy.close();
  });
});

describe('a relay killed with SIGKILL under load', () => {
  it('comes back under a new epoch: the gap with its cause and size, what was held marked, all that followed', async () => {
    const port = await freePort();
    const first = await startRelay(port);
    relay = first;
    const page = await openPage(first.url);
    const producer = new TestProducer('load', tokens.ingest);
    for (let run = 0; run < 10; run += 1) await producer.send(first.url, producer.makeRun(`before${run}`, 5));
    const before = [...producer.acked];
    await expect.poll(async () => (await readHeldState(page)).spans, { timeout: 20_000 }).toEqual(foldSpans(before));
    const { epoch } = await readHeldState(page);

    // under load: posts are under way when the process dies
    const underWay = Array.from({ length: 5 }, (_unused, run) =>
      producer.send(first.url, producer.makeRun(`dying${run}`, 5)),
    );
    await first.stop('SIGKILL');
    await Promise.all(underWay);
    for (let run = 0; run < 5; run += 1) await producer.send(first.url, producer.makeRun(`down${run}`, 5));
    expect(producer.lost).toBeGreaterThan(0);

    relay = await startRelay(port);
    const held = await readHeldState(page);
    const after = new TestProducer('after', tokens.ingest);
    for (let run = 0; run < 10; run += 1)
      expect(await after.send(relay.url, after.makeRun(`after${run}`, 5))).toBe(true);
    expect(await producer.send(relay.url, producer.makeRun('again', 5))).toBe(true);

    const again = producer.acked.filter((event) => event.run === 'trace_again');
    const expected = [...new Set([...held.spans, ...foldSpans([...after.acked, ...again])])].sort();
    await expect.poll(async () => (await readHeldState(page)).spans, { timeout: 40_000 }).toEqual(expected);
    const state = await readHeldState(page);
    expect(state.phase).toBe('live');
    expect(state.epoch).not.toBe(epoch);
    expect(state.gaps.map((gap) => gap.why)).toContain('epoch');
    for (const run of state.runs) expect(run.isBeforeRestart).toBe(/trace_(before|dying)/.test(run.runId));
    // the producer numbers its events, so what it lost while nobody listened is known, and what died with the relay
    const dying = underWay.length * again.length;
    const down = 5 * again.length;
    const missing = async () =>
      (await readHeldState(page)).gaps.reduce((sum, gap) => sum + (gap.missingEvents ?? 0), 0);
    await expect.poll(missing, { timeout: 20_000 }).toBeGreaterThanOrEqual(down);
    expect(await missing()).toBeLessThanOrEqual(down + dying);
    await expect
      .poll(
        () =>
          page
            .locator('.sl-root')
            .getByText(/missing/)
            .count(),
        { timeout: 10_000 },
      )
      .toBeGreaterThan(0);
    await page.close();
  });
});
