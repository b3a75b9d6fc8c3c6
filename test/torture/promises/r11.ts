import { asRunId, asSpanId, type MonitorEvent } from 'spanlight/store';
import { sizeText } from '../rig/findings.ts';
import { openPollingReader } from '../rig/pollingReader.ts';
import { postEvents } from '../rig/producer.ts';
import { openRawReader, type RawReader, type RawWire, rawWires } from '../rig/rawReader.ts';
import { startRelayProcess } from '../rig/relayProcess.ts';
import { tokens } from '../rig/tokens.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { mustHold, pause, quantile, waitUntil } from '../rig/waitUntil.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const RATE = 1000;
const BATCH = 50;
/** Names that make an event about 1 KiB. */
const filler = Array.from(
  { length: 16 },
  (_unused, index) => `tool number ${index} of the agent that does a great many things`,
);

function eventOf(n: number): MonitorEvent {
  const at = Date.now();
  const run = asRunId(`trace_${(Math.floor(n / 200) % 40).toString(16).padStart(32, '0')}`);
  return {
    id: `slow-${n}-${at}`,
    type: 'span.update',
    sv: 1,
    ts: at,
    run,
    span: asSpanId(`span_${(n % 8000).toString(16).padStart(24, '0')}`),
    a: { kind: 'agent', name: 'Busy Agent', toolNames: filler },
  };
}

/** Readers of a wire that the relay holds, without the healthy one. */
async function countStanding(url: string, wire: RawWire): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${tokens.admin}` } });
  const found = new RegExp(`^spanlight_connections\\{wire="${wire}"\\} (\\d+)$`, 'm').exec(await answer.text());
  if (!answer.ok || !found) throw new Error(`The relay does not say how many readers it has: HTTP ${answer.status}.`);
  return wire === 'polling' ? Number(found[1]) : Number(found[1]) - 1;
}

async function tortureWire(
  context: TortureContext,
  wire: RawWire,
  stalledCount: number,
  seconds: number,
): Promise<void> {
  const { findings } = context;
  const relay = await startRelayProcess(context, {
    env: {
      SPANLIGHT_RING_EVENTS: '2000',
      SPANLIGHT_RETENTION_EVENTS: '2000',
      SPANLIGHT_RETENTION_RUNS: '40',
      SPANLIGHT_RETENTION_SPANS: '8000',
    },
  });
  const hello = { token: tokens.developer, subs: [{ sub: 'overview' as const }] };
  const stop = new AbortController();
  let sent = 0;
  const load = (async () => {
    const startMs = performance.now();
    while (!stop.signal.aborted) {
      const dueMs = startMs + (sent / RATE) * 1000;
      if (dueMs > performance.now()) await pause(dueMs - performance.now());
      const events = Array.from({ length: BATCH }, (_unused, index) => eventOf(sent + index));
      sent += BATCH;
      await postEvents(relay.url, JSON.stringify({ events }));
    }
  })();
  const healthy =
    wire === 'polling' ? openPollingReader(context, relay.url, hello) : openRawReader(context, wire, relay.url, hello);
  await pause(context.pick({ small: 2500, default: 8000, full: 10_000 })); // the log and the ring are full from here on
  const aloneUntilMs = Date.now();
  const before = (await relay.figures({ isCollected: true })).rssBytes;
  const stalled: RawReader[] = [];
  const greeted = (reader: RawReader) =>
    waitUntil(() => reader.frames.length > 0 || reader.ended !== undefined, 10_000, 5);
  const openStalled = async (): Promise<RawReader> => {
    const reader = openRawReader(context, wire, relay.url, hello);
    if (wire === 'websocket') await greeted(reader);
    reader.stall();
    return reader;
  };
  while (stalled.length < stalledCount) stalled.push(await openStalled());
  const isLive = () => healthy.frames.some(({ t }) => t === 'batch');
  await mustHold(
    isLive,
    20_000,
    () =>
      `the healthy reader is live: ${healthy.ended} ${healthy.frames.map((frame) => (frame.t === 'snap' ? `snap ${frame.part}/${frame.parts}` : JSON.stringify(frame).slice(0, 100))).join(', ')}`,
  );
  let peak = 0;
  let letGo = 0;
  let leastStanding = Number.POSITIVE_INFINITY;
  const untilMs = performance.now() + seconds * 1000;
  while (performance.now() < untilMs) {
    peak = Math.max(peak, (await relay.figures()).rssBytes);
    // who reads nothing does not hear that it was told to go, so the relay is asked who is left; they come again
    const standing = await countStanding(relay.url, wire);
    leastStanding = Math.min(leastStanding, standing);
    for (let missing = stalledCount - standing; missing > 0; missing -= 1) {
      stalled.push(await openStalled());
      letGo += 1;
    }
    await pause(250);
  }
  stop.abort();
  await load;
  const base = performance.timeOrigin;
  const alone: number[] = [];
  const latencies: number[] = [];
  let firstBatchAtMs: number | undefined;
  let gaps = 0;
  let at: number | undefined;
  for (const [index, frame] of healthy.frames.entries()) {
    if (frame.t === 'gap') gaps += 1;
    if (frame.t === 'snap') at = frame.at;
    if (frame.t !== 'batch') continue;
    if (at !== undefined && frame.from > at) gaps += 1;
    at = frame.to;
    const receivedAtMs = base + (healthy.receivedAtMs[index] ?? 0);
    firstBatchAtMs ??= receivedAtMs;
    for (const event of frame.ev) {
      if (event.ts < firstBatchAtMs) continue; // it waited for the snapshot
      (event.ts < aloneUntilMs ? alone : latencies).push(receivedAtMs - event.ts);
    }
  }
  for (const reader of [healthy, ...stalled]) reader.close();
  await relay.stop('SIGKILL');

  const size = `${wire}: ${stalledCount} stalled readers, ${sizeText(sent, 'events')} of 1 KiB in ${seconds} s, ${letGo} let go and come again, at least ${leastStanding} at once`;
  findings.most('growth of the relay, MiB', (peak - before) / MiB, (64 * KiB * stalledCount) / MiB + 64, size);
  findings.none('gaps of the healthy reader', gaps, size);
  const p99Alone = quantile(alone, 0.99);
  findings.told(
    'p99 from post to the reader before anybody stalled, ms',
    p99Alone,
    sizeText(alone.length, 'events received'),
  );
  // a test run shares its machine: there the stalled readers must not make it worse than it was, whatever it was
  const limitMs = context.size === 'small' ? Math.max(250, 3 * p99Alone) : 250;
  findings.most(
    'p99 from post to the healthy reader, ms',
    quantile(latencies, 0.99),
    limitMs,
    `${size}, ${sizeText(latencies.length, 'events received')}`,
  );
}

export const r11: TorturePromise = {
  id: 'R11',
  bar: 'A reader that does not read neither grows the relay nor slows the others: growth <= 64 KiB a stalled reader + 64 MiB, healthy p99 <= 250 ms, 0 gaps.',
  async run(context) {
    const stalled = context.pick({ small: 30, default: 200, full: 200 });
    const seconds = context.pick({ small: 3, default: 30, full: 120 });
    const wires = context.pick<readonly RawWire[]>({ small: ['websocket'], default: rawWires, full: rawWires });
    for (const wire of wires) await tortureWire(context, wire, stalled, seconds);
  },
};
