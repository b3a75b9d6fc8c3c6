import { type Capability, capabilitiesOf, type Role } from '../model/capabilities.ts';
import type { MonitorEvent } from '../model/event.ts';
import type { Clock } from '../model/platform.ts';
import type { LiveFrame } from '../model/wire.ts';
import type { EventSource } from './createTraffic.ts';
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
  /** The agents stand still. */
  pause(): void;
  resume(): void;
  /** Takes in what happened until now. @param onLive - hears the words of running calls */
  advance(onLive?: (live: LiveFrame) => void): void;
  publish(events: readonly MonitorEvent[]): void;
  /** The next events are lost on their way into the log. */
  lose(count: number): void;
  /** It comes up again with an empty log. */
  restart(epoch: string): void;
}

export interface SimulatedRelayOptions {
  readonly clock: Clock;
  readonly source: () => EventSource;
  readonly epoch: string;
  readonly roles: readonly Role[];
}

/** A machine that slept this long finds its agents where it left them, instead of a day of traffic at once. */
const LONGEST_STEP_MS = 10 * 60_000;

export function createSimulatedRelay({
  clock,
  source,
  epoch,
  roles: firstRoles,
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
    pause() {
      pausedAtMs ??= clock.now();
    },
    resume() {
      if (pausedAtMs === undefined) return;
      source().shift(pausedAtMs, clock.now() - pausedAtMs);
      advancedAtMs = clock.now();
      pausedAtMs = undefined;
    },
    advance(onLive) {
      if (pausedAtMs !== undefined) return;
      const nowMs = clock.now();
      if (nowMs - advancedAtMs > LONGEST_STEP_MS) source().shift(advancedAtMs, nowMs - advancedAtMs);
      advancedAtMs = nowMs;
      for (const { event, live, atMs } of source().takeUntil(nowMs)) {
        if (event) append(event, atMs);
        if (!live) continue;
        liveTexts.set(keyOf(live), { ...live, offset: 0, text: (liveTexts.get(keyOf(live))?.text ?? '') + live.text });
        onLive?.(live);
      }
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
