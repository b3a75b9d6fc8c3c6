import type { Relay, RelayLogLine } from 'spanlight/relay';
import { expect, it, vi } from 'vitest';
import type { ServerFrame } from '../../src/model/wire.ts';
import type { FanOut } from '../../src/relay/fan-out/FanOut.ts';
import { createMemoryFanOut } from '../../src/relay/fan-out/memoryFanOut.ts';
import type { DependencyState } from '../../src/relay/health/DependencyState.ts';
import { createSharedLog } from './fan-out/support.ts';
import { read, send, spanEvent, startRelay, tokenOf } from './support.ts';

/** A busy machine is no fault. */
const patience = { timeout: 10_000 };
vi.setConfig({ testTimeout: 20_000 });
const fault = { degraded: { causes: ['fan-out'] } };

/** A relay whose fan-out breaks, and whose log falls silent, when they are told to. */
async function startFrail() {
  const listeners = new Set<(state: DependencyState) => void>();
  const fanOut: FanOut = {
    ...createMemoryFanOut(),
    isShared: true,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  let silent: string | symbol | undefined;
  const runLog = new Proxy(createSharedLog(), {
    get: (target, key) => (key === silent ? () => new Promise(() => {}) : Reflect.get(target, key)),
  });
  const lines: RelayLogLine[] = [];
  const log = (line: RelayLogLine) => void lines.push(line);
  const relay = await startRelay({ fanOut, runLog, log, timings: { pollMs: 3_600_000 } });
  return {
    relay,
    breakFanOut() {
      for (const listener of listeners) listener({ isUp: false, code: 'redis.lost', sinceMs: 0 });
    },
    silenceLog(part: 'head' | 'snapshot') {
      silent = part;
    },
    async untilOpened(count: number) {
      await expect.poll(() => lines.filter(({ event }) => event === 'stream.opened').length, patience).toBe(count);
    },
  };
}

/** One long poll. */
async function poll(relay: Relay, cursor?: string) {
  const response = await fetch(`${relay.url}/v1/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${tokenOf(relay, 'viewer')}`,
    },
    body: JSON.stringify({ t: 'hello', v: [1, 1], subs: [{ sub: 'overview' }], cursor, wait: cursor ? 20_000 : 0 }),
  });
  const frames = (await response.json()) as ServerFrame[];
  const [welcome] = frames.filter((frame) => frame.t === 'welcome');
  const last = frames.at(-1);
  const heldMs = last?.t === 'hb' && welcome ? last.now - welcome.now : Number.NaN;
  return { frames, welcome, last, heldMs };
}
/** Where a reader stands that has polled once. */
async function cursorAfter(relay: Relay): Promise<string> {
  const { frames } = await poll(relay);
  return frames.flatMap((frame) => (frame.t === 'snap' ? [`${frame.epoch}.${frame.at}`] : []))[0] as string;
}

it('long polls that wait end with it', async () => {
  const { relay, untilOpened, breakFanOut } = await startFrail();
  const waiting = poll(relay, await cursorAfter(relay));
  await untilOpened(2);
  breakFanOut();
  expect((await waiting).last).toMatchObject({ t: 'hb', ...fault });
});

it('who was between two long polls is answered at once; after that nobody waits for long', async () => {
  const { relay, breakFanOut } = await startFrail();
  const cursor = await cursorAfter(relay);
  breakFanOut();
  const { last, heldMs } = await poll(relay, cursor);
  expect(last).toMatchObject({ t: 'hb', ...fault });
  expect(heldMs).toBeLessThan(1000);
  await expect.poll(async () => (await poll(relay, cursor)).heldMs, patience).toBeGreaterThan(1500);
});

it('who comes back while the log says nothing is greeted by what is known, and hears of it', async () => {
  const { relay, breakFanOut, silenceLog } = await startFrail();
  await send(relay, [spanEvent()]);
  const cursor = await cursorAfter(relay);
  silenceLog('head');
  breakFanOut();
  const { frames, welcome, last } = await poll(relay, cursor);
  expect(frames).toHaveLength(2);
  expect(welcome).toMatchObject({ resume: 'ok', head: 1, oldest: 1 });
  expect(last).toMatchObject({ t: 'hb', ...fault });
});

it('who waits for a snapshot that does not come hears of it', async () => {
  const { relay, breakFanOut, silenceLog } = await startFrail();
  await cursorAfter(relay);
  silenceLog('snapshot');
  const reader = await read(relay, { role: 'developer' }); // sees something else, so that another one is needed
  expect((await reader.next('welcome')).degraded).toBeUndefined();
  breakFanOut();
  expect(await reader.next('hb')).toMatchObject(fault);
});
