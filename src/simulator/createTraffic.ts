import { MonitorError } from '../model/errors.ts';
import type { MonitorEvent } from '../model/event.ts';
import type { LiveFrame } from '../model/wire.ts';
import type { Draft } from './draft.ts';
import { createDraftQueue } from './draftQueue.ts';
import { createProducer } from './producer.ts';
import { type Scenario, type ScenarioName, scenarioNames } from './scenarios/index.ts';
import { createSeededRandom } from './seededRandom.ts';
import { DEFAULT_START_AT_MS, scenarioOf, withoutContent, writeScenario } from './simulateRun.ts';

/** Which traffic is made up. */
export interface TrafficOptions {
  /** The same seed and start give the same traffic. Default 1. */
  readonly seed?: number | undefined;
  /** Epoch ms. Default {@link DEFAULT_START_AT_MS}. */
  readonly startAtMs?: number | undefined;
  /** Events a second, on average. Default 20. */
  readonly ratePerSec?: number | undefined;
  /** Share of the runs in which something goes wrong, in [0, 1]. Default 0.1. */
  readonly errorRate?: number | undefined;
  /** What is mixed, each by its weight. Default: all but those that are special cases. */
  readonly scenarios?: readonly ScenarioName[] | undefined;
  /** Whether prices follow the calls, as a relay appends them. Default true. */
  readonly hasPrices?: boolean | undefined;
  /**
   * How long it has gone on when it is first looked at, ms: runs that are open by then are told of from their beginning, those that
   * ended are not. Without it the rate is reached only when the first runs have had their time. Default 0.
   */
  readonly warmUpMs?: number | undefined;
  /** See `simulateRun`. Default `inline`. */
  readonly content?: 'inline' | 'refs' | undefined;
}

/** What is sent at a moment: a fact, or text of a running call. */
export interface Sent {
  /** Epoch ms by a clock that is right. */
  readonly atMs: number;
  readonly event?: MonitorEvent | undefined;
  readonly live?: LiveFrame | undefined;
}

/** What happens, moment by moment, in virtual time: nothing happens until it is taken. */
export interface EventFeed {
  /** What is sent up to this moment and was not taken yet, in order. O(events). */
  takeUntil(atMs: number): Sent[];
  /** Everything from `fromMs` on happens `byMs` later: the agents stood still. */
  shift(fromMs: number, byMs: number): void;
}

/** Endless traffic of many runs. */
export interface Traffic extends EventFeed {
  ratePerSec: number;
  errorRate: number;
}

/** @throws {MonitorError} `simulator.bad-option`, `simulator.unknown-scenario` */
export function createTraffic(options: TrafficOptions = {}): Traffic {
  const { seed = 1, startAtMs = DEFAULT_START_AT_MS, hasPrices = true, content = 'inline' } = options;
  const mix = mixOf(options.scenarios ?? scenarioNames.filter((name) => scenarioOf(name).weight > 0));
  const random = createSeededRandom(seed, startAtMs);
  const producer = createProducer(seed, startAtMs);
  const queue = createDraftQueue();
  let ratePerSec = checkRate(options.ratePerSec ?? 20);
  let errorRate = checkShare(options.errorRate ?? 0.1);
  let hasGreeted = false;
  let beatAtMs = startAtMs + producer.beatEveryMs;
  /** How much of the way to the next run is left, in mean gaps: a new rate changes the speed, not the way. */
  let gapsLeft = 0;
  const warmUpMs = checkWarmUp(options.warmUpMs ?? 0);
  let standsAtMs = startAtMs - warmUpMs;

  const meanGapMs = () => (mix.eventsPerRun(errorRate) * 1000) / ratePerSec;
  const nextRunAtMs = () => standsAtMs + gapsLeft * meanGapMs();

  const startRun = () => {
    const scenario = mix.pick(random.next(), random.chance(errorRate));
    const runSeed = random.whole(0, 2 ** 32 - 1);
    const run = { scenario, seed: runSeed, startAtMs: standsAtMs, hasPrices };
    for (const draft of writeScenario(run, false)) queue.push(draft);
    gapsLeft = random.gapMs(1);
  };
  const moveTo = (atMs: number) => {
    gapsLeft = Math.max(0, gapsLeft - (atMs - standsAtMs) / meanGapMs());
    standsAtMs = atMs;
  };

  /** Starts the runs of before; keeps what is open at the start. */
  const warmUp = () => {
    for (let atMs = nextRunAtMs(); atMs < startAtMs; atMs = nextRunAtMs()) {
      moveTo(Math.max(standsAtMs, Math.floor(atMs)));
      startRun();
    }
    moveTo(startAtMs);
    const drafts: Draft[] = [];
    for (let draft = queue.pop(); draft; draft = queue.pop()) drafts.push(draft);
    const openRuns = new Set(
      drafts.flatMap(({ emitAtMs, event }) => (emitAtMs >= startAtMs ? (event?.run ?? []) : [])),
    );
    for (const draft of drafts) {
      if (draft.emitAtMs >= startAtMs) queue.push(draft);
      else if (draft.event?.run !== undefined && openRuns.has(draft.event.run)) {
        queue.push({ ...draft, emitAtMs: startAtMs });
      }
    }
  };
  if (warmUpMs > 0) warmUp();

  return {
    get ratePerSec() {
      return ratePerSec;
    },
    set ratePerSec(next) {
      ratePerSec = checkRate(next);
    },
    get errorRate() {
      return errorRate;
    },
    set errorRate(next) {
      errorRate = checkShare(next);
    },
    takeUntil(atMs) {
      const sent: Sent[] = [];
      if (!hasGreeted && atMs >= startAtMs) {
        hasGreeted = true;
        sent.push({ atMs: startAtMs, event: producer.hello(startAtMs) });
      }
      for (;;) {
        const runAtMs = nextRunAtMs();
        const queuedAtMs = queue.nextAtMs ?? Number.POSITIVE_INFINITY;
        const nextMs = Math.min(runAtMs, queuedAtMs, beatAtMs);
        if (nextMs > atMs) break;
        if (nextMs === beatAtMs) {
          sent.push({ atMs: beatAtMs, event: producer.beat(beatAtMs) });
          beatAtMs += producer.beatEveryMs;
        } else if (nextMs === runAtMs) {
          moveTo(Math.max(standsAtMs, Math.floor(runAtMs)));
          gapsLeft = 0;
          startRun();
        } else {
          const draft = queue.pop();
          const event = draft && producer.number(draft);
          sent.push({
            atMs: queuedAtMs,
            event: event && (content === 'refs' ? withoutContent(event) : event),
            live: draft?.live,
          });
        }
      }
      if (atMs > standsAtMs) moveTo(atMs);
      return sent;
    },
    shift(fromMs, byMs) {
      queue.shift(fromMs, byMs);
      beatAtMs += byMs;
      standsAtMs += byMs;
    },
  };
}

/** The same traffic as one endless list of events, in the order of sending. Virtual time: it is as fast as it is read. */
export function* traffic(options: TrafficOptions = {}): Generator<MonitorEvent, never> {
  const source = createTraffic(options);
  for (let atMs = options.startAtMs ?? DEFAULT_START_AT_MS; ; atMs += 1000) {
    for (const { event } of source.takeUntil(atMs)) if (event) yield event;
  }
}

interface Mix {
  /** @param point - in [0, 1) */
  pick(point: number, isMishap: boolean): ScenarioName;
  /** How many events a run brings on average. */
  eventsPerRun(errorRate: number): number;
}

function mixOf(names: readonly ScenarioName[]): Mix {
  const table = names.map((name) => {
    const scenario: Scenario = scenarioOf(name);
    const events = writeScenario({ scenario: name, seed: 1 }).filter(({ event }) => event).length;
    return { name, events, weight: scenario.weight || 1, isMishap: scenario.isMishap };
  });
  if (table.length === 0) throw badOption('scenarios', 'names at least one scenario');
  const sideOf = (isMishap: boolean) => {
    const side = table.filter((entry) => entry.isMishap === isMishap);
    return side.length > 0 ? side : table; // a mix without mishaps has none to offer
  };
  const meanOf = (side: typeof table) => {
    const weight = side.reduce((sum, entry) => sum + entry.weight, 0);
    return side.reduce((sum, entry) => sum + entry.weight * entry.events, 0) / weight;
  };
  const usualMean = meanOf(sideOf(false));
  const mishapMean = meanOf(sideOf(true));
  return {
    pick(point, isMishap) {
      const side = sideOf(isMishap);
      let left = point * side.reduce((sum, { weight }) => sum + weight, 0);
      for (const { name, weight } of side) {
        left -= weight;
        if (left < 0) return name;
      }
      return (side.at(-1) as (typeof table)[number]).name;
    },
    eventsPerRun: (errorRate) => usualMean * (1 - errorRate) + mishapMean * errorRate,
  };
}

function checkRate(ratePerSec: number): number {
  if (ratePerSec > 0 && ratePerSec <= 100_000) return ratePerSec;
  throw badOption('ratePerSec', 'is more than 0 and at most 100,000 events a second');
}

function checkWarmUp(warmUpMs: number): number {
  if (warmUpMs >= 0 && warmUpMs <= 600_000) return warmUpMs;
  throw badOption('warmUpMs', 'is from 0 to 600,000 ms');
}

function checkShare(share: number): number {
  if (share >= 0 && share <= 1) return share;
  throw badOption('errorRate', 'is a share from 0 to 1');
}

const badOption = (name: string, need: string) =>
  new MonitorError('simulator.bad-option', {
    happened: `The option "${name}" of the simulator is out of range.`,
    follows: 'It was not taken.',
    todo: `Give a value that ${need}.`,
  });
