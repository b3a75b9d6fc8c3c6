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

/** Whether all that is stored in a project was heard; of others nothing is told yet. */
type CanTell = (project: string) => boolean;

/** Watches the numbers of each producer for holes. Late events fill a hole while it is fresh. */
export interface ProducerHoles {
  /** @param n - number of an event that was heard, whatever became of it */
  hear(project: string, prod: NonNullable<MonitorEvent['prod']>): void;
  /** Producers that had begun before this log did, once the grace for events that overtake each other is over; each is told once. */
  takeLateStarts(
    canTell?: CanTell,
  ): readonly { readonly project: string; readonly producerId: string; readonly firstNumber: number }[];
  /** Holes that stayed open for the grace; each is told once. */
  takeOverdue(canTell?: CanTell): readonly (ProducerHole & { readonly project: string })[];
}

interface OpenHole {
  first: number;
  last: number;
  /** Numbers inside that came after all, where the hole could not be split. */
  filledEvents: number;
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
/** A project. Who was not heard of for the longest is forgotten. */
const MAX_PRODUCERS = 10_000;
const MAX_OPEN_HOLES = 64;
const always = () => true;

/** @param now - ms, must not step back */
export function createProducerHoles(graceMs: number, now: () => number): ProducerHoles {
  const byProject = new Map<string, Map<string, Numbers>>();

  const fill = (numbers: Numbers, n: number) => {
    const index = numbers.holes.findIndex((hole) => n >= hole.first && n <= hole.last);
    const hole = numbers.holes[index];
    if (!hole) return;
    const { first, last } = hole;
    if (first === last) numbers.holes.splice(index, 1);
    else if (n === first) hole.first += 1;
    else if (n === last) hole.last -= 1;
    else if (numbers.holes.length >= MAX_OPEN_HOLES) hole.filledEvents += 1;
    else numbers.holes.splice(index, 1, { ...hole, last: n - 1 }, { ...hole, first: n + 1, filledEvents: 0 });
  };

  const numbersOf = (project: string, producerId: string, n: number): Numbers => {
    const producers = byProject.get(project) ?? new Map<string, Numbers>();
    byProject.set(project, producers);
    const known = producers.get(producerId);
    if (known) {
      producers.delete(producerId); // put back at the end: the front is who was silent for the longest
    } else if (producers.size >= MAX_PRODUCERS) {
      producers.delete(producers.keys().next().value as string);
    }
    // where a producer is first heard of is no hole: it may have started long before this relay
    const numbers = known ?? { lowest: n, startSinceMs: now(), highest: n, holes: [], missingEvents: 0 };
    producers.set(producerId, numbers);
    return numbers;
  };

  function* all(): Iterable<{ readonly project: string; readonly producerId: string; readonly numbers: Numbers }> {
    for (const [project, producers] of byProject) {
      for (const [producerId, numbers] of producers) yield { project, producerId, numbers };
    }
  }

  return {
    hear(project, { id: producerId, n }) {
      const numbers = numbersOf(project, producerId, n);
      if (n > numbers.highest + 1) {
        const hole = { first: numbers.highest + 1, last: n - 1, filledEvents: 0, sinceMs: now() };
        const newest = numbers.holes.at(-1);
        if (numbers.holes.length < MAX_OPEN_HOLES || !newest) numbers.holes.push(hole);
        else {
          newest.filledEvents += hole.first - newest.last - 1; // told as one: no number is forgotten, none is made up
          newest.last = hole.last;
        }
      }
      if (n > numbers.highest) numbers.highest = n;
      else fill(numbers, n);
      if (n < numbers.lowest) numbers.lowest = n;
    },
    takeLateStarts(canTell = always) {
      const nowMs = now();
      const late: { project: string; producerId: string; firstNumber: number }[] = [];
      for (const { project, producerId, numbers } of all()) {
        if (numbers.startSinceMs === undefined || nowMs - numbers.startSinceMs < graceMs || !canTell(project)) continue;
        numbers.startSinceMs = undefined;
        if (numbers.lowest > FIRST_NUMBER) late.push({ project, producerId, firstNumber: numbers.lowest });
      }
      return late;
    },
    takeOverdue(canTell = always) {
      const nowMs = now();
      const overdue: (ProducerHole & { project: string })[] = [];
      for (const { project, producerId, numbers } of all()) {
        if (numbers.holes.length === 0 || !canTell(project)) continue;
        for (const { first, last, filledEvents, sinceMs } of numbers.holes) {
          if (nowMs - sinceMs < graceMs) continue;
          const holeEvents = Math.max(0, last - first + 1 - filledEvents); // a number that came twice was counted twice
          if (holeEvents === 0) continue;
          numbers.missingEvents = Math.min(Number.MAX_SAFE_INTEGER, numbers.missingEvents + holeEvents);
          overdue.push({ project, producerId, first, last, holeEvents, missingEvents: numbers.missingEvents });
        }
        numbers.holes = numbers.holes.filter(({ sinceMs }) => nowMs - sinceMs < graceMs);
      }
      return overdue;
    },
  };
}
