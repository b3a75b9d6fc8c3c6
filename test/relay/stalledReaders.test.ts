import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Relay } from 'spanlight/relay';
import { describe, expect, it, vi } from 'vitest';
import type { Subscription } from '../../src/model/wire.ts';
import { onEnd, read, send, spanEvent, startRelay, tokenOf } from './support.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
/** A busy machine is no fault. */
const patience = { timeout: 15_000 };
vi.setConfig({ testTimeout: 60_000 });

const SPANS = 3000;
const READERS = 4;
const names = Array.from({ length: 16 }, (_, index) => `tool ${index} ${'n'.repeat(240)}`);

/** What a snapshot of it has is more than the buffers of the system take from a socket that nobody reads. */
async function fill(relay: Relay): Promise<void> {
  for (let count = 0; count < SPANS; count += 200) {
    const events = Array.from({ length: 200 }, () =>
      spanEvent({ a: { kind: 'agent', name: 'big', toolNames: names } }),
    );
    await send(relay, events);
  }
}

async function figuresOf(relay: Relay, wire: string) {
  const text = await (await fetch(`${relay.url}/metrics`)).text();
  const figure = (name: string) => Number(new RegExp(`^spanlight_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    stalled: figure('stalled_readers'),
    unsentBytes: figure('unsent_bytes'),
    snapshotBytes: figure('snapshot_bytes'),
    connections: figure(`connections\\{wire="${wire}"\\}`),
    letGo: figure('stream_closed_total\\{code="4408"\\}'),
  };
}

/**
 * Asks for everything, and takes nothing of it off its socket.
 * @returns reads on, to the end: what it heard last
 */
async function openStalled(relay: Relay, wire: string, place: number): Promise<() => Promise<string>> {
  // each its own bytes: who sees the same shares them
  const subs: readonly Subscription[] = [{ sub: 'overview', filter: { agent: ['big', `other ${place}`] } }];
  if (wire === 'websocket') {
    const reader = await read(relay, { role: 'developer', subs });
    reader.socket.pause();
    return async () => {
      reader.socket.resume();
      await reader.closed;
      return JSON.stringify(reader.frames.at(-1));
    };
  }
  const asked = request(`${relay.url}/v1/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: wire === 'sse' ? 'text/event-stream' : 'application/json',
      authorization: `Bearer ${tokenOf(relay, 'developer')}`,
    },
  });
  asked.on('error', () => undefined);
  onEnd(() => asked.destroy());
  asked.end(JSON.stringify({ t: 'hello', v: [1, 1], subs, wait: 1000 }));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.on('error', () => undefined).pause();
  return async () => {
    let last = '';
    for await (const bytes of answer) last = (last + String(bytes)).slice(-1000);
    return last;
  };
}

describe.each(['websocket', 'sse', 'polling'])('readers over %s that stop in the middle of a snapshot', (wire) => {
  it('hold their window, and no snapshots beyond what is easy to spare', async () => {
    const relay = await startRelay({
      timings: { snapshotForMs: 0, stalledMs: 2000, heartbeatMs: 400 },
    });
    await fill(relay);
    let mostStalled = 0;
    let mostBeyond = 0;
    const look = async () => {
      const figures = await figuresOf(relay, wire);
      const { stalled, unsentBytes } = figures;
      mostStalled = Math.max(mostStalled, stalled);
      // one whose window is full holds that and the part that filled it
      mostBeyond = Math.max(mostBeyond, unsentBytes - stalled * 129 * KiB - (READERS - stalled) * 64 * KiB);
      return figures;
    };
    const stalled: (() => Promise<string>)[] = [];
    for (let count = 0; count < READERS; count += 1) stalled.push(await openStalled(relay, wire, count));
    await expect.poll(async () => (await look()).snapshotBytes, patience).toBeGreaterThan(16 * MiB);
    await expect.poll(async () => (await look()).snapshotBytes, patience).toBeLessThanOrEqual(16 * MiB);
    // none was cut: it would come again at once, for another snapshot
    expect(await look()).toMatchObject({ letGo: 0, connections: READERS });
    expect(mostStalled).toBeGreaterThan(0);
    expect(mostBeyond).toBe(0);
    const healthy = await read(relay, { role: 'developer' });
    await healthy.waitFor(() => healthy.frames.some((frame) => frame.t === 'snap' && frame.part === frame.parts));
    expect(healthy.events()).toHaveLength(SPANS);
    // who reads on hears that what it waited for is no more; not all were let go of
    const heard = Promise.all(stalled.map((readOn) => readOn()));
    await expect.poll(async () => (await look()).letGo, patience).toBeGreaterThanOrEqual(READERS - 1);
    await relay.close();
    const toldToAskAgain = (await heard).filter((last) =>
      /"t":"bye","code":4408,"retryMs":\d+,"resume":true/.test(last),
    );
    expect(toldToAskAgain.length).toBeGreaterThanOrEqual(READERS - 1);
  });
});
