import { execFileSync } from 'node:child_process';
import { available, startPostgres, startRedis } from '../../scripts/services.ts';
import { compare, measureRounds, median } from '../measure.ts';
import type { BenchRow } from '../types.ts';
import { type BenchPair, startFleetPair, startPair } from './benchPair.ts';

/** Flushes of one event, and of ten: how it is when events are rare, and when they are due faster than the tick. */
const single = { ticks: 40, eventsPerTick: 1 };
const batched = { ticks: 20, eventsPerTick: 10 };
/** One tick of the relay, ms: what batching may add to the time an event takes. */
const TICK_MS = 16;
const ROUNDS = 5;

const openFileLimit = (): number => {
  try {
    const text = execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).trim();
    return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
  } catch {
    return 1024;
  }
};

/** A fixed figure on the other side. */
const fixed = (value: number, like: readonly number[]) => like.map(() => value);

async function measureSize(count: number, rounds: number): Promise<BenchRow[]> {
  const pairs = {
    raw: await startPair('raw', 'net', count),
    naive: await startPair('naive', 'ws', count),
    ws: await startPair('relay', 'ws', count),
    sse: await startPair('relay', 'sse', count),
    deflate: await startPair('relay', 'ws-deflate', count),
  };
  type Name = keyof typeof pairs;
  const p99s: Record<string, number[]> = { raw: [], ws: [], sse: [] };
  const bytes: Record<string, number[]> = { ws: [], deflate: [] };
  const each =
    (name: Name, blast: typeof single, note: (pair: BenchPair) => void = () => undefined) =>
    async () => {
      const cpuUs = await pairs[name].cpuUsPerDelivery(blast);
      note(pairs[name]);
      return cpuUs;
    };
  const noteP99 = (name: string) => (pair: BenchPair) => p99s[name]?.push(pair.lastStats?.p99Ms ?? Number.NaN);
  const noteBytes = (name: string) => (pair: BenchPair) =>
    bytes[name]?.push((pair.lastStats?.bytesPerClient ?? Number.NaN) / (batched.ticks * batched.eventsPerTick));
  try {
    const cpu = await measureRounds(
      {
        raw: each('raw', single, noteP99('raw')),
        ws: each('ws', single, noteP99('ws')),
        sse: each('sse', single, noteP99('sse')),
        naive: each('naive', batched),
        wsBatched: each('ws', batched, noteBytes('ws')),
        sseBatched: each('sse', batched),
        deflateBatched: each('deflate', batched, noteBytes('deflate')),
      },
      rounds,
    );
    const at = `${count} clients`;
    const us = { better: 'lower', unit: 'us/delivery' } as const;
    const p99Limit = (p99s['raw'] ?? []).map((value) => 2 * value + TICK_MS);
    const rows = [
      compare({
        name: `relay, WebSocket, 10 events a flush, ${at}, against ws.send(JSON.stringify(event)) for each`,
        goal: 'G13',
        ours: cpu.wsBatched,
        theirs: cpu.naive,
        limit: 0.2,
        ...us,
      }),
      compare({
        name: `relay, WebSocket, 1 event a flush, ${at}, against raw socket.write`,
        goal: 'G13',
        ours: cpu.ws,
        theirs: cpu.raw,
        limit: 1.2,
        ...us,
      }),
      compare({
        name: `relay, SSE against WebSocket, 10 events a flush, ${at}`,
        goal: 'G13',
        ours: cpu.sseBatched,
        theirs: cpu.wsBatched,
        limit: 1.6,
        ...us,
      }),
      compare({
        name: `relay, deflated once against plain, 10 events a flush, ${at}: server CPU`,
        goal: 'G15',
        ours: cpu.deflateBatched,
        theirs: cpu.wsBatched,
        limit: 1.4,
        ...us,
      }),
      compare({
        name: `relay, deflated once against plain, 10 events a flush, ${at}: bytes`,
        goal: 'G15',
        ours: bytes['deflate'] ?? [],
        theirs: bytes['ws'] ?? [],
        limit: 0.2,
        better: 'lower',
        unit: 'B/event',
      }),
    ];
    for (const wire of ['ws', 'sse']) {
      rows.push(
        compare({
          name: `relay, ${wire}, 1 event a flush, ${at}: p99 against twice that of raw socket.write and a tick`,
          goal: 'G14',
          ours: p99s[wire] ?? [],
          theirs: p99Limit,
          limit: 1,
          better: 'lower',
          unit: 'ms',
          note: `raw ${median(p99s['raw'] ?? []).toFixed(1)} ms; ${Math.round(count * 50)} deliveries/s`,
        }),
      );
    }
    const memory = (name: 'ws' | 'sse', limitKiB: number) => {
      const ours = [pairs[name].rssKiBPerConnection];
      return compare({
        name: `relay, ${name}, ${at}: resident memory a connection against ${limitKiB} KiB`,
        goal: 'G14',
        ours,
        theirs: fixed(limitKiB, ours),
        limit: 1,
        better: 'lower',
        unit: 'KiB',
      });
    };
    if (count >= 1000) rows.push(memory('ws', 20), memory('sse', 26)); // with fewer the noise of the collector is larger
    return rows;
  } finally {
    for (const pair of Object.values(pairs)) pair.close();
  }
}

/** What it costs a relay to hear of events from another one, over Redis, instead of being posted to. */
async function measureFleet(count: number): Promise<BenchRow[]> {
  if (!available.redis() || !available.postgres()) return [];
  const redis = await startRedis();
  const postgres = await startPostgres();
  const places = {
    redisUrl: redis.url,
    databaseUrl: postgres.url,
    labelKey: 'the-key-that-the-relays-of-the-bench-share',
  };
  const pairs = {
    alone: await startPair('relay', 'ws', count),
    fleet: await startFleetPair(places, 'ws', count),
  };
  try {
    const cpu = await measureRounds(
      {
        alone: () => pairs.alone.cpuUsPerDelivery(batched),
        fleet: () => pairs.fleet.cpuUsPerDelivery(batched),
      },
      3,
    );
    return [
      compare({
        name: `relay, WebSocket, 10 events a flush, ${count} clients, events posted to another relay, Redis between: against one relay`,
        goal: 'fleet',
        ours: cpu.fleet,
        theirs: cpu.alone,
        limit: 2,
        better: 'lower',
        unit: 'us/delivery',
        note: 'what the fleet itself costs an event is in it, on the other side it is taken off',
      }),
    ];
  } finally {
    for (const pair of Object.values(pairs)) pair.close();
    await redis.stop();
    await postgres.stop();
  }
}

/** `BENCH_CLIENTS=100,1000` asks for these sizes only. */
const sizes = (): readonly number[] => {
  const asked = process.env['BENCH_CLIENTS']?.split(',').map(Number);
  // each process holds one end of every connection
  return asked ?? [100, 1000, ...(openFileLimit() >= 6000 ? [5000] : [])];
};

export async function run(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const count of sizes()) rows.push(...(await measureSize(count, count > 1000 ? 3 : ROUNDS)));
  rows.push(...(await measureFleet(Math.min(1000, Math.max(...sizes())))));
  return rows;
}
