import type { MonitorEvent } from '../../model/event.ts';

/** The newest events of a log, bounded in number and bytes. Sequence numbers in it have no hole. */
export interface EventRing<T extends { readonly event: MonitorEvent; readonly sizeBytes: number }> {
  /** Newest sequence number. */
  readonly head: number;
  /** Oldest that is held; `head + 1` while it is empty. */
  readonly oldest: number;
  readonly sizeBytes: number;
  /** Its event must have the number after `head`. */
  push(item: T): void;
  at(seq: number): T | undefined;
  /** More bytes that an item of the ring came to hold. */
  grow(bytes: number): void;
  /** Empties it: the next event has the number after `head`. */
  reset(head: number): void;
}

export function createEventRing<T extends { readonly event: MonitorEvent; sizeBytes: number }>(
  maxEvents: number,
  maxBytes: number,
): EventRing<T> {
  let slots: (T | undefined)[] = [];
  let first = 0; // index in `slots` of the oldest
  let head = 0;
  let bytes = 0;
  const count = () => slots.length - first;

  const trim = () => {
    while (count() > maxEvents || (bytes > maxBytes && count() > 1)) {
      bytes -= slots[first]?.sizeBytes ?? 0;
      slots[first] = undefined;
      first += 1;
    }
    if (first > 1024 && first > slots.length / 2) {
      slots = slots.slice(first); // amortised: each event is moved once a halving
      first = 0;
    }
  };

  return {
    get head() {
      return head;
    },
    get oldest() {
      return head - count() + 1;
    },
    get sizeBytes() {
      return bytes;
    },
    push(item) {
      slots.push(item);
      head += 1;
      bytes += item.sizeBytes;
      trim();
    },
    at(seq) {
      return seq > head || seq <= head - count() ? undefined : slots[slots.length - 1 - (head - seq)];
    },
    grow(more) {
      bytes += more;
      trim();
    },
    reset(newHead) {
      slots = [];
      first = 0;
      head = newHead;
      bytes = 0;
    },
  };
}
