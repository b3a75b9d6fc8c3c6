import { createMonitorStore, type MonitorStore } from 'spanlight/store';
import { dayOfTraffic } from '../rig/dayOfTraffic.ts';

declare global {
  interface Window {
    /** For the harness: feeds so many further events, simulated at so many a second. @returns events let go so far */
    feedStore(count: number): Promise<number>;
  }
}

const query = new URLSearchParams(location.search);
const RATE = 50;
const START_AT_MS = 1_790_000_000_000;
const CHUNK = 500;
let nowMs = START_AT_MS;
const store: MonitorStore = createMonitorStore({ clock: { now: () => nowMs } });
const traffic = dayOfTraffic(Number(query.get('seed')), RATE, START_AT_MS);

window.feedStore = async (count) => {
  for (let done = 0; done < count; done += CHUNK) {
    const events = Array.from({ length: Math.min(CHUNK, count - done) }, () => traffic.next().value);
    nowMs += (events.length * 1000) / RATE;
    store.ingest(events);
    store.flush();
    if ((done / CHUNK) % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  }
  const { evictedSpans, evictedRuns } = store.getState().counters;
  return evictedSpans + evictedRuns;
};
