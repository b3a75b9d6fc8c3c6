import type { MonitorEvent } from '../../model/event.ts';

/** Events that a producer numbered and that never came. */
interface ProducerHole {
  readonly producerId: string;
  /** First and last missing number. */
  readonly first: number;
  readonly last: number;
  /** Of this hole. */
  readonly holeEvents: number;
  /** Of all holes of the producer so far. */
  readonly missingEvents: number;
}

/** Watches the numbers of each producer for holes. Late events fill a hole while it is fresh. */
export interface ProducerHoles {
  /** @param n - number of an event that was heard, whatever became of it */
  hear(project: string, prod: NonNullable<MonitorEvent['prod']>): void;
  /** Producers that had begun before this log did, once the grace for events that overtake each other is over; each is told once. */
  takeLateStarts(): readonly { readonly project: string; readonly producerId: string; readonly firstNumber: number }[];
  /** Holes that stayed open for the grace; each is told once. */
  takeOverdue(): readonly (ProducerHole & { readonly project: string })[];
}

interface OpenHole {
  first: number;
  last: number;
  readonly sinceMs: number;
}
interface Numbers {
  lowest: number;
  /** `undefined`: told, or nothing to tell. */
  startSinceMs: number | undefined;
  highest: number;
  holes: OpenHole[];
  missingEvents: number;
}

/** Producers count from 0 or from 1. */
const FIRST_NUMBER = 1;
const MAX_PRODUCERS = 10_000;
const MAX_OPEN_HOLES = 64;

/** @param now - ms, must not step back */
export function createProducerHoles(graceMs: number, now: () => number): ProducerHoles {
  const byProducer = new Map<
    string,
    { readonly project: string; readonly producerId: string; readonly numbers: Numbers }
  >();

  const fill = (numbers: Numbers, n: number) => {
    const index = numbers.holes.findIndex((hole) => n >= hole.first && n <= hole.last);
    const hole = numbers.holes[index];
    if (!hole) return;
    const { first, last, sinceMs } = hole;
    const rest: OpenHole[] = [];
    if (first < n) rest.push({ first, last: n - 1, sinceMs });
    if (n < last) rest.push({ first: n + 1, last, sinceMs });
    numbers.holes.splice(index, 1, ...rest);
  };

  return {
    hear(project, { id: producerId, n }) {
      const key = JSON.stringify([project, producerId]);
      const known = byProducer.get(key);
      if (!known) {
        // where a producer is first heard of is no hole: it may have started long before this relay
        if (byProducer.size >= MAX_PRODUCERS) byProducer.delete(byProducer.keys().next().value as string);
        byProducer.set(key, {
          project,
          producerId,
          numbers: { lowest: n, startSinceMs: now(), highest: n, holes: [], missingEvents: 0 },
        });
        return;
      }
      const { numbers } = known;
      if (n > numbers.highest + 1) {
        const hole = { first: numbers.highest + 1, last: n - 1, sinceMs: now() };
        if (numbers.holes.length < MAX_OPEN_HOLES) numbers.holes.push(hole);
        else (numbers.holes.at(-1) as OpenHole).last = hole.last; // told as one: no number is forgotten
      }
      if (n > numbers.highest) numbers.highest = n;
      else fill(numbers, n);
      if (n < numbers.lowest) numbers.lowest = n;
    },
    takeLateStarts() {
      const nowMs = now();
      const late: { project: string; producerId: string; firstNumber: number }[] = [];
      for (const { project, producerId, numbers } of byProducer.values()) {
        if (numbers.startSinceMs === undefined || nowMs - numbers.startSinceMs < graceMs) continue;
        numbers.startSinceMs = undefined;
        if (numbers.lowest > FIRST_NUMBER) late.push({ project, producerId, firstNumber: numbers.lowest });
      }
      return late;
    },
    takeOverdue() {
      const nowMs = now();
      const overdue: (ProducerHole & { project: string })[] = [];
      for (const { project, producerId, numbers } of byProducer.values()) {
        if (numbers.holes.length === 0) continue;
        for (const { first, last, sinceMs } of numbers.holes) {
          if (nowMs - sinceMs < graceMs) continue;
          const holeEvents = last - first + 1;
          numbers.missingEvents += holeEvents;
          overdue.push({ project, producerId, first, last, holeEvents, missingEvents: numbers.missingEvents });
        }
        numbers.holes = numbers.holes.filter(({ sinceMs }) => nowMs - sinceMs < graceMs);
      }
      return overdue;
    },
  };
}
