import { classOf, type EventType } from '../model/event.ts';
import type { RunId } from '../model/ids.ts';

/** What a snapshot does to what is held. */
export type SnapshotMode = 'replace' | 'merge';

/** What waits for the next frames, in the order it came. */
export type Work =
  | {
      readonly kind: 'events';
      readonly events: readonly unknown[];
      readonly receivedAtMs: number;
      /** Shows only when all of it is in: a replay after a reconnect, a snapshot. */
      readonly isHeld: boolean;
    }
  | {
      readonly kind: 'snapshot';
      readonly events: readonly unknown[];
      readonly mode: SnapshotMode;
      readonly isFirst: boolean;
      readonly isLast: boolean;
      /** Runs that are let go before it is taken in. */
      readonly runIds: readonly RunId[];
      readonly isHeld: boolean;
    }
  | {
      readonly kind: 'rows';
      readonly rows: readonly unknown[];
      readonly buckets: readonly unknown[];
      readonly isHeld: boolean;
    };

/** Bounded by `limit` events: when it is full, class B (log lines, span updates) goes first and is counted. */
export interface WorkQueue {
  readonly size: number;
  /** The work to do next and how much of its events is done. */
  readonly head: Work | undefined;
  readonly done: number;
  push(work: Work): void;
  /** `count` more events of the head are done; a head that is done as a whole leaves. */
  advance(count: number): void;
  /** Lets class B of the waiting events go. @returns how many */
  dropClassB(): number;
  clear(): void;
}

const eventsOf = (work: Work): readonly unknown[] => (work.kind === 'rows' ? [] : work.events);

const isClassB = (event: unknown): boolean => {
  const type = (event as { type?: unknown } | null | undefined)?.type;
  return typeof type === 'string' && classOf(type as EventType) === 'B';
};

export function createWorkQueue(): WorkQueue {
  let works: Work[] = [];
  let first = 0;
  let done = 0;
  let size = 0;

  return {
    get size() {
      return size;
    },
    get head() {
      return works[first];
    },
    get done() {
      return done;
    },
    push(work) {
      works.push(work);
      size += eventsOf(work).length;
    },
    advance(count) {
      const work = works[first];
      if (!work) return;
      done += count;
      size -= count;
      if (done < eventsOf(work).length) return;
      first += 1;
      done = 0;
      // What is done must not be held: a batch can be as large as the run it brought.
      if (first === works.length || (first > 64 && first * 2 > works.length)) {
        works = works.slice(first);
        first = 0;
      }
    },
    dropClassB() {
      let dropped = 0;
      works = works.slice(first).map((work, index) => {
        if (work.kind !== 'events') return work;
        const waiting = index === 0 ? work.events.slice(done) : work.events;
        const kept = waiting.filter((event) => !isClassB(event));
        dropped += waiting.length - kept.length;
        return { ...work, events: kept };
      });
      if (works[0]?.kind === 'events') done = 0;
      first = 0;
      size -= dropped;
      return dropped;
    },
    clear() {
      works = [];
      first = 0;
      done = 0;
      size = 0;
    },
  };
}
