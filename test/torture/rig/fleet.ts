import { readHeld } from './heldState.ts';
import type { PreparedLog } from './logs.ts';
import { type LogKind, prepareLog } from './logs.ts';
import { Producer } from './producer.ts';
import { type RelayProcess, startRelayProcess } from './relayProcess.ts';
import { type ServiceProcess, startServiceProcess } from './serviceProcess.ts';
import { startSkewProxies } from './skewProxyProcess.ts';
import type { Skew } from './skews.ts';
import { differenceOf, foldOfLog, hashOf } from './stateHash.ts';
import { openStoreReader, type StoreReader } from './storeReader.ts';
import { tokens } from './tokens.ts';
import type { TortureContext } from './types.ts';
import { waitUntil } from './waitUntil.ts';
import { allWires, type ReaderWire } from './wires.ts';

export interface FleetReader {
  readonly reader: StoreReader;
  readonly role: 'developer' | 'viewer';
  readonly relay: number;
  readonly skew: Skew | undefined;
}

/** Several relays on one log and one Redis, and readers over all wires. */
export interface Fleet {
  readonly log: PreparedLog;
  readonly redis: ServiceProcess;
  readonly relays: readonly RelayProcess[];
  readonly readers: readonly FleetReader[];
  readonly producer: Producer;
  /** Sends events to a relay until they are acked. */
  send(count: number, relay: number): Promise<void>;
  /** Waits until every reader has what the log held at this moment, and is live. @returns ms; `undefined`: not in time */
  catchUp(timeoutMs: number): Promise<number | undefined>;
  /** Readers whose state is not the fold of the log, in words. */
  divergences(): Promise<string[]>;
}

/** So long readers may take to the end of the log when nothing is sent any more. */
const END_MS = 20_000;
const MOST_LOOKS = 5;

export interface FleetOptions {
  readonly relays: number;
  readonly readers: number;
  readonly kind?: LogKind;
  readonly wires?: readonly ReaderWire[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether two of five readers meet a relay of another release: one newer than they are, one older. */
  readonly hasSkew?: boolean;
}

export async function startFleet(context: TortureContext, options: FleetOptions): Promise<Fleet> {
  const log = await prepareLog(context, options.kind ?? 'postgres');
  const redis = await startServiceProcess(context, 'redis');
  const relays: RelayProcess[] = [];
  for (let index = 0; index < options.relays; index += 1) {
    relays.push(
      await startRelayProcess(context, { env: { ...log.env, ...options.env, SPANLIGHT_REDIS_URL: redis.url } }),
    );
  }
  let target = 0;
  const producer = new Producer({
    id: 'fleet',
    url: () => (relays[target % relays.length] as RelayProcess).url,
    random: context.random(3),
  });
  context.onEnd(() => producer.close());
  const wires = options.wires ?? allWires;
  const seats: readonly (Skew | undefined)[] = options.hasSkew
    ? [undefined, undefined, undefined, 'newer', 'older']
    : [];
  const pairs = relays.flatMap(({ port }) => [[port, 'newer'] as const, [port, 'older'] as const]);
  const skewed = options.hasSkew ? await startSkewProxies(context, pairs) : [];
  const doors = relays.map(({ url }, index) => ({
    same: url,
    newer: skewed[2 * index],
    older: skewed[2 * index + 1],
  }));
  const readers = Array.from({ length: options.readers }, (_unused, index): FleetReader => {
    const relay = index % relays.length;
    const skew = seats[index % seats.length];
    const door = doors[relay] as (typeof doors)[0];
    const role = index % 3 === 2 ? 'viewer' : 'developer';
    const reader = openStoreReader({
      url: door[skew ?? 'same'] ?? door.same,
      token: tokens[role],
      wire: wires[Math.floor(index / relays.length) % wires.length] as ReaderWire,
      topics: ['overview', 'runs'],
      times: { backoff: { minMs: 250, maxMs: 3000 } },
    });
    context.onEnd(() => reader.close());
    return { reader, role, relay, skew };
  });
  let head = 0;
  /** All events of the log, once every reader stands at its end: relays add prices of their own after what was sent is acked. */
  const readToEnd = async () => {
    for (let looks = 1; ; looks += 1) {
      const events = await log.readEvents();
      const end = events.at(-1)?.seq ?? 0;
      const areThere = await waitUntil(() => readers.every(({ reader }) => reader.seq >= end), END_MS);
      const isWhole = (await log.readEvents()).length === events.length;
      if (isWhole || areThere === undefined || looks === MOST_LOOKS) return events; // who is not there diverges
    }
  };
  return {
    log,
    redis,
    relays,
    readers,
    producer,
    async send(count, relay) {
      target = relay;
      const answer = await producer.send(producer.take(count));
      for (const { seq } of answer?.events ?? []) head = Math.max(head, seq ?? 0);
    },
    async catchUp(timeoutMs) {
      const goal = head; // under load the end moves on, and all would have to stand at it in the same moment
      const isThere = ({ reader }: FleetReader) => reader.seq >= goal && reader.phase === 'live';
      const took = await waitUntil(() => readers.every(isThere), timeoutMs);
      if (took === undefined)
        context.say(
          stragglersOf(
            readers.filter((one) => !isThere(one)),
            goal,
          ),
        );
      return took;
    },
    async divergences() {
      const events = await readToEnd();
      const expected = {
        developer: readHeld(foldOfLog(events, 'names')),
        viewer: readHeld(foldOfLog(events, 'shape')),
      };
      return readers.flatMap(({ reader, role, skew = 'same' }) => {
        reader.store.flush();
        const held = readHeld(reader.store.getState().entities);
        if (hashOf(held) === hashOf(expected[role])) return [];
        return [`${reader.wire} ${role} ${reader.phase}, release ${skew}: ${differenceOf(expected[role], held)}`];
      });
    },
  };
}

/** Who is not there yet, in words. */
function stragglersOf(readers: readonly FleetReader[], goal: number): string {
  const words = readers.map(({ reader, relay, skew = 'same' }) => {
    const { connection } = reader.store.getState();
    const why = 'code' in connection ? ` ${connection.code}` : '';
    return `${reader.wire} of relay ${relay}, release ${skew}: ${connection.phase}${why} at ${reader.seq}`;
  });
  return `${readers.length} readers are not at ${goal}: ${words.join('; ')}`;
}
