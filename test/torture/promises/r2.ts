import * as fc from 'fast-check';
import { createRelay, type Relay } from 'spanlight/relay';
import { createSeededRandom } from 'spanlight/simulator';
import type { MonitorEvent, Topic } from 'spanlight/store';
import { createStandIns } from '../../../src/relay/projection/standIns.ts';
import { createMemoryRunLog } from '../../../src/relay/run-log/memoryRunLog.ts';
import type { RunLog } from '../../../src/relay/run-log/RunLog.ts';
import { createFaultProxy, type FaultProxy } from '../../support/faultProxy.ts';
import { sizeText } from '../rig/findings.ts';
import { readHeld } from '../rig/heldState.ts';
import { Producer } from '../rig/producer.ts';
import { differenceOf, foldOfLog, hashOf } from '../rig/stateHash.ts';
import { openStoreReader, type StoreReader } from '../rig/storeReader.ts';
import { LABEL_KEY, tokens } from '../rig/tokens.ts';
import type { TortureContext, TorturePromise } from '../rig/types.ts';
import { pause, waitUntil } from '../rig/waitUntil.ts';
import type { ReaderWire } from '../rig/wires.ts';

type Step =
  | { readonly kind: 'publish'; readonly events: number }
  | { readonly kind: 'trim' | 'restart' | 'repeat' }
  | {
      readonly kind: 'cut' | 'halfClose' | 'swallow' | 'heal' | 'switch' | 'reopen' | 'role' | 'watch';
      readonly reader: number;
    }
  | { readonly kind: 'wait'; readonly ms: number };

const READERS = 4;
const reader = fc.nat(READERS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('publish' as const), events: fc.integer({ min: 1, max: 25 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('trim' as const, 'restart' as const, 'repeat' as const) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'cut' as const,
        'halfClose' as const,
        'swallow' as const,
        'heal' as const,
        'switch' as const,
        'reopen' as const,
        'role' as const,
        'watch' as const,
      ),
      reader,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 20, 60) }) },
);

const times = { backoff: { minMs: 5, maxMs: 60 }, silenceMs: 1500, welcomeMs: 3000, behindMs: 200, stableAfterMs: 100 };
const timings = {
  heartbeatMs: 100,
  flushMs: 4,
  pollMs: 60,
  restartMs: [0, 0],
  snapshotForMs: 20,
  holeMs: 60_000,
} as const;
/** Small, so that what a reader misses is often gone when it comes back. */
const KEPT_EVENTS = 60;
const wires: readonly ReaderWire[] = ['websocket', 'sse', 'polling', 'any', 'packed'];
const SETTLE_MS = 30_000;
/** A sequence that takes longer has stopped for good. */
const SEQUENCE_MS = 120_000;

type Role = 'developer' | 'viewer';

interface Seat {
  readonly proxy: FaultProxy;
  wire: ReaderWire;
  /** Whose token it asks with from now on. */
  role: Role;
  /** Whose token the connection that stands, or is tried, was opened with: what it may hold. */
  givenRole: Role;
  /** Ids of the runs that it asks for, as its role saw them when it asked; `undefined`: it asks for everything. */
  watched: Set<string> | undefined;
  reader: StoreReader;
}
/** How long a reader gets to come in before its role changes. */
const ROLE_AFTER_MS = 500;
/** Runs that a reader asks for: those that are there early and those that come late or never. */
const WATCHED_RUNS = 24;

const otherThan = (role: Role): Role => (role === 'viewer' ? 'developer' : 'viewer');

/** How a reader stands that does not hold what it should. */
function tellOf({ wire, givenRole, watched, reader }: Seat, expected: ReadonlyMap<string, string>): string {
  const { connection, entities } = reader.store.getState();
  const code = 'code' in connection ? ` (${connection.code})` : '';
  const asked = watched ? ` of ${watched.size} runs` : '';
  return `${wire} ${givenRole}${asked} ${connection.phase}${code} at ${reader.seq}: ${differenceOf(expected, readHeld(entities))}`;
}

/** A relay on a port of its own over a log that outlives it, and readers behind bad lines. */
async function playSequence(
  steps: readonly Step[],
  seed: number,
  tellPlace: (place: string) => void,
): Promise<string | undefined> {
  const random = createSeededRandom(seed);
  const memory = createMemoryRunLog({
    events: KEPT_EVENTS,
    eventBytes: 64 * 1024 * 1024,
    detailBytes: 1024 * 1024,
    bounds: { runs: 100_000, spans: 1_000_000, endedForMs: 86_400_000 },
    now: Date.now,
  });
  const log: RunLog = Object.assign(Object.create(memory) as RunLog, { close: async () => undefined });
  const stored: MonitorEvent[] = [];
  const start = (port: number): Promise<Relay> =>
    createRelay({
      port,
      runLog: log,
      dashboardDir: false,
      pricing: false,
      labelKey: LABEL_KEY,
      allowedHosts: ['127.0.0.1'],
      roleTokens: { developer: tokens.developer, viewer: tokens.viewer, ingest: tokens.ingest },
      readsPerMinute: 1_000_000,
      ringEvents: 32,
      timings,
      plugins: [{ name: 'ledger', onEvents: ({ events }) => void stored.push(...events) }],
    });
  let relay = await start(0);
  const { port } = relay;
  const producerId = `p${seed}`;
  const producer = new Producer({ id: producerId, url: () => relay.url, random });
  const standIns = createStandIns(LABEL_KEY, 'default');
  const someRun = (role: Role): string => {
    const runId = `trace_${producerId}-${random.whole(1, WATCHED_RUNS)}`;
    return role === 'developer' ? runId : standIns.id(runId);
  };
  const open = (seat: Omit<Seat, 'reader'>) => {
    const { proxy, wire, role } = seat;
    seat.watched = random.chance(0.3) ? new Set([someRun(role), someRun(role)]) : undefined;
    return openStoreReader({
      url: `http://127.0.0.1:${proxy.port}`,
      token: () => {
        seat.givenRole = seat.role;
        return tokens[seat.role];
      },
      wire,
      times,
      topics: seat.watched ? [...seat.watched].map((runId): Topic => `run:${runId}`) : ['overview', 'runs'],
      random: random.next,
    });
  };
  const seats: Seat[] = [];
  let last: MonitorEvent[] = [];
  try {
    for (let index = 0; index < READERS; index += 1) {
      const proxy = await createFaultProxy({ target: port });
      const wire = wires[(index + seed) % wires.length] as ReaderWire;
      const role: Role = random.chance(0.5) ? 'viewer' : 'developer';
      const seat: Omit<Seat, 'reader'> = { proxy, wire, role, givenRole: role, watched: undefined };
      seats.push(Object.assign(seat, { reader: open(seat) }));
    }
    for (const [at, action] of steps.entries()) {
      tellPlace(`step ${at} ${action.kind}`);
      switch (action.kind) {
        case 'publish':
          last = producer.take(action.events);
          await relay.ingest(last);
          break;
        case 'repeat':
          await relay.ingest(last);
          break;
        case 'trim': // what was kept for resuming is pushed out
          last = producer.take(KEPT_EVENTS + 5);
          await relay.ingest(last);
          break;
        case 'restart':
          await relay.close();
          relay = await start(port);
          break;
        case 'cut':
          seats[action.reader]?.proxy.cut();
          break;
        case 'halfClose':
          seats[action.reader]?.proxy.halfClose();
          break;
        case 'swallow':
          seats[action.reader]?.proxy.blackhole();
          break;
        case 'heal':
          seats[action.reader]?.proxy.heal();
          seats[action.reader]?.reader.wake();
          break;
        case 'switch':
        case 'reopen': {
          const seat = seats[action.reader];
          if (!seat) break;
          seat.reader.close();
          if (action.kind === 'switch') seat.wire = random.pick(wires);
          else seat.role = otherThan(seat.role);
          seat.reader = open(seat);
          break;
        }
        case 'role': {
          // the same page, whose person may see less from now on, or more
          const seat = seats[action.reader];
          if (!seat) break;
          await waitUntil(() => seat.reader.phase === 'live', ROLE_AFTER_MS, 5); // it should hold something that is to go
          seat.role = otherThan(seat.role);
          seat.proxy.cut();
          break;
        }
        case 'watch': {
          const seat = seats[action.reader];
          if (!seat?.watched) break;
          const runId = someRun(seat.role);
          seat.watched.add(runId);
          seat.reader.store.hold(`run:${runId}`);
          break;
        }
        case 'wait':
          await pause(action.ms);
          break;
      }
    }
    // The world heals.
    tellPlace('healing');
    for (const { proxy } of seats) proxy.heal();
    const folds = { developer: foldOfLog(stored, 'names'), viewer: foldOfLog(stored, 'shape') };
    const isWatched = ({ watched }: Seat, runId: string) => watched === undefined || watched.has(runId);
    const expectedOf = (seat: Seat) => readHeld(folds[seat.givenRole], (runId) => isWatched(seat, runId));
    const hashes = new Map<string, string>();
    const expectedHashOf = (seat: Seat) => {
      const key = [seat.givenRole, ...(seat.watched ?? ['*'])].join();
      const known = hashes.get(key) ?? hashOf(expectedOf(seat));
      hashes.set(key, known);
      return known;
    };
    const isSame = (seat: Seat) => {
      const { store, phase } = seat.reader;
      store.flush();
      return phase === 'live' && hashOf(readHeld(store.getState().entities)) === expectedHashOf(seat);
    };
    const healed = await waitUntil(() => seats.every(isSame), SETTLE_MS, 25);
    if (healed !== undefined) return undefined;
    const told = seats.filter((seat) => !isSame(seat)).map((seat) => tellOf(seat, expectedOf(seat)));
    return told.length === 0 ? undefined : `at ${stored.length}: ${told.join('; ')}`;
  } finally {
    for (const { reader: own, proxy, wire } of seats) {
      tellPlace(`close of a line of ${wire}`);
      own.close();
      await proxy.close();
    }
    producer.close();
    tellPlace('close of the relay');
    await relay.close();
    await memory.close();
  }
}

/** One lane of sequences, one after the other. */
async function runLane(context: TortureContext, lane: number, count: number, onDone: () => void): Promise<string[]> {
  const divergences: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), fc.nat(), async (steps, seed) => {
      let place = 'start';
      const played = playSequence(steps, seed, (now) => {
        place = now;
      });
      const difference = await Promise.race([
        played,
        new Promise<string>((resolve) => setTimeout(resolve, SEQUENCE_MS, '').unref()).then(
          () => `did not end: ${place}`,
        ),
      ]);
      if (difference !== undefined) context.say(`lane ${lane}: ${difference}`);
      onDone();
      if (difference !== undefined) {
        if (divergences.length === 0)
          divergences.push(`lane ${lane} seed ${seed}: ${difference} after ${JSON.stringify(steps)}`);
        else divergences.push(difference);
      }
    }),
    { numRuns: count, seed: context.seed + lane, endOnFailure: true },
  );
  return divergences;
}

export const r2: TorturePromise = {
  id: 'R2',
  bar: 'What a client holds is the fold of the log for its role, on any wire, through cuts, silence, restarts, trims, repeats, changes of wire, of role and of what it asks for: 0 divergence.',
  async run(context) {
    const { findings } = context;
    const sequences = context.pick({ small: 24, default: 1200, full: 20_000 });
    const lanes = context.pick({ small: 4, default: 16, full: 24 });
    let done = 0;
    const onDone = () => {
      done += 1;
      if (done % 250 === 0) context.say(`${done} of ${sequences} sequences`);
    };
    const all = await Promise.all(
      Array.from({ length: lanes }, (_unused, lane) => runLane(context, lane, Math.ceil(sequences / lanes), onDone)),
    );
    const divergences = all.flat();
    const size = `${sizeText(done, 'sequences')} x ${READERS} readers over ${wires.join(', ')}`;
    findings.least('sequences of faults', done, sequences, `${READERS} readers each`);
    findings.none('divergences from the fold of the log', divergences.length, divergences[0] ?? size);
  },
};
