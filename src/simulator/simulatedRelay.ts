import { type Capability, capabilitiesOf, type Role } from '../model/capabilities.ts';
import type { MonitorEvent } from '../model/event.ts';
import type { Clock } from '../model/platform.ts';
import type { LiveFrame } from '../model/wire.ts';
import type { EventFeed } from './createTraffic.ts';
import { createSimulatedLog, type SimulatedLog } from './simulatedLog.ts';

/** Numbers in `(from, to]` that were given to events which are gone. */
export interface Loss {
  readonly from: number;
  readonly to: number;
}

/** The part of a relay that does not speak: takes events in, keeps them, forgets when it is told to. */
export interface SimulatedRelay {
  readonly log: SimulatedLog;
  readonly losses: readonly Loss[];
  /** Words of the calls that are running now, from their beginning. */
  readonly liveTexts: Iterable<LiveFrame>;
  roles: readonly Role[];
  readonly can: readonly Capability[];
  /** How late it brings what it knows, ms. */
  lagMs: number;
  readonly isPaused: boolean;
  /** How long the agents stood still because the page could not keep up, ms. */
  readonly skippedMs: number;
  /** The agents stand still. */
  pause(): void;
  resume(): void;
  /** Takes in what happened until now, all of it. */
  advance(): void;
  /**
   * As {@link advance}, for who does it again and again: what is more than a step stays out, as if the agents had stood still. Who comes
   * late would get more for it, be later still, get still more.
   * @param onLive - hears the words of running calls
   */
  step(onLive: (live: LiveFrame) => void): void;
  publish(events: readonly MonitorEvent[]): void;
  /** The next events are lost on their way into the log. */
  lose(count: number): void;
  /** It comes up again with an empty log. */
  restart(epoch: string): void;
}

export interface SimulatedRelayOptions {
  readonly clock: Clock;
  readonly source: () => EventFeed;
  readonly epoch: string;
  readonly roles: readonly Role[];
  /** Events that one {@link SimulatedRelay.step} may bring, about. */
  readonly stepEvents: number;
}

/** How finely a step can end before now, ms. */
const SLICE_MS = 25;
/** A machine that slept this long finds its agents where it left them, instead of a day of traffic at once. */
const LONGEST_STEP_MS = 10 * 60_000;

export function createSimulatedRelay({
  clock,
  source,
  epoch,
  roles: firstRoles,
  stepEvents,
}: SimulatedRelayOptions): SimulatedRelay {
  const log = createSimulatedLog(epoch);
  let roles = firstRoles;
  let can = capabilitiesOf(roles);
  let lagMs = 0;
  let toLose = 0;
  let losses: readonly Loss[] = [];
  const liveTexts = new Map<string, LiveFrame>();
  let advancedAtMs = clock.now();
  let pausedAtMs: number | undefined;
  let skippedMs = 0;

  const append = (event: MonitorEvent, atMs: number) => {
    if (event.type === 'span.end') liveTexts.delete(keyOf(event));
    if (toLose === 0) {
      log.append(event, atMs);
      return;
    }
    toLose -= 1;
    const last = losses.at(-1);
    const isSameLoss = last?.to === log.head;
    losses = [
      ...(isSameLoss ? losses.slice(0, -1) : losses),
      { from: isSameLoss ? last.from : log.head, to: log.head + 1 },
    ];
    log.skip(1);
  };

  /** @returns now; `undefined` while the agents stand still */
  const lookUp = (): number | undefined => {
    if (pausedAtMs !== undefined) return undefined;
    const nowMs = clock.now();
    if (nowMs - advancedAtMs > LONGEST_STEP_MS) {
      source().shift(advancedAtMs, nowMs - advancedAtMs);
      advancedAtMs = nowMs;
    }
    return nowMs;
  };
  /** @returns how many events that were */
  const take = (untilMs: number, onLive?: (live: LiveFrame) => void): number => {
    let taken = 0;
    for (const { event, live, atMs } of source().takeUntil(untilMs)) {
      if (event) {
        append(event, atMs);
        taken += 1;
      }
      if (!live) continue;
      liveTexts.set(keyOf(live), { ...live, offset: 0, text: (liveTexts.get(keyOf(live))?.text ?? '') + live.text });
      onLive?.(live);
    }
    return taken;
  };

  return {
    log,
    get losses() {
      return losses;
    },
    get liveTexts() {
      return liveTexts.values();
    },
    get roles() {
      return roles;
    },
    set roles(next) {
      roles = next;
      can = capabilitiesOf(next);
    },
    get can() {
      return can;
    },
    get lagMs() {
      return lagMs;
    },
    set lagMs(next) {
      lagMs = next;
    },
    get isPaused() {
      return pausedAtMs !== undefined;
    },
    get skippedMs() {
      return skippedMs;
    },
    pause() {
      pausedAtMs ??= clock.now();
    },
    resume() {
      if (pausedAtMs === undefined) return;
      source().shift(pausedAtMs, clock.now() - pausedAtMs);
      advancedAtMs = clock.now();
      pausedAtMs = undefined;
    },
    advance() {
      const nowMs = lookUp();
      if (nowMs === undefined) return;
      take(nowMs);
      advancedAtMs = nowMs;
    },
    step(onLive) {
      const nowMs = lookUp();
      if (nowMs === undefined) return;
      let left = stepEvents;
      while (advancedAtMs < nowMs && left > 0) {
        advancedAtMs = Math.min(nowMs, advancedAtMs + SLICE_MS);
        left -= take(advancedAtMs, onLive);
      }
      const skipped = nowMs - advancedAtMs;
      if (skipped <= 0) return;
      source().shift(advancedAtMs, skipped);
      skippedMs += skipped;
      advancedAtMs = nowMs;
    },
    publish(events) {
      for (const event of events) append(event, clock.now());
    },
    lose(count) {
      toLose += count;
    },
    restart(nextEpoch) {
      log.restart(nextEpoch);
      losses = [];
      toLose = 0;
      liveTexts.clear();
    },
  };
}

const keyOf = ({ run, span }: { readonly run?: string | undefined; readonly span?: string | undefined }): string =>
  `${run} ${span}`;
