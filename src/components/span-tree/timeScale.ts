import type { IdleStretch } from '../../store/tree/index.ts';

/**
 * Time of a run as it is drawn, in ms from its start. With idle stretches cut short a moment is drawn earlier than it was, and
 * everything between two cuts keeps its proportions.
 */
export interface TimeMap {
  readonly startMs: number;
  readonly cuts: readonly TimeCut[];
  /** Epoch ms to drawn ms. */
  draw(atMs: number): number;
  /** Drawn ms to ms from the start of the run. */
  read(drawnMs: number): number;
}

export interface TimeCut {
  /** Ms from the start of the run. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Where it is drawn. */
  readonly drawnFromMs: number;
  readonly drawnToMs: number;
}

/** A stretch that is cut short keeps this share of the time that is left. */
const CUT_SHARE = 0.03;

export function createTimeMap(startMs: number, endMs: number, idle: readonly IdleStretch[]): TimeMap {
  const idleMs = idle.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const keptMs = Math.max(1, (endMs - startMs - idleMs) * CUT_SHARE);
  const cuts: TimeCut[] = [];
  let savedMs = 0;
  for (const stretch of idle) {
    const fromMs = stretch.fromMs - startMs;
    const toMs = stretch.toMs - startMs;
    const drawnMs = Math.min(keptMs, toMs - fromMs);
    cuts.push({ fromMs, toMs, drawnFromMs: fromMs - savedMs, drawnToMs: fromMs - savedMs + drawnMs });
    savedMs += toMs - fromMs - drawnMs;
  }
  return {
    startMs,
    cuts,
    draw(atMs) {
      let at = atMs - startMs;
      for (let index = cuts.length - 1; index >= 0; index -= 1) {
        const cut = cuts[index] as TimeCut;
        if (at >= cut.toMs) return at - cut.toMs + cut.drawnToMs;
        if (at > cut.fromMs) {
          at = (at - cut.fromMs) / (cut.toMs - cut.fromMs);
          return cut.drawnFromMs + at * (cut.drawnToMs - cut.drawnFromMs);
        }
      }
      return at;
    },
    read(drawnMs) {
      for (let index = cuts.length - 1; index >= 0; index -= 1) {
        const cut = cuts[index] as TimeCut;
        if (drawnMs >= cut.drawnToMs) return drawnMs - cut.drawnToMs + cut.toMs;
        if (drawnMs > cut.drawnFromMs) {
          const share = (drawnMs - cut.drawnFromMs) / (cut.drawnToMs - cut.drawnFromMs);
          return cut.fromMs + share * (cut.toMs - cut.fromMs);
        }
      }
      return drawnMs;
    },
  };
}

const unitsMs = [1, 1_000, 60_000, 3_600_000, 86_400_000] as const;

/** The 1-2-5 step, in the largest unit that fits, that puts at most `most` ticks on a length of time, ms. */
export function tickStepMs(lengthMs: number, most: number): number {
  const raw = lengthMs / Math.max(1, most);
  let unit: number = unitsMs[0];
  for (const candidate of unitsMs) if (raw >= candidate * 0.75) unit = candidate;
  // Minutes and hours go on in sixties: 20 and 30 of them are round, 50 are not.
  const steps = unit === 60_000 || unit === 3_600_000 ? [1, 2, 5, 10, 20, 30] : undefined;
  const ratio = raw / unit;
  if (steps) return unit * (steps.find((step) => step >= ratio) ?? 60);
  const power = 10 ** Math.floor(Math.log10(ratio));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= ratio * (1 - 1e-9)) ?? 10;
  return unit * step * power;
}

export interface Tick {
  /** Ms from the start of the run: what it says. */
  readonly atMs: number;
  readonly drawnMs: number;
}

/** Ticks of a drawn stretch; none inside of a cut. */
export function ticksOf(map: TimeMap, fromMs: number, toMs: number, most: number): Tick[] {
  const stepMs = tickStepMs(toMs - fromMs, most);
  const ticks: Tick[] = [];
  let segmentFrom = fromMs;
  const addSegment = (segmentTo: number) => {
    if (segmentTo <= segmentFrom) return;
    const first = Math.ceil(map.read(segmentFrom) / stepMs - 1e-6);
    const last = Math.floor(map.read(segmentTo) / stepMs + 1e-6);
    for (let at = first; at <= last && ticks.length < most * 4; at += 1) {
      ticks.push({ atMs: at * stepMs, drawnMs: map.draw(map.startMs + at * stepMs) });
    }
  };
  for (const cut of map.cuts) {
    if (cut.drawnToMs <= fromMs || cut.drawnFromMs >= toMs) continue;
    addSegment(cut.drawnFromMs);
    segmentFrom = cut.drawnToMs;
  }
  addSegment(toMs);
  return ticks;
}
