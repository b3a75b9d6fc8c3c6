import { type Draft, shiftDraft } from './draft.ts';

/** Drafts of many runs, earliest first; what is sent at the same moment leaves in the order in which it came. O(log n). */
export interface DraftQueue {
  readonly size: number;
  readonly nextAtMs: number | undefined;
  push(draft: Draft): void;
  pop(): Draft | undefined;
  /** Everything that waits happens later. O(n). */
  shift(fromMs: number, byMs: number): void;
}

interface Entry {
  readonly draft: Draft;
  readonly order: number;
}

const isBefore = (left: Entry, right: Entry): boolean =>
  left.draft.emitAtMs < right.draft.emitAtMs ||
  (left.draft.emitAtMs === right.draft.emitAtMs && left.order < right.order);

export function createDraftQueue(): DraftQueue {
  /** Binary heap: the children of `i` are `2i + 1` and `2i + 2`. */
  let heap: Entry[] = [];
  let lastOrder = 0;

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
      return heap[0]?.draft.emitAtMs;
    },
    push(draft) {
      lastOrder += 1;
      let index = heap.push({ draft, order: lastOrder }) - 1;
      for (let parent = (index - 1) >> 1; index > 0 && isBefore(at(index), at(parent)); parent = (index - 1) >> 1) {
        swap(index, parent);
        index = parent;
      }
    },
    pop() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first?.draft;
      heap[0] = last;
      sink(0);
      return first.draft;
    },
    shift(fromMs, byMs) {
      heap = heap.map(({ draft, order }) => ({ draft: shiftDraft(draft, fromMs, byMs), order }));
    },
  };
}
