import { type Draft, shiftDraft } from './draft.ts';

/** Drafts of many runs, earliest first; what is sent at the same moment leaves in the order in which it came. O(log n). */
export interface DraftQueue {
  readonly size: number;
  readonly nextAtMs: number | undefined;
  push(draft: Draft): void;
  pop(): Draft | undefined;
  /** Everything that waits happens later: what waits is later than `fromMs`. O(1), and now and then O(n). */
  shift(fromMs: number, byMs: number): void;
}

interface Entry {
  readonly draft: Draft;
  readonly order: number;
  /** When it would be sent if no shift had ever been made. */
  readonly keyMs: number;
  /** Shifts that are in the draft already. */
  readonly shifts: number;
}

interface Shift {
  readonly fromMs: number;
  readonly byMs: number;
}

/** Shifts that wait to be done when a draft leaves; beyond it they are done to all. */
const MAX_SHIFTS = 100;

const isBefore = (left: Entry, right: Entry): boolean =>
  left.keyMs < right.keyMs || (left.keyMs === right.keyMs && left.order < right.order);

export function createDraftQueue(): DraftQueue {
  /** Binary heap: the children of `i` are `2i + 1` and `2i + 2`. */
  let heap: Entry[] = [];
  let lastOrder = 0;
  let shifts: Shift[] = [];
  let shiftedMs = 0;

  const draftOf = (entry: Entry): Draft => {
    let { draft } = entry;
    for (const { fromMs, byMs } of shifts.slice(entry.shifts)) draft = shiftDraft(draft, fromMs, byMs);
    return draft;
  };

  const at = (index: number) => heap[index] as Entry;
  const swap = (left: number, right: number) => {
    const entry = at(left);
    heap[left] = at(right);
    heap[right] = entry;
  };
  const sink = (index: number) => {
    let least = index;
    for (const child of [2 * index + 1, 2 * index + 2]) {
      if (child < heap.length && isBefore(at(child), at(least))) least = child;
    }
    if (least === index) return;
    swap(index, least);
    sink(least);
  };

  return {
    get size() {
      return heap.length;
    },
    get nextAtMs() {
      return heap[0] && heap[0].keyMs + shiftedMs;
    },
    push(draft) {
      lastOrder += 1;
      const entry = { draft, order: lastOrder, keyMs: draft.emitAtMs - shiftedMs, shifts: shifts.length };
      let index = heap.push(entry) - 1;
      for (let parent = (index - 1) >> 1; index > 0 && isBefore(at(index), at(parent)); parent = (index - 1) >> 1) {
        swap(index, parent);
        index = parent;
      }
    },
    pop() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first && draftOf(first);
      heap[0] = last;
      sink(0);
      return draftOf(first);
    },
    shift(fromMs, byMs) {
      shifts.push({ fromMs, byMs });
      shiftedMs += byMs;
      if (shifts.length < MAX_SHIFTS) return;
      heap = heap.map((entry) => ({ ...entry, draft: draftOf(entry), shifts: 0 }));
      shifts = [];
    },
  };
}
