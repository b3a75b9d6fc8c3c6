import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { createFaultProxy, type FaultProxy } from '../../support/faultProxy.ts';
import { sizeText } from '../rig/findings.ts';
import { launchChromium, openDashboard, startHostSite } from '../rig/hostPage.ts';
import { type LogKind, prepareLog } from '../rig/logs.ts';
import { Producer } from '../rig/producer.ts';
import { startRelayProcess } from '../rig/relayProcess.ts';
import { tokens } from '../rig/tokens.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { mustHold, pause, quantile, waitUntil } from '../rig/waitUntil.ts';
import type { ReaderWire } from '../rig/wires.ts';

const SHOWN_MS = 12_000;
const GIVE_UP_MS = 30_000;
const PRODUCERS = 5;

interface Loss {
  readonly why: string;
  /** How many events, where anybody can know it. */
  readonly missing?: number | undefined;
}
interface Tally {
  injected: number;
  shown: number;
  readonly shownAfterMs: number[];
  readonly missed: string[];
  readonly falseGaps: string[];
}

/** What the page says: each gap with its cause and its words. */
const readGaps = (page: Page) =>
  page.evaluate(() => {
    window.monitorStore.flush();
    const rows = [...document.querySelectorAll('.sl-gap[data-why]')];
    return {
      held: window.monitorStore.getState().gaps.map(({ why, missingEvents }) => ({ why, missing: missingEvents })),
      rows: rows.map((row) => ({ why: row.getAttribute('data-why') ?? '', text: row.textContent ?? '' })),
    };
  });

interface Rig {
  readonly pages: readonly Page[];
  readonly proxies: readonly FaultProxy[];
  send(count: number): Promise<void>;
  /** So many of each producer. */
  sendEach(counts: readonly number[]): Promise<void>;
  restart(change?: () => Promise<void>): Promise<void>;
  drop(counts: readonly number[]): Promise<void>;
  readonly dir: string | undefined;
}

async function startRig(
  context: TortureContext,
  kind: LogKind,
  env: Record<string, string>,
  salt: number,
): Promise<Rig> {
  const site = await startHostSite(context);
  const log = await prepareLog(context, kind);
  const relay = await startRelayProcess(context, {
    env: { ...log.env, ...env, SPANLIGHT_ALLOWED_ORIGINS: site.origin },
  });
  const random = context.random(salt);
  const producers = Array.from(
    { length: PRODUCERS },
    (_unused, index) => new Producer({ id: `r3-${salt}-${index}`, url: () => relay.url, random }),
  );
  for (const producer of producers) context.onEnd(() => producer.close());
  const browser = await launchChromium(context);
  const pages: Page[] = [];
  const proxies: FaultProxy[] = [];
  const wires: readonly ReaderWire[] = context.pick({
    small: ['websocket'],
    default: ['websocket', 'sse', 'polling', 'any'],
    full: ['websocket', 'sse', 'polling', 'any'],
  });
  for (const producer of producers) await producer.send(producer.take(4));
  for (const wire of wires) {
    const proxy = await createFaultProxy({ target: relay.port });
    context.onEnd(() => proxy.close());
    const page = await browser.newPage({ viewport: { width: 1440, height: 2400 } });
    await openDashboard(page, site, { relayUrl: `http://127.0.0.1:${proxy.port}`, token: tokens.developer, wire });
    await mustHold(
      () => page.evaluate(() => window.monitorStore.getState().connection.phase === 'live'),
      30_000,
      `${wire} is live`,
    );
    pages.push(page);
    proxies.push(proxy);
  }
  return {
    pages,
    proxies,
    dir: log.dir,
    async send(count) {
      for (const producer of producers) await producer.send(producer.take(Math.ceil(count / PRODUCERS)));
    },
    async sendEach(counts) {
      for (const [index, count] of counts.entries()) await producers[index]?.send(producers[index].take(count));
    },
    async restart(change) {
      await relay.stop(change ? 'SIGTERM' : 'SIGKILL');
      await change?.();
      await relay.start();
    },
    async drop(counts) {
      for (const [index, count] of counts.entries()) {
        producers[index]?.skip(count);
        await producers[index]?.send(producers[index].take(2));
      }
    },
  };
}

/** Waits until every page shows the losses, with their cause and their number. */
async function expectShown(rig: Rig, tally: Tally, before: readonly number[], losses: readonly Loss[]): Promise<void> {
  const startMs = performance.now();
  await Promise.all(
    rig.pages.map(async (page, index) => {
      tally.injected += losses.length;
      const isShown = async () => {
        const { held, rows } = await readGaps(page);
        const fresh = held.slice(before[index] ?? 0);
        return losses.every(({ why, missing }) => {
          const isHeld = fresh.some((gap) => gap.why === why && (missing === undefined || gap.missing === missing));
          const words = missing === undefined ? /missing/i : new RegExp(`\\b${missing.toLocaleString('en')}\\b`);
          return isHeld && rows.some((row) => row.why === why && words.test(row.text));
        });
      };
      const took = await waitUntil(isShown, GIVE_UP_MS, 50);
      const { held, rows } = await readGaps(page);
      const fresh = held.slice(before[index] ?? 0);
      if (took === undefined) {
        tally.missed.push(
          `wanted ${JSON.stringify(losses)}, held ${JSON.stringify(fresh)}, rows ${JSON.stringify(rows.slice(0, 4))}`,
        );
      } else {
        tally.shown += losses.length;
        tally.shownAfterMs.push(performance.now() - startMs);
      }
      if (fresh.length > losses.length)
        tally.falseGaps.push(`wanted ${JSON.stringify(losses)}, held ${JSON.stringify(fresh)}`);
    }),
  );
}

export const r3: TorturePromise = {
  id: 'R3',
  bar: 'Every range of events that cannot be recovered is shown with its cause and its number, none is invented: p95 <= 12 s.',
  async run(context) {
    const { findings } = context;
    const rounds = context.pick({ small: 1, default: 4, full: 20 });
    const tally: Tally = { injected: 0, shown: 0, shownAfterMs: [], missed: [], falseGaps: [] };
    const gapCounts = (rig: Rig) => Promise.all(rig.pages.map(async (page) => (await readGaps(page)).held.length));
    const random = context.random(33);

    const kept = await startRig(
      context,
      'memory',
      { SPANLIGHT_RETENTION_EVENTS: '40', SPANLIGHT_RING_EVENTS: '40' },
      1,
    );
    for (let round = 0; round < rounds; round += 1) {
      let before = await gapCounts(kept);
      const counts = Array.from(
        { length: PRODUCERS },
        (_unused, index) => 10 * round + index + random.whole(1, 3) * 1000,
      );
      await kept.drop(counts);
      await expectShown(
        kept,
        tally,
        before,
        counts.map((missing) => ({ why: 'producer', missing })),
      );
      // a line that is cut and heals in time loses nothing
      before = await gapCounts(kept);
      for (const proxy of kept.proxies) proxy.cut();
      await kept.send(10);
      await pause(3000);
      await expectShown(kept, tally, before, []);
      before = await gapCounts(kept);
      for (const proxy of kept.proxies) {
        proxy.refuse();
        proxy.cut();
      }
      await pause(300);
      await kept.send(200);
      for (const proxy of kept.proxies) proxy.heal();
      for (const page of kept.pages) await page.evaluate(() => window.monitorStore.retry());
      await expectShown(kept, tally, before, [{ why: 'retention' }]);
      before = await gapCounts(kept);
      await kept.restart();
      for (const page of kept.pages) await page.evaluate(() => window.monitorStore.retry());
      await kept.send(10);
      await expectShown(kept, tally, before, [{ why: 'epoch' }]);
      context.say(`${tally.shown} of ${tally.injected} losses shown`);
    }

    const lasting = await startRig(context, 'sqlite', {}, 2);
    const backup = join(context.dir, 'backup');
    for (let round = 0; round < rounds; round += 1) {
      let before = await gapCounts(lasting);
      await lasting.restart(async () => {
        await rm(backup, { recursive: true, force: true });
        await cp(lasting.dir ?? '', backup, { recursive: true });
      });
      for (const page of lasting.pages) await page.evaluate(() => window.monitorStore.retry());
      const sinceBackup = Array.from({ length: PRODUCERS }, (_unused, index) => 4 + index);
      await lasting.sendEach(sinceBackup); // a restart of a log that lasts loses nothing
      await pause(2000);
      await expectShown(lasting, tally, before, []);
      before = await gapCounts(lasting);
      await lasting.restart(async () => {
        await rm(lasting.dir ?? '', { recursive: true, force: true });
        await cp(backup, lasting.dir ?? '', { recursive: true });
      });
      for (const page of lasting.pages) await page.evaluate(() => window.monitorStore.retry());
      // the folder is not what was left in it: the relay begins a new epoch, so that no number is given twice
      await expectShown(lasting, tally, before, [{ why: 'epoch' }]);
      // who goes on after that leaves a hole in its own numbers: what the backup did not have
      before = await gapCounts(lasting);
      await lasting.sendEach(sinceBackup.map(() => 2));
      await expectShown(
        lasting,
        tally,
        before,
        sinceBackup.map((missing) => ({ why: 'producer', missing })),
      );
    }

    const size = `${sizeText(tally.injected, 'losses')}: spool overflow, retention, new epoch, restored backup; on ${kept.pages.length} pages each`;
    findings.least('losses injected', tally.injected, context.pick({ small: 7, default: 100, full: 200 }), size);
    findings.none('losses not shown', tally.injected - tally.shown, tally.missed[0] ?? size);
    findings.most('p95 until a loss is shown, ms', quantile(tally.shownAfterMs, 0.95), SHOWN_MS, size);
    findings.none('gaps that nobody injected', tally.falseGaps.length, tally.falseGaps[0] ?? size);
  },
};
