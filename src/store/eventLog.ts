import { sizeOfDetail } from './sizeOf.ts';
import type { LoggedEvent } from './types.ts';

/** Bytes of an event without its content, as measured on typical ones. */
const EVENT_BYTES = 320;

/** The last events in the order they came: a bounded queue, dropping from the front. */
export interface EventLog {
  readonly size: number;
  readonly bytes: number;
  push(entry: LoggedEvent): void;
  /** Lets the oldest go. @returns how many went */
  dropOldest(count: number): number;
  read(): readonly LoggedEvent[];
  clear(): void;
}

const sizeOfLogged = (entry: LoggedEvent): number => EVENT_BYTES + sizeOfDetail(entry.event.detail);

export function createEventLog(): EventLog {
  let entries: (LoggedEvent | undefined)[] = [];
  let first = 0;
  let bytes = 0;
  return {
    get size() {
      return entries.length - first;
    },
    get bytes() {
      return bytes;
    },
    push(entry) {
      entries.push(entry);
      bytes += sizeOfLogged(entry);
    },
    dropOldest(count) {
      const end = Math.min(entries.length, first + count);
      const dropped = end - first;
      for (; first < end; first += 1) {
        const entry = entries[first];
        if (entry) bytes -= sizeOfLogged(entry);
        entries[first] = undefined;
      }
      if (first * 2 > entries.length) {
        entries = entries.slice(first);
        first = 0;
      }
      return dropped;
    },
    read: () => entries.slice(first) as LoggedEvent[],
    clear() {
      entries = [];
      first = 0;
      bytes = 0;
    },
  };
}
