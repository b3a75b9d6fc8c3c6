import type { EventType } from '../model/event.ts';
import { classOf } from '../model/event.ts';

/** An event as it waits: already text, because the objects it was made from change. */
export interface QueuedEvent {
  readonly id: string;
  readonly type: EventType;
  /** The event without its content, a JSON object. */
  readonly head: string;
  /** Its content as JSON members, `"detail":{…}`; the first thing to go. */
  readonly content?: string | undefined;
}

export interface QueueLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/** A bounded line of events, oldest first. Nothing in it waits or throws. */
export interface EventQueue {
  readonly size: number;
  readonly sizeBytes: number;
  /** Events that were let go, lifecycle events and class B together. */
  readonly droppedEvents: number;
  /** Events that went on without their content. */
  readonly droppedDetails: number;
  push(event: QueuedEvent): void;
  /** What waits, oldest first. O(n). */
  list(): QueuedEvent[];
  /** Takes the oldest out, as many as fit; at least one, if there is one. */
  take(maxEvents: number, maxBytes: number): QueuedEvent[];
}

export const bytesOf = (event: QueuedEvent): number =>
  Buffer.byteLength(event.head) + (event.content === undefined ? 0 : Buffer.byteLength(event.content) + 1);

interface Entry {
  event: QueuedEvent;
  bytes: number;
}

/**
 * When it is full, content goes first, oldest first; then events of class B; then the oldest event of all (wire rule 25).
 * Every loss is counted. O(1) amortised an event.
 */
export function createEventQueue(limits: QueueLimits): EventQueue {
  let entries: (Entry | undefined)[] = [];
  let first = 0; // entries before it are gone
  let size = 0;
  let sizeBytes = 0;
  let droppedEvents = 0;
  let droppedDetails = 0;
  // Both only move forward: what stands before them has no content, or is not of class B.
  let detailCursor = 0;
  let classBCursor = 0;

  const isOver = () => size > limits.maxEvents || sizeBytes > limits.maxBytes;

  function remove(index: number): void {
    const entry = entries[index];
    if (!entry) return;
    entries[index] = undefined;
    size -= 1;
    sizeBytes -= entry.bytes;
  }

  function shedDetails(): void {
    for (; sizeBytes > limits.maxBytes && detailCursor < entries.length; detailCursor += 1) {
      const entry = entries[detailCursor];
      if (entry?.event.content === undefined) continue;
      const { content: _content, ...event } = entry.event;
      const bytes = bytesOf(event);
      sizeBytes += bytes - entry.bytes;
      entries[detailCursor] = { event, bytes };
      droppedDetails += 1;
    }
  }

  function shedClassB(): void {
    for (; isOver() && classBCursor < entries.length; classBCursor += 1) {
      const entry = entries[classBCursor];
      if (!entry || classOf(entry.event.type) !== 'B') continue;
      remove(classBCursor);
      droppedEvents += 1;
    }
  }

  function shedOldest(): void {
    for (; isOver() && first < entries.length; first += 1) {
      if (!entries[first]) continue;
      remove(first);
      droppedEvents += 1;
    }
  }

  /** Gives the front of the array back once most of it is gone. */
  function compact(): void {
    if (first < 1024 || first * 2 < entries.length) return;
    entries = entries.slice(first);
    detailCursor = Math.max(0, detailCursor - first);
    classBCursor = Math.max(0, classBCursor - first);
    first = 0;
  }

  return {
    get size() {
      return size;
    },
    get sizeBytes() {
      return sizeBytes;
    },
    get droppedEvents() {
      return droppedEvents;
    },
    get droppedDetails() {
      return droppedDetails;
    },
    push(event) {
      const bytes = bytesOf(event);
      entries.push({ event, bytes });
      size += 1;
      sizeBytes += bytes;
      if (!isOver()) return;
      shedDetails();
      shedClassB();
      shedOldest();
      compact();
    },
    list: () => entries.slice(first).flatMap((entry) => (entry ? [entry.event] : [])),
    take(maxEvents, maxBytes) {
      const taken: QueuedEvent[] = [];
      let bytes = 0;
      for (; first < entries.length && taken.length < maxEvents; first += 1) {
        const entry = entries[first];
        if (!entry) continue;
        if (taken.length > 0 && bytes + entry.bytes > maxBytes) break;
        bytes += entry.bytes + 1;
        taken.push(entry.event);
        remove(first);
      }
      compact();
      return taken;
    },
  };
}
