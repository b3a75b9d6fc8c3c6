import pg from 'pg';
import { createSeededRandom } from 'spanlight/simulator';
import type { MonitorEvent } from 'spanlight/store';
import { describe, expect, inject, it } from 'vitest';
import { readHeld } from '../../../test/torture/rig/heldState.ts';
import { createBalancer } from '../../support/balancer.ts';
import { Producer } from '../../torture/rig/producer.ts';
import { type RelayProcess, startRelayProcess } from '../../torture/rig/relayProcess.ts';
import { differenceOf, foldOfLog } from '../../torture/rig/stateHash.ts';
import { openStoreReader, type StoreReader } from '../../torture/rig/storeReader.ts';
import { tokens } from '../../torture/rig/tokens.ts';
import { mustHold, pause } from '../../torture/rig/waitUntil.ts';
import { allWires } from '../../torture/rig/wires.ts';
import { freshDatabase } from '../freshDatabase.ts';
import { onEnd } from '../support.ts';

/** Readers over all wires. More for a long run: `FLEET_READERS=200`. */
const READERS = Number(process.env['FLEET_READERS'] ?? 30);
const RELAYS = 3;
/** All readers fold every event in this one process: many of them get fewer events, take more time and poll less often. */
const IS_CROWD = READERS > 50;
const CATCH_UP_MS = IS_CROWD ? 150_000 : 60_000;
/** Each producer's. */
const EVENTS_PER_SEC = IS_CROWD ? 20 : 100;
const LEISURE = IS_CROWD ? { pauseMs: 3000, flushMs: 500 } : undefined;
const TEST_MS = 180_000 + READERS * 2000;

interface Row {
  readonly seq: number;
  readonly rts: number;
  readonly body: string;
}

async function readLog(databaseUrl: string): Promise<MonitorEvent[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<Row>('select seq, rts, body from event order by seq');
  await client.end();
  return rows.map(
    ({ seq, rts, body }) =>
      ({ ...(JSON.parse(body) as MonitorEvent), seq: Number(seq), rts: Number(rts) }) as MonitorEvent,
  );
}

/** Three relay processes on one PostgreSQL and one Redis, behind a balancer; producers that post and readers that watch through it. */
async function startFleet() {
  const databaseUrl = await freshDatabase();
  const env = {
    SPANLIGHT_STORE: 'postgres',
    SPANLIGHT_DATABASE_URL: databaseUrl,
    SPANLIGHT_REDIS_URL: inject('redisUrl'),
    SPANLIGHT_REDIS_PREFIX: databaseUrl.slice(-12),
  };
  const relays: RelayProcess[] = [];
  for (let index = 0; index < RELAYS; index += 1) relays.push(await startRelayProcess({ onEnd }, { env }));
  const balancer = await createBalancer(relays.map(({ port }) => port));
  onEnd(() => balancer.close());
  const readers = Array.from({ length: READERS }, (_, index) => {
    const role = index % 3 === 2 ? 'viewer' : 'developer';
    const wire = allWires[index % allWires.length] ?? 'any';
    const reader = openStoreReader({
      url: balancer.url,
      token: tokens[role],
      wire,
      topics: ['overview', 'runs'],
      times: { backoff: { minMs: 250, maxMs: 2000 } },
      leisure: LEISURE,
    });
    onEnd(() => reader.close());
    return { role, reader } as const;
  });
  const producers = ['one', 'two'].map(
    (id, index) => new Producer({ id, url: () => balancer.url, random: createSeededRandom(11, index) }),
  );
  const stop = new AbortController();
  const load = Promise.all(producers.map((producer) => producer.run(EVENTS_PER_SEC, 10, stop.signal)));
  onEnd(() => {
    stop.abort();
    for (const producer of producers) producer.close();
  });
  return {
    databaseUrl,
    relays,
    readers,
    producers,
    async endLoad() {
      stop.abort();
      await load;
    },
  };
}
type Fleet = Awaited<ReturnType<typeof startFleet>>;

const areLive = ({ readers }: Fleet) => readers.every(({ reader }) => reader.phase === 'live');
const stragglers =
  ({ readers, relays }: Fleet) =>
  () => {
    const seqs = readers.map(({ reader }) => reader.seq);
    const behind = readers.filter(({ reader }) => reader.phase !== 'live' || reader.seq < Math.max(...seqs));
    const words = behind.map(({ reader }) => {
      const { connection } = reader.store.getState();
      return `${reader.wire} ${connection.phase} ${'code' in connection ? connection.code : ''} at ${reader.seq}`;
    });
    const faults = relays.flatMap((relay) =>
      relay
        .output()
        .split('\n')
        .filter((line) => /"level":"(?:warn|error)"/.test(line))
        .slice(-5),
    );
    const who = `${behind.length} of ${readers.length} readers are not at ${Math.max(...seqs)}: ${words.join(', ')}`;
    return `${who}; the relays said: ${faults.join(' ')}`;
  };

/** Ends the load, waits until all stand at the end, and holds every state against the fold of the log. */
async function judge(fleet: Fleet) {
  await fleet.endLoad();
  const events = await readLog(fleet.databaseUrl);
  const head = events.at(-1)?.seq ?? 0;
  const isThere = ({ seq, phase }: StoreReader) => seq >= head && phase === 'live';
  await mustHold(() => fleet.readers.every(({ reader }) => isThere(reader)), CATCH_UP_MS, stragglers(fleet));
  const expected = {
    developer: readHeld(foldOfLog(events, 'names')),
    viewer: readHeld(foldOfLog(events, 'shape')),
  };
  const stored = new Set(events.map(({ id }) => id));
  const sentIds = new Set(fleet.producers.flatMap(({ sent }) => sent.map(({ id }) => id)));
  /** What nobody sent: the relays' own prices of the calls. */
  const surplus = events.filter(({ id }) => !sentIds.has(id));
  const callOf = ({ run, span }: MonitorEvent) => `${run} ${span}`;
  const calls = events.filter(({ type, a }) => type === 'span.end' && 'usage' in a && a.usage).map(callOf);
  const acked = fleet.producers.reduce((sum, producer) => sum + producer.acked, 0);
  return {
    events: events.length,
    acked,
    isGapless: events.every(({ seq }, index) => seq === index + 1),
    repeated: events.length - stored.size,
    areCallsPricedOnce:
      JSON.stringify(surplus.map(callOf).sort()) === JSON.stringify(calls.sort()) &&
      surplus.every(({ type }) => type === 'span.price'),
    lost: fleet.producers.flatMap(({ sent }) => sent.filter(({ id }) => !stored.has(id))).length,
    divergences: fleet.readers.flatMap(({ reader, role }) => {
      reader.store.flush();
      const difference = differenceOf(expected[role], readHeld(reader.store.getState().entities));
      return difference === 'none' ? [] : [`${reader.wire} ${role}: ${difference}`];
    }),
    // what a producer lost is no fault of the relays
    retries: fleet.producers.reduce((sum, { retries }) => sum + retries, 0),
    prices: surplus.length,
    others: surplus.filter(({ type }) => type !== 'span.price').map(({ type }) => type),
    gaps: fleet.readers.flatMap(({ reader }) => reader.gaps.filter(({ why }) => why !== 'producer')),
  };
}
const allWell = {
  isGapless: true,
  repeated: 0,
  areCallsPricedOnce: true,
  others: [],
  lost: 0,
  divergences: [],
  gaps: [],
};
const sizeOf = ({ events, acked, prices, retries, lost, divergences }: Awaited<ReturnType<typeof judge>>) =>
  `${READERS} readers; ${events} rows = ${acked} acked events + ${prices} prices of calls, ${retries} posts sent again; ` +
  `${lost} lost, ${divergences.length} divergences`;

describe(`${RELAYS} relays on one PostgreSQL and one Redis, ${READERS} readers over all wires, under load`, () => {
  it(
    'are killed and started again one after the other: no reader diverges, nothing is lost, the log stays the same one',
    async () => {
      const fleet = await startFleet();
      await mustHold(() => areLive(fleet), CATCH_UP_MS, stragglers(fleet));
      for (const relay of fleet.relays) {
        await relay.stop('SIGKILL');
        await pause(300); // of load on the others
        await relay.start();
        await mustHold(() => areLive(fleet), CATCH_UP_MS, stragglers(fleet));
      }
      const verdict = await judge(fleet);
      console.log(`killed ${RELAYS} relays in turn: ${sizeOf(verdict)}`);
      expect(verdict).toMatchObject(allWell);
      expect(verdict.acked).toBeGreaterThan(0);
    },
    TEST_MS,
  );

  it(
    'are stopped and started again, two of them: readers come back at most 20 a second, and no reader diverges',
    async () => {
      const fleet = await startFleet();
      await mustHold(() => areLive(fleet), CATCH_UP_MS, stragglers(fleet));
      const returns = () => fleet.readers.reduce((sum, { reader }) => sum + reader.store.getState().reconnects, 0);
      const samples: { readonly atMs: number; readonly count: number }[] = [];
      const sample = () => void samples.push({ atMs: performance.now(), count: returns() });
      sample();
      const sampler = setInterval(sample, 50);
      onEnd(() => clearInterval(sampler));
      for (const relay of fleet.relays.slice(0, 2)) {
        await relay.stop('SIGTERM');
        await relay.start();
        await mustHold(() => areLive(fleet), CATCH_UP_MS, stragglers(fleet));
      }
      clearInterval(sampler);
      const perSecond = samples.map(({ atMs, count }) => {
        const before = samples.findLast((one) => one.atMs <= atMs - 1000) ?? samples[0];
        return count - (before?.count ?? 0);
      });
      const peak = Math.max(...perSecond);
      const verdict = await judge(fleet);
      console.log(`2 graceful restarts: ${returns()} returns, at most ${peak} in one second; ${sizeOf(verdict)}`);
      expect(verdict).toMatchObject(allWell);
      expect(returns()).toBeGreaterThan(0);
      expect(peak).toBeLessThanOrEqual(20);
    },
    TEST_MS,
  );
});
