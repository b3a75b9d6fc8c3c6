import type { MonitorEvent } from '../model/event.ts';
import type { GapFrame } from '../model/wire.ts';
import type { Gap } from './types.ts';

/** More than anybody reads; the oldest go. */
const MAX_GAPS = 200;

/** Ranges of events that will not come. The list is replaced, never changed in place. */
export interface GapBook {
  readonly gaps: readonly Gap[];
  /** @param lastGoodAtMs - last moment the stream was whole, relay clock */
  addFrame(frame: GapFrame, lastGoodAtMs: number, nowMs: number): void;
  addProducerGap(event: MonitorEvent, lastHeardAtMs: number | undefined): void;
  /** A restart of the relay lost so many events of a producer: they count in the gap of that restart. */
  addLostAtRestart(event: MonitorEvent, missingEvents: number): void;
  clear(): void;
}

export function createGapBook(): GapBook {
  let gaps: readonly Gap[] = [];
  /** Late starts that were counted; a snapshot repeats them. Bounded by the producers of one restart. */
  const told = new Set<string>();
  const add = (gap: Gap) => {
    if (gaps.some((known) => known.id === gap.id)) return;
    gaps = [...gaps, gap].slice(-MAX_GAPS);
  };
  return {
    get gaps() {
      return gaps;
    },
    addFrame(frame, lastGoodAtMs, nowMs) {
      add({
        id: `${frame.epoch}.${frame.from}-${frame.to}${frame.producerId ? `:${frame.producerId}` : ''}`,
        why: frame.why,
        missingEvents:
          frame.n ?? (frame.why === 'retention' || frame.why === 'store' ? frame.to - frame.from : undefined),
        fromMs: Math.min(lastGoodAtMs, nowMs),
        toMs: nowMs,
        producerId: frame.producerId,
      });
    },
    addProducerGap(event, lastHeardAtMs) {
      if (event.type !== 'producer.gap') return;
      if (event.a.holeEvents === undefined && event.a.missingEvents === undefined) return;
      const toMs = event.rts ?? event.ts;
      add({
        id: event.id,
        why: 'producer',
        missingEvents: event.a.holeEvents ?? event.a.missingEvents,
        fromMs: Math.min(lastHeardAtMs ?? toMs, toMs),
        toMs,
        producerId: event.prod?.id ?? event.ref,
      });
    },
    addLostAtRestart(event, missingEvents) {
      if (told.has(event.id)) return;
      told.add(event.id);
      const at = gaps.findLastIndex((gap) => gap.why === 'epoch');
      const known = gaps[at];
      if (known) {
        const total = (known.missingEvents ?? 0) + missingEvents;
        gaps = gaps.with(at, { ...known, missingEvents: total });
        return;
      }
      const atMs = event.rts ?? event.ts;
      add({ id: event.id, why: 'epoch', missingEvents, fromMs: atMs, toMs: atMs, producerId: event.prod?.id });
    },
    clear() {
      told.clear();
      gaps = [];
    },
  };
}
