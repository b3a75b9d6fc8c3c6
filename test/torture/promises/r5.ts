import type { CDPSession, Page } from 'playwright';
import { createFaultProxy, type FaultProxy } from '../../support/faultProxy.ts';
import { sizeText } from '../rig/findings.ts';
import { readHeld } from '../rig/heldState.ts';
import { launchStoppableChromium, openDashboard, startHostSite } from '../rig/hostPage.ts';
import { prepareLog } from '../rig/logs.ts';
import { Producer } from '../rig/producer.ts';
import { startRelayProcess } from '../rig/relayProcess.ts';
import { differenceOf, foldOfLog, hashOf } from '../rig/stateHash.ts';
import { tokens } from '../rig/tokens.ts';
import type { TorturePromise } from '../rig/types.ts';
import { mustHold, pause, quantile, waitUntil } from '../rig/waitUntil.ts';
import type { ReaderWire } from '../rig/wires.ts';

interface Tab {
  readonly page: Page;
  readonly cdp: CDPSession;
  readonly proxy: FaultProxy;
  readonly wire: ReaderWire;
}

const CATCH_UP_MS = 3000;
const GIVE_UP_MS = 30_000;

export const r5: TorturePromise = {
  id: 'R5',
  bar: 'A frozen tab and a sleeping laptop heal: 0 divergence, p95 of the catch-up <= 3 s, and the page says since when it is stale.',
  async run(context) {
    const { findings } = context;
    const site = await startHostSite(context);
    const log = await prepareLog(context, 'sqlite');
    const relay = await startRelayProcess(context, { env: { ...log.env, SPANLIGHT_ALLOWED_ORIGINS: site.origin } });
    const producer = new Producer({ id: 'wake', url: () => relay.url, random: context.random(5) });
    context.onEnd(() => producer.close());
    let head = 0;
    const send = async (count: number) => {
      const answer = await producer.send(producer.take(count));
      for (const { seq = 0 } of answer?.events ?? []) head = Math.max(head, seq);
    };
    await send(40);
    const chromium = await launchStoppableChromium(context);
    const wires: readonly ReaderWire[] = context.pick({
      small: ['websocket', 'polling'],
      default: ['websocket', 'sse', 'polling', 'any', 'websocket'],
      full: ['websocket', 'sse', 'polling', 'any', 'websocket'],
    });
    const tabs: Tab[] = [];
    for (const wire of wires) {
      const proxy = await createFaultProxy({ target: relay.port });
      context.onEnd(() => proxy.close());
      const page = await chromium.browser.newPage();
      await openDashboard(page, site, { relayUrl: `http://127.0.0.1:${proxy.port}`, token: tokens.developer, wire });
      tabs.push({ page, cdp: await page.context().newCDPSession(page), proxy, wire });
    }
    const isThere = async ({ page }: Tab) => {
      const { seq, phase } = await page.evaluate(() => {
        const state = window.heldState();
        return { seq: state.seq, phase: state.phase };
      });
      return seq >= head && phase === 'live';
    };
    for (const tab of tabs) await mustHold(() => isThere(tab), 30_000, `${tab.wire} is live`);

    const catchUpMs: number[] = [];
    let stuck = 0;
    let stale = 0;
    let staleExpected = 0;
    const divergences: string[] = [];
    const judge = async (tab: Tab, startMs: number) => {
      const took = await waitUntil(() => isThere(tab), GIVE_UP_MS, 30);
      if (took === undefined) {
        stuck += 1;
        return;
      }
      catchUpMs.push(performance.now() - startMs);
      const expected = readHeld(foldOfLog(await log.readEvents(), 'names'));
      const same = await waitUntil(
        async () => {
          const { held } = await tab.page.evaluate(() => window.heldState());
          return hashOf(new Map(held)) === hashOf(expected);
        },
        2000,
        100,
      );
      if (same !== undefined) return;
      const { held } = await tab.page.evaluate(() => window.heldState());
      divergences.push(`${tab.wire}: ${differenceOf(expected, new Map(held))}`);
    };
    const freeze = async (of: readonly Tab[], forMs: number) => {
      for (const { cdp } of of) await cdp.send('Page.setWebLifecycleState', { state: 'frozen' });
      const untilMs = performance.now() + forMs;
      while (performance.now() < untilMs) {
        await send(15);
        await pause(Math.min(500, forMs / 4));
      }
      for (const tab of of) {
        const startMs = performance.now();
        await tab.cdp.send('Page.setWebLifecycleState', { state: 'active' });
        await judge(tab, startMs);
      }
    };
    /** The laptop sleeps: nothing of the browser runs, and the network forgets its connections. */
    const sleep = async (forMs: number) => {
      for (const { proxy } of tabs) proxy.blackhole();
      chromium.signal('SIGSTOP');
      const untilMs = performance.now() + forMs;
      while (performance.now() < untilMs) {
        await send(15);
        await pause(Math.min(500, forMs / 4));
      }
      for (const { proxy } of tabs) {
        proxy.heal();
        proxy.cut();
      }
      chromium.signal('SIGCONT');
      const startMs = performance.now();
      for (const tab of tabs) await judge(tab, startMs);
    };
    /** The line is silent and the page runs: it must say so. */
    const fallSilent = async (tab: Tab) => {
      tab.proxy.refuse();
      tab.proxy.cut();
      staleExpected += 1;
      const said = await waitUntil(
        () => tab.page.evaluate(() => document.querySelector('.sl-root')?.hasAttribute('data-stale') ?? false),
        20_000,
        100,
      );
      if (said !== undefined) stale += 1;
      await send(10);
      tab.proxy.heal();
      await tab.page.evaluate(() => window.monitorStore.retry());
      const startMs = performance.now();
      await judge(tab, startMs);
    };

    const long = context.pick({ small: 0, default: 5, full: 100 });
    const short = context.pick({ small: 3, default: 95, full: 100 });
    const longMs = context.pick({ small: 0, default: 60_000, full: 90_000 });
    const random = context.random(55);
    for (let count = 0; count < short; count += tabs.length) {
      await freeze(tabs.slice(0, Math.min(tabs.length, short - count)), random.whole(300, 2500));
      if (count % 20 === 0) context.say(`${count} of ${short} short freezes`);
    }
    for (let count = 0; count < long; count += tabs.length)
      await freeze(tabs.slice(0, Math.min(tabs.length, long - count)), longMs);
    const sleeps = context.pick({ small: 1, default: 3, full: 20 });
    for (let count = 0; count < sleeps; count += 1)
      await sleep(context.pick({ small: 1500, default: 15_000, full: 60_000 }));
    const silences = context.pick({ small: 1, default: tabs.length, full: tabs.length * 4 });
    for (let count = 0; count < silences; count += 1) await fallSilent(tabs[count % tabs.length] as Tab);

    const size = `${short} short freezes, ${long} of ${longMs / 1000} s, ${sleeps} sleeps of all tabs, ${silences} silences; tabs over ${wires.join(', ')}; ${sizeText(head, 'events')}`;
    findings.none('tabs that diverge from the fold of the log', divergences.length, divergences[0] ?? size);
    findings.none('tabs that did not catch up', stuck, size);
    findings.most(
      'p95 of the catch-up, ms',
      quantile(catchUpMs, 0.95),
      CATCH_UP_MS,
      sizeText(catchUpMs.length, 'catch-ups'),
    );
    findings.none(
      'silent lines that the page did not call stale',
      staleExpected - stale,
      sizeText(staleExpected, 'silences'),
    );
  },
};
