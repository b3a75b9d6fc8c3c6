import type { SeededRandom } from 'spanlight/simulator';
import { type CrashLabel, crashLabels } from '../../../src/relay/crashPoint.ts';
import type { FaultProxy } from '../../support/faultProxy.ts';
import type { RelayProcess } from './relayProcess.ts';
import type { ServiceProcess } from './serviceProcess.ts';
import { pause } from './waitUntil.ts';

export interface ChaosTargets {
  readonly relays: readonly RelayProcess[];
  readonly proxies: readonly FaultProxy[];
  readonly postgres?: ServiceProcess | undefined;
  readonly redis?: ServiceProcess | undefined;
  /** Longest time that a process is stopped by SIGSTOP, ms. */
  readonly stopMs: number;
  /** Whether relays may be killed at their named crash points, too. */
  readonly hasCrashPoints: boolean;
}

/** Retention comes once a minute, a rotation once in a log's life: load alone does not pass these two. */
const passedUnderLoad = crashLabels.filter((label) => label !== 'retention' && label !== 'rotate-epoch');
/** Passes that load makes in a second or so; of the others it makes many. */
const rarePasses: Partial<Readonly<Record<CrashLabel, number>>> = { checkpoint: 1, 'read-model': 3 };
const MANY_PASSES = 15;
const NOT_REACHED = 'crash point not reached in time';

/** What was done, by kind. */
export type FaultCounts = Map<string, number>;

/** Starts a relay again, whatever still stands in its way. */
async function bringBack(relay: RelayProcess, env: Readonly<Record<string, string>> = {}): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await relay.start(tries === 0 ? env : {});
    } catch (cause) {
      await relay.stop('SIGKILL');
      if (tries >= 20) throw cause;
      await pause(200);
    }
  }
}

/** A fault and its end, or one after the other. @returns their names */
async function doHarm(targets: ChaosTargets, random: SeededRandom): Promise<readonly string[]> {
  const { relays, proxies, postgres, redis, stopMs, hasCrashPoints } = targets;
  const relay = random.pick(relays);
  const proxy = random.pick(proxies);
  const stopFor = random.whole(100, stopMs);
  const choices: (() => Promise<string | readonly string[]>)[] = [
    async () => {
      await relay.stop('SIGKILL');
      await bringBack(relay);
      return 'relay killed';
    },
    async () => {
      relay.signal('SIGSTOP');
      await pause(stopFor);
      relay.signal('SIGCONT');
      return 'relay stopped and continued';
    },
    async () => {
      proxy.cut();
      return 'line cut';
    },
    async () => {
      proxy.halfClose(random.pick(['client', 'target'] as const));
      return 'line half closed';
    },
    async () => {
      proxy.blackhole({ isForNew: random.chance(0.5) });
      await pause(random.whole(50, 900));
      proxy.heal();
      return 'line swallowed';
    },
    async () => {
      proxy.drip(random.whole(20_000, 200_000));
      await pause(random.whole(100, 600));
      proxy.heal();
      return 'line dripped';
    },
  ];
  if (hasCrashPoints) {
    const label = random.pick(passedUnderLoad.filter((one) => one !== 'checkpoint' || !postgres));
    const pass = random.whole(1, rarePasses[label] ?? MANY_PASSES);
    const atCrashPoint = async () => {
      await relay.stop('SIGKILL');
      await bringBack(relay, { SPANLIGHT_CRASH_TEST: '1', SPANLIGHT_CRASH_AT: `${label}:${pass}` });
      await Promise.race([relay.gone(), pause(1500)]);
      if (relay.isUp) return ['relay killed', NOT_REACHED];
      await bringBack(relay);
      return ['relay killed', `killed at ${label}`];
    };
    choices.push(atCrashPoint, atCrashPoint);
  }
  if (postgres) {
    choices.push(
      async () => {
        await postgres.kill();
        await pause(random.whole(0, 500));
        await postgres.start();
        return 'PostgreSQL killed';
      },
      async () => {
        postgres.signal('SIGSTOP');
        await pause(stopFor);
        postgres.signal('SIGCONT');
        return 'PostgreSQL stopped and continued';
      },
    );
  }
  if (redis) {
    choices.push(async () => {
      await redis.kill();
      await pause(random.whole(0, 500));
      await redis.start();
      return 'Redis killed';
    });
  }
  return [await random.pick(choices)()].flat();
}

/** Fault after fault until it is told to stop; what it broke stands again when it returns. */
export async function runChaos(
  targets: ChaosTargets,
  random: SeededRandom,
  until: (counts: FaultCounts) => boolean,
  pauseMs: readonly [number, number] = [50, 500],
): Promise<FaultCounts> {
  const counts: FaultCounts = new Map();
  while (!until(counts)) {
    for (const fault of await doHarm(targets, random)) counts.set(fault, (counts.get(fault) ?? 0) + 1);
    await pause(random.whole(...pauseMs));
  }
  for (const proxy of targets.proxies) proxy.heal();
  for (const relay of targets.relays) if (!relay.isUp) await bringBack(relay);
  return counts;
}

export const countFaults = (counts: FaultCounts): number =>
  [...counts].reduce((sum, [name, count]) => sum + (name === NOT_REACHED ? 0 : count), 0);
export const describeFaults = (counts: FaultCounts): string =>
  [...counts]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
