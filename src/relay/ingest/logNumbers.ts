import type { MonitorEvent } from '../../model/event.ts';
import type { FanOut, News } from '../fan-out/FanOut.ts';
import type { RunLog } from '../run-log/RunLog.ts';

export interface LogNumbersOptions {
  readonly log: RunLog;
  readonly fanOut: FanOut;
  readonly hear: (project: string, prod: NonNullable<MonitorEvent['prod']>) => void;
}

/**
 * The numbers of producers that this process did not take in itself: of before it started, and of other relays on the same log.
 * Without them every restart, and every producer whose posts reach several relays, would look like a hole.
 */
export interface LogNumbers {
  /** Hears the log's newest events before the first one of a project is taken in. */
  prime(project: string): Promise<void>;
  /** Hears what other relays stored. */
  catchUp(): Promise<void>;
  /** Everything that is stored was heard: what is missing now is missing. */
  isCaughtUp(project: string): boolean;
  /** The log was empty when it was first looked at: whoever does not begin at the beginning has lost something. */
  isFromStart(project: string): boolean;
  close(): void;
}

/** Newest events that tell where the producers stood. */
const PRIMED_EVENTS = 5000;
const PAGE_EVENTS = 1000;
/** Events of others that one catching up reads, a project. */
const MOST_EVENTS = 20_000;

interface Place {
  readonly epoch: string;
  readonly isFromStart: boolean;
  heardTo: number;
  isCaughtUp: boolean;
}

export function createLogNumbers({ log, fanOut, hear }: LogNumbersOptions): LogNumbers {
  const places = new Map<string, Place>();
  const priming = new Map<string, Promise<void>>();

  const hearAll = (project: string, events: readonly MonitorEvent[]) => {
    for (const { prod, type } of events) {
      if (prod && type !== 'producer.gap') hear(project, prod); // a gap carries the last number that is missing
    }
  };

  const readTo = async (project: string, from: number, to: number): Promise<number> => {
    let at = from;
    while (at < to) {
      const events = await log.read(project, at, to, PAGE_EVENTS);
      const last = events.at(-1)?.seq;
      if (last === undefined) return to; // the log let go of them
      hearAll(project, events);
      at = last;
    }
    return at;
  };

  const primeNow = async (project: string) => {
    const { epoch, head, oldest } = await log.head(project);
    await readTo(project, Math.max(oldest - 1, head - PRIMED_EVENTS), head);
    places.set(project, { epoch, isFromStart: head === 0, heardTo: head, isCaughtUp: true });
  };

  const take = ({ project, epoch, from, to, events }: News) => {
    const place = places.get(project);
    if (!place || place.epoch !== epoch || to <= place.heardTo) return;
    if (from === place.heardTo && events) {
      hearAll(project, events);
      place.heardTo = to;
    } else {
      place.isCaughtUp = false;
    }
  };
  const unsubscribe = fanOut.isShared ? fanOut.subscribe(take) : () => {};

  return {
    prime(project) {
      const known = priming.get(project);
      if (known) return known;
      const primed = primeNow(project);
      priming.set(project, primed);
      primed.catch(() => priming.delete(project)); // the next one tries again
      return primed;
    },
    async catchUp() {
      if (!fanOut.isShared) return;
      for (const [project, place] of places) {
        const { epoch, head } = await log.head(project);
        if (epoch !== place.epoch) {
          places.set(project, { epoch, isFromStart: false, heardTo: head, isCaughtUp: true });
          continue;
        }
        const to = Math.min(head, place.heardTo + MOST_EVENTS);
        const heardTo = await readTo(project, place.heardTo, to);
        place.heardTo = Math.max(place.heardTo, heardTo);
        place.isCaughtUp = place.heardTo >= head;
      }
    },
    isCaughtUp: (project) => places.get(project)?.isCaughtUp ?? true,
    isFromStart: (project) => places.get(project)?.isFromStart ?? false,
    close: unsubscribe,
  };
}
