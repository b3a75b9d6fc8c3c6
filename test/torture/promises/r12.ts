import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createMonitorStore } from 'spanlight/store';
import { dayOfTraffic } from '../rig/dayOfTraffic.ts';
import { sizeText } from '../rig/findings.ts';
import { launchChromium, startHostSite } from '../rig/hostPage.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { pause } from '../rig/waitUntil.ts';

const RATE = 50;
const HOUR_EVENTS = RATE * 3600;
const START_AT_MS = 1_790_000_000_000;
const MiB = 1024 * 1024;

/** @returns bytes in use after all that can be collected was */
async function collectedBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 3; round += 1) {
    collect();
    await pause(10);
  }
  return process.memoryUsage().heapUsed;
}

async function inNode(context: TortureContext, hours: number): Promise<void> {
  const { findings, seed } = context;
  const traffic = dayOfTraffic(seed, RATE, START_AT_MS);
  const before = await collectedBytes();
  let nowMs = START_AT_MS;
  const store = createMonitorStore({ clock: { now: () => nowMs } });
  const heapAt: number[] = [];
  for (let hour = 1; hour <= hours; hour += 1) {
    for (let done = 0; done < HOUR_EVENTS; done += 500) {
      nowMs += 10_000;
      store.ingest(Array.from({ length: 500 }, () => traffic.next().value));
      store.flush();
    }
    if (hour === 1 || hour === hours || hour % 6 === 0) heapAt[hour] = (await collectedBytes()) - before;
  }
  const first = heapAt[1] ?? 1;
  const last = heapAt[hours] ?? 0;
  const { counters } = store.getState();
  store.destroy();
  const size = `Node, ${sizeText(hours * HOUR_EVENTS, 'events')} = ${hours} h at 50 a second`;
  findings.most(`heap after ${hours} h over heap after 1 h`, last / first, 1.1, size);
  findings.most('heap at the end, MiB', last / MiB, 64, size);
  findings.least('runs and spans let go, counted', counters.evictedRuns + counters.evictedSpans, 1, size);
  findings.none(
    'events not accounted for',
    hours * HOUR_EVENTS - counters.acceptedEvents - counters.droppedEvents - counters.rejectedEvents,
    size,
  );
  findings.none('events refused or let go by the queue', counters.rejectedEvents, size);
}

async function inChromium(context: TortureContext, events: number): Promise<void> {
  const { findings, seed } = context;
  const site = await startHostSite(context);
  const browser = await launchChromium(context);
  const page = await browser.newPage();
  await page.goto(`${site.url}/heap?seed=${seed}`);
  const cdp = await page.context().newCDPSession(page);
  const heap = async () => {
    for (let round = 0; round < 3; round += 1) await cdp.send('HeapProfiler.collectGarbage');
    return (await cdp.send('Runtime.getHeapUsage')).usedSize;
  };
  await page.waitForFunction(() => typeof window.feedStore === 'function');
  const before = await heap();
  await page.evaluate((count) => window.feedStore(count), Math.min(HOUR_EVENTS, Math.ceil(events / 2)));
  const first = (await heap()) - before;
  const evicted = await page.evaluate(
    (count) => window.feedStore(count),
    events - Math.min(HOUR_EVENTS, Math.ceil(events / 2)),
  );
  const last = (await heap()) - before;
  const size = `Chromium, ${sizeText(events, 'events')}`;
  if (events > HOUR_EVENTS) findings.most('heap at the end over heap after 1 h', last / first, 1.1, size);
  findings.most('heap at the end, MiB', last / MiB, 64, size);
  findings.least('runs and spans let go, counted', evicted, events > HOUR_EVENTS ? 1 : 0, size);
}

export const r12: TorturePromise = {
  id: 'R12',
  bar: 'The store is bounded over 24 h of traffic: heap at 24 h <= 1.1 x heap at 1 h, at most 64 MiB, what is let go is counted.',
  async run(context) {
    await inNode(context, context.pick({ small: 2, default: 24, full: 24 }));
    await inChromium(context, context.pick({ small: 40_000, default: 500_000, full: 500_000 }));
  },
};
