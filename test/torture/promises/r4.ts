import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@redis/client';
import { sizeText } from '../rig/findings.ts';
import { startFleet } from '../rig/fleet.ts';
import { startServiceProcess } from '../rig/serviceProcess.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { pause, quantile, waitUntil } from '../rig/waitUntil.ts';

const DEGRADED_MS = 5000;
const CATCH_UP_MS = 15_000;
/** A test run tries these alone: each of the others takes seconds. */
const small = new Set(['flushed', 'subscriptions killed', 'killed', 'rolled back']);

/** One command to a Redis, over a connection of its own. */
async function ask(url: string, ...command: string[]): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

/** What a fleet of its own lived through. */
interface Lane {
  faults: number;
  readers: number;
  events: number;
  lost: number;
  missed: number;
  stuck: number;
  late: number;
  slowestMs: number;
  readonly raisedMs: number[];
  readonly clearedMs: number[];
  readonly divergences: string[];
}

/** Every fault so often, one after the other, on a fleet of its own. */
async function runLane(context: TortureContext, lane: number, each: number): Promise<Lane> {
  const { findings } = context;
  const fleet = await startFleet(context, { relays: 2, readers: context.pick({ small: 8, default: 12, full: 32 }) });
  const { redis, readers } = fleet;
  const random = context.random(4 + lane);
  const raisedMs: number[] = [];
  const clearedMs: number[] = [];
  let missed = 0;
  let stuck = 0;
  let late = 0;
  let slowestMs = 0;

  const marks = () => readers.filter(({ reader }) => reader.store.getState().degraded !== undefined).length;
  /** @param faultMs - when Redis went away: what was done since then is part of the wait */
  const expectMark = async (faultMs: number) => {
    const isMarked = await waitUntil(() => marks() === readers.length, DEGRADED_MS + 5000);
    if (isMarked === undefined) {
      missed += 1;
      const without = readers.filter(({ reader }) => reader.store.getState().degraded === undefined);
      findings.note(
        `no mark: ${without.map(({ reader, relay }) => `${reader.wire} ${reader.phase} at relay ${relay}`).join(', ')}`,
      );
    } else raisedMs.push(performance.now() - faultMs);
  };
  const expectNoMark = async () => {
    const took = await waitUntil(() => marks() === 0, 20_000);
    if (took === undefined) stuck += 1;
    else clearedMs.push(took);
  };
  const rollBack = async (snapshotDir: string) => {
    await redis.kill();
    if (snapshotDir !== redis.dir) await copyFile(join(snapshotDir, 'dump.rdb'), join(redis.dir, 'dump.rdb'));
    await redis.start();
    await expectNoMark();
  };
  const faults: Readonly<Record<string, () => Promise<void>>> = {
    flushed: async () => void (await ask(redis.url, 'FLUSHALL')),
    evicting: async () => {
      await ask(redis.url, 'CONFIG', 'SET', 'maxmemory', '1mb');
      await ask(redis.url, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-random');
      await fleet.send(20, random.whole(0, 1));
      await ask(redis.url, 'CONFIG', 'SET', 'maxmemory', '0');
    },
    'subscriptions killed': async () => void (await ask(redis.url, 'CLIENT', 'KILL', 'TYPE', 'pubsub')),
    paused: async () => {
      await ask(redis.url, 'CLIENT', 'PAUSE', '1500', 'ALL');
      await fleet.send(20, random.whole(0, 1));
    },
    'stopped and continued': async () => {
      await pause(random.whole(0, 1000)); // anywhere between two looks of the relays
      const faultMs = performance.now();
      redis.signal('SIGSTOP');
      await fleet.send(20, random.whole(0, 1));
      await expectMark(faultMs);
      redis.signal('SIGCONT');
      await expectNoMark();
    },
    killed: async () => {
      const faultMs = performance.now();
      await redis.kill();
      await expectMark(faultMs); // while nothing else happens
      await fleet.send(20, random.whole(0, 1));
      await redis.start();
      await expectNoMark();
    },
    'rolled back': async () => {
      await ask(redis.url, 'SAVE');
      await fleet.send(20, random.whole(0, 1));
      await rollBack(redis.dir);
    },
    'failed over to a stale replica': async () => {
      const replica = await startServiceProcess(context, 'redis');
      await ask(replica.url, 'REPLICAOF', '127.0.0.1', String(redis.port));
      await waitUntil(
        async () => String(await ask(replica.url, 'INFO', 'replication')).includes('master_link_status:up'),
        5000,
      );
      await ask(replica.url, 'REPLICAOF', 'NO', 'ONE');
      await ask(replica.url, 'SAVE');
      await fleet.send(20, random.whole(0, 1));
      await rollBack(replica.dir);
      await replica.kill();
    },
  };
  await fleet.send(100, 0);
  await fleet.catchUp(30_000);
  let done = 0;
  for (let round = 0; round < each; round += 1) {
    for (const [name, harm] of Object.entries(faults).filter(
      ([known]) => context.size !== 'small' || small.has(known),
    )) {
      await harm();
      done += 1;
      await fleet.send(random.whole(1, 30), random.whole(0, 1));
      const took = await fleet.catchUp(CATCH_UP_MS);
      if (took === undefined) {
        late += 1;
        findings.note(`not caught up after: ${name}`);
      } else slowestMs = Math.max(slowestMs, took);
    }
    if (round % 5 === 0) context.say(`fleet ${lane}: ${done} faults`);
    await pause(10);
  }
  const divergences = await fleet.divergences();
  const log = await fleet.log.readEvents();
  const stored = new Set(log.map(({ id }) => id));
  const lost = fleet.producer.sent.filter(({ id }) => !stored.has(id)).length;

  return {
    faults: done,
    readers: readers.length,
    events: log.length,
    lost,
    missed,
    stuck,
    late,
    slowestMs,
    raisedMs,
    clearedMs,
    divergences,
  };
}

export const r4: TorturePromise = {
  id: 'R4',
  bar: 'Redis is never trusted for truth: flushed, paused, killed, evicted, rolled back, failed over: 0 lost, 0 wrong resumes, a degraded mark within 5 s, gone when it is healed.',
  async run(context) {
    const { findings } = context;
    const each = context.pick({ small: 1, default: 30, full: 100 });
    // most of it is waiting: fleets wait beside each other
    const laneCount = context.pick({ small: 1, default: 2, full: 2 });
    const lanes = await Promise.all(
      Array.from({ length: laneCount }, (_unused, lane) => runLane(context, lane, Math.ceil(each / laneCount))),
    );
    const sum = (of: (lane: Lane) => number) => lanes.reduce((all, lane) => all + of(lane), 0);
    const raisedMs = lanes.flatMap((lane) => lane.raisedMs);
    const clearedMs = lanes.flatMap((lane) => lane.clearedMs);
    const divergences = lanes.flatMap((lane) => lane.divergences);
    const lost = sum((lane) => lane.lost);
    const late = sum((lane) => lane.late);
    const missed = sum((lane) => lane.missed);
    const stuck = sum((lane) => lane.stuck);
    const slowestMs = Math.max(...lanes.map((lane) => lane.slowestMs));

    const size = `${sizeText(
      sum((lane) => lane.faults),
      'faults',
    )} (${each} of each), ${laneCount} x 2 relays, ${sum((lane) => lane.readers)} readers, ${sizeText(
      sum((lane) => lane.events),
      'events',
    )}`;
    findings.none('events lost', lost, size);
    findings.none('readers that diverge: wrong resumes', divergences.length, divergences[0] ?? size);
    findings.none('faults after which readers did not catch up', late, size);
    findings.told('slowest catch-up, ms', slowestMs, size);
    findings.none('times the degraded mark did not come', missed, sizeText(raisedMs.length + missed, 'outages'));
    findings.most(
      'slowest degraded mark, ms',
      Math.max(0, ...raisedMs),
      DEGRADED_MS,
      sizeText(raisedMs.length, 'outages'),
    );
    findings.none(
      'times the degraded mark stayed after healing',
      stuck,
      sizeText(clearedMs.length + stuck, 'recoveries'),
    );
    findings.told(
      'p95 of the mark going away, ms',
      quantile(clearedMs, 0.95),
      sizeText(clearedMs.length, 'recoveries'),
    );
  },
};
