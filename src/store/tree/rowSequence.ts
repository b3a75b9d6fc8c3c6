/**
 * The rows of a tree as one sequence of brackets: each node opens and closes, what stands between is its subtree. A treap with
 * sums over that sequence answers "which row is the k-th shown", "where does this node stand", "how deep", "where is the next
 * error" and takes inserts, moves, collapses, all in O(log n) expected, at any width and any depth and without recursion
 * over the tree.
 *
 * An entry is shown while no collapsed ancestor hides it: collapsing adds 1 to `hide` over a range, and each treap node knows
 * the least `hide` below it and how many rows have it, so the rows with `hide` 0 are counted without visiting them.
 * Source of that trick: Bentley's union of rectangles (1977); the treap: Seidel, Aragon, Algorithmica 16 (1996).
 */
export interface RowSequence {
  /** Makes the brackets of a node, in a sequence of their own until they are moved. */
  create(node: number): void;
  /** Sets what the opening bracket of a node counts for: a row or none, an error or none. */
  mark(node: number, isRow: boolean, isError: boolean): void;
  /** Takes the node with all between its brackets out, into a sequence of its own. */
  detach(node: number): void;
  /** Puts a sequence of its own (a created or detached node) right after an entry; its rows are hidden `hiddenBy` times more. */
  insertAfter(entry: number, node: number, hiddenBy: number): void;
  /** Adds to the hiding of all that stands strictly between the brackets of a node. */
  hideContent(node: number, delta: number): void;
  /** How often the node is hidden by what encloses it. */
  hiddenBy(node: number): number;
  /** Rows shown in the main sequence, the one of node 0. */
  shownCount(): number;
  /** Node of the k-th shown row, from 0; -1 when there is none. */
  shownAt(index: number): number;
  /** Shown rows before the node: its index where it is itself shown. */
  shownBefore(node: number): number;
  isShown(node: number): boolean;
  /** Rows that enclose the node, and itself where it is a row: its level, from 1. */
  levelOf(node: number): number;
  errorCount(): number;
  /** Errors before the node, hidden ones included. */
  errorsBefore(node: number): number;
  /** Node of the k-th error, from 0; -1 when there is none. */
  errorAt(index: number): number;
  /** Sets what a node itself adds to the sums of {@link AMOUNTS}. */
  setAmounts(node: number, amounts: Amounts): void;
  /** Sum over a node and all below it. */
  sumOf(node: number, amount: keyof Amounts): number;
  /** Do both stand in the same sequence? */
  areJoined(first: number, second: number): boolean;
  /**
   * Replaces everything by these entries. `hiding` is told for each entry, `marks` ({@link IS_ROW}, {@link IS_ERROR}) and
   * `amounts` ({@link writeAmounts}) for each node. O(entries).
   */
  build(entries: Int32Array, hiding: Int32Array, marks: Uint8Array, amounts: Float64Array): void;
}

/** What is added up over subtrees. */
export interface Amounts {
  readonly costNanoUsd: number;
  /** Cost that turns report: what counts where no call below them has its own. */
  readonly turnCostNanoUsd: number;
  /** Calls whose cost is not known. */
  readonly unpricedCalls: number;
}
const AMOUNTS = ['costNanoUsd', 'turnCostNanoUsd', 'unpricedCalls'] as const satisfies readonly (keyof Amounts)[];
export const AMOUNT_COUNT = AMOUNTS.length;

/** @returns whether anything changed */
export function writeAmounts(list: Float64Array, node: number, amounts: Amounts): boolean {
  let isChanged = false;
  for (let amount = 0; amount < AMOUNT_COUNT; amount += 1) {
    const at = node * AMOUNT_COUNT + amount;
    const value = amounts[AMOUNTS[amount] as keyof Amounts];
    if (list[at] !== value) isChanged = true;
    list[at] = value;
  }
  return isChanged;
}

export const IS_ROW = 1;
export const IS_ERROR = 2;
export const openOf = (node: number): number => node * 2;
export const closeOf = (node: number): number => node * 2 + 1;

const NONE = -1;

/** Spreads the entries as if by chance, the same way in every run. Source: the finaliser of MurmurHash3. */
function priorityOf(entry: number): number {
  let hash = Math.imul(entry + 1, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Fields of an entry, laid side by side in one array: an entry's facts stay in one cache line. */
const LEFT = 0;
const RIGHT = 1;
const PARENT = 2;
/** Own hiding, all pending sums of enclosing treap nodes left out. */
const HIDE = 3;
/** To be added to all below, not to itself. */
const PENDING = 4;
const LEAST = 5;
const LEAST_ROWS = 6;
/** 1 = a row, 0 = a bracket that is no row. */
const ROW = 7;
const DEPTH_SUM = 8;
const ERROR = 9;
const ERROR_SUM = 10;
const PRIORITY = 11;
const WIDTH = 12;

export function createRowSequence(capacity = 256): RowSequence {
  let data = new Int32Array(capacity * 2 * WIDTH);
  let own = new Float64Array(capacity * AMOUNT_COUNT);
  let sums = new Float64Array(capacity * 2 * AMOUNT_COUNT);
  let main = NONE;

  const reserve = (node: number) => {
    const needed = (node + 1) * 2 * WIDTH;
    if (needed <= data.length) return;
    const next = new Int32Array(Math.max(needed, data.length * 2));
    next.set(data);
    data = next;
    const nodes = next.length / (2 * WIDTH);
    const nextOwn = new Float64Array(nodes * AMOUNT_COUNT);
    nextOwn.set(own);
    own = nextOwn;
    const nextSums = new Float64Array(nodes * 2 * AMOUNT_COUNT);
    nextSums.set(sums);
    sums = nextSums;
  };
  const get = (entry: number, field: number): number => data[entry * WIDTH + field] as number;
  const set = (entry: number, field: number, value: number): void => {
    data[entry * WIDTH + field] = value;
  };
  /** Opening brackets of rows go one level down, closing ones up. */
  const depthOf = (entry: number) => ((entry & 1) === 0 ? get(entry, ROW) : -get(entry - 1, ROW));

  const pull = (entry: number): void => {
    const left = get(entry, LEFT);
    const right = get(entry, RIGHT);
    const pending = get(entry, PENDING);
    let least = get(entry, HIDE);
    let rows = (entry & 1) === 0 ? get(entry, ROW) : 0;
    let depth = depthOf(entry);
    let errors = get(entry, ERROR);
    for (let side = 0; side < 2; side += 1) {
      const child = side === 0 ? left : right;
      if (child === NONE) continue;
      const childLeast = get(child, LEAST) + pending;
      if (childLeast < least) {
        least = childLeast;
        rows = get(child, LEAST_ROWS);
      } else if (childLeast === least) rows += get(child, LEAST_ROWS);
      depth += get(child, DEPTH_SUM);
      errors += get(child, ERROR_SUM);
    }
    set(entry, LEAST, least);
    set(entry, LEAST_ROWS, rows);
    set(entry, DEPTH_SUM, depth);
    set(entry, ERROR_SUM, errors);
    const isOpen = (entry & 1) === 0;
    for (let amount = 0; amount < AMOUNT_COUNT; amount += 1) {
      let sum = isOpen ? (own[(entry >> 1) * AMOUNT_COUNT + amount] as number) : 0;
      if (left !== NONE) sum += sums[left * AMOUNT_COUNT + amount] as number;
      if (right !== NONE) sum += sums[right * AMOUNT_COUNT + amount] as number;
      sums[entry * AMOUNT_COUNT + amount] = sum;
    }
  };
  const hideAll = (entry: number, delta: number): void => {
    set(entry, HIDE, get(entry, HIDE) + delta);
    set(entry, PENDING, get(entry, PENDING) + delta);
    set(entry, LEAST, get(entry, LEAST) + delta);
  };
  const push = (entry: number): void => {
    const pending = get(entry, PENDING);
    if (pending === 0) return;
    const left = get(entry, LEFT);
    const right = get(entry, RIGHT);
    if (left !== NONE) hideAll(left, pending);
    if (right !== NONE) hideAll(right, pending);
    set(entry, PENDING, 0);
  };
  const path: number[] = [];
  /** Pushes everything pending from the root down to the entry. @returns the root */
  const pushDownTo = (entry: number): number => {
    path.length = 0;
    let at = entry;
    for (let up = get(at, PARENT); up !== NONE; up = get(up, PARENT)) {
      path.push(up);
      at = up;
    }
    for (let index = path.length - 1; index >= 0; index -= 1) push(path[index] as number);
    push(entry);
    return at;
  };
  const rootOf = (entry: number): number => {
    let at = entry;
    for (let up = get(at, PARENT); up !== NONE; up = get(up, PARENT)) at = up;
    return at;
  };
  const link = (entry: number, side: number, child: number): void => {
    set(entry, side, child);
    if (child !== NONE) set(child, PARENT, entry);
  };
  const merge = (first: number, second: number): number => {
    if (first === NONE) return second;
    if (second === NONE) return first;
    if (get(first, PRIORITY) >>> 0 >= get(second, PRIORITY) >>> 0) {
      push(first);
      link(first, RIGHT, merge(get(first, RIGHT), second));
      pull(first);
      return first;
    }
    push(second);
    link(second, LEFT, merge(first, get(second, LEFT)));
    pull(second);
    return second;
  };
  let splitLeft = NONE;
  let splitRight = NONE;
  /** Cuts a sequence right after (or before) an entry; the halves are left in `splitLeft` and `splitRight`. */
  const split = (entry: number, isAfter: boolean): void => {
    pushDownTo(entry);
    let up = get(entry, PARENT);
    let from = entry;
    let left: number;
    let right: number;
    if (isAfter) {
      left = entry;
      right = get(entry, RIGHT);
      set(entry, RIGHT, NONE);
    } else {
      left = get(entry, LEFT);
      right = entry;
      set(entry, LEFT, NONE);
    }
    pull(entry);
    while (up !== NONE) {
      const next = get(up, PARENT);
      if (get(up, RIGHT) === from) {
        link(up, RIGHT, left);
        left = up;
      } else {
        link(up, LEFT, right);
        right = up;
      }
      pull(up);
      from = up;
      up = next;
    }
    if (left !== NONE) set(left, PARENT, NONE);
    if (right !== NONE) set(right, PARENT, NONE);
    splitLeft = left;
    splitRight = right;
  };
  const join = (first: number, second: number): number => {
    const root = merge(first, second);
    if (root !== NONE) set(root, PARENT, NONE);
    return root;
  };
  const shownIn = (entry: number): number => (entry !== NONE && get(entry, LEAST) === 0 ? get(entry, LEAST_ROWS) : 0);
  const isShownRow = (entry: number) => (entry & 1) === 0 && get(entry, ROW) === 1 && get(entry, HIDE) === 0;
  const errorsIn = (entry: number): number => (entry === NONE ? 0 : get(entry, ERROR_SUM));
  const depthIn = (entry: number): number => (entry === NONE ? 0 : get(entry, DEPTH_SUM));
  /** Sum over all that stands before an entry. */
  const sumBefore = (entry: number, inTree: (entry: number) => number, ofOne: (entry: number) => number): number => {
    let sum = inTree(get(entry, LEFT));
    let from = entry;
    for (let up = get(entry, PARENT); up !== NONE; up = get(up, PARENT)) {
      if (get(up, RIGHT) === from) sum += inTree(get(up, LEFT)) + ofOne(up);
      from = up;
    }
    return sum;
  };
  const shownOne = (entry: number) => (isShownRow(entry) ? 1 : 0);
  const errorOne = (entry: number) => get(entry, ERROR);
  const clear = (entry: number, priority: number): void => {
    set(entry, LEFT, NONE);
    set(entry, RIGHT, NONE);
    set(entry, PARENT, NONE);
    set(entry, HIDE, 0);
    set(entry, PENDING, 0);
    set(entry, PRIORITY, priority | 0);
  };

  return {
    create(node) {
      reserve(node);
      own.fill(0, node * AMOUNT_COUNT, (node + 1) * AMOUNT_COUNT);
      for (let side = 0; side < 2; side += 1) {
        const entry = openOf(node) + side;
        clear(entry, priorityOf(entry));
        set(entry, ROW, 0);
        set(entry, ERROR, 0);
      }
      pull(openOf(node));
      pull(closeOf(node));
      const root = join(openOf(node), closeOf(node));
      if (node === 0) main = root;
    },
    mark(node, isRow, isError) {
      const open = openOf(node);
      const row = isRow ? 1 : 0;
      const error = isError ? 1 : 0;
      if (get(open, ROW) === row && get(open, ERROR) === error) return;
      set(open, ROW, row);
      set(open, ERROR, error);
      for (let entry = open; entry !== NONE; entry = get(entry, PARENT)) pull(entry);
      for (let entry = closeOf(node); entry !== NONE; entry = get(entry, PARENT)) pull(entry);
    },
    detach(node) {
      const isMain = rootOf(openOf(node)) === main;
      split(openOf(node), false);
      const before = splitLeft;
      split(closeOf(node), true);
      const own = splitLeft;
      const rest = join(before, splitRight);
      if (isMain) main = rest;
      pushDownTo(openOf(node));
      const hidden = get(openOf(node), HIDE);
      if (hidden !== 0) hideAll(own, -hidden);
    },
    insertAfter(entry, node, hiddenBy) {
      const own = rootOf(openOf(node));
      if (hiddenBy !== 0) hideAll(own, hiddenBy);
      const isMain = rootOf(entry) === main;
      split(entry, true);
      const after = splitRight;
      const root = join(join(splitLeft, own), after);
      if (isMain) main = root;
    },
    hideContent(node, delta) {
      const isMain = rootOf(openOf(node)) === main;
      split(openOf(node), true);
      const before = splitLeft;
      split(closeOf(node), false);
      const content = splitLeft;
      const after = splitRight;
      if (content !== NONE) hideAll(content, delta);
      const root = join(join(before, content), after);
      if (isMain) main = root;
    },
    hiddenBy(node) {
      pushDownTo(openOf(node));
      return get(openOf(node), HIDE);
    },
    shownCount: () => shownIn(main),
    shownAt(index) {
      if (index < 0 || index >= shownIn(main)) return NONE;
      let left = index;
      let at = main;
      while (at !== NONE) {
        push(at);
        const before = shownIn(get(at, LEFT));
        if (left < before) at = get(at, LEFT);
        else {
          left -= before;
          const own = shownOne(at);
          if (left < own) return at >> 1;
          left -= own;
          at = get(at, RIGHT);
        }
      }
      return NONE;
    },
    shownBefore(node) {
      pushDownTo(openOf(node));
      return sumBefore(openOf(node), shownIn, shownOne);
    },
    isShown(node) {
      return pushDownTo(openOf(node)) === main && isShownRow(openOf(node));
    },
    levelOf: (node) => sumBefore(openOf(node), depthIn, depthOf) + get(openOf(node), ROW),
    errorCount: () => errorsIn(main),
    errorsBefore: (node) => sumBefore(openOf(node), errorsIn, errorOne),
    errorAt(index) {
      if (index < 0 || index >= errorsIn(main)) return NONE;
      let left = index;
      let at = main;
      while (at !== NONE) {
        const before = errorsIn(get(at, LEFT));
        if (left < before) at = get(at, LEFT);
        else {
          left -= before;
          if (left < get(at, ERROR)) return at >> 1;
          left -= get(at, ERROR);
          at = get(at, RIGHT);
        }
      }
      return NONE;
    },
    setAmounts(node, amounts) {
      reserve(node);
      if (!writeAmounts(own, node, amounts)) return;
      for (let entry = openOf(node); entry !== NONE; entry = get(entry, PARENT)) pull(entry);
    },
    sumOf(node, name) {
      const amount = AMOUNTS.indexOf(name);
      const inTree = (entry: number) => (entry === NONE ? 0 : (sums[entry * AMOUNT_COUNT + amount] as number));
      const ofOne = (entry: number) => ((entry & 1) === 0 ? (own[(entry >> 1) * AMOUNT_COUNT + amount] as number) : 0);
      return sumBefore(closeOf(node), inTree, ofOne) - sumBefore(openOf(node), inTree, ofOne);
    },
    areJoined: (first, second) => rootOf(openOf(first)) === rootOf(openOf(second)),
    build(entries, hiding, marks, amounts) {
      reserve(marks.length - 1);
      own.fill(0);
      own.set(amounts);
      // A Cartesian tree by priority: the right spine is the stack, each entry goes on and off it once.
      const spine: number[] = [];
      for (let index = 0; index < entries.length; index += 1) {
        const entry = entries[index] as number;
        const priority = priorityOf(entry);
        const mark = (entry & 1) === 0 ? (marks[entry >> 1] as number) : 0;
        clear(entry, priority);
        set(entry, HIDE, hiding[index] as number);
        set(entry, ROW, mark & IS_ROW);
        set(entry, ERROR, (mark & IS_ERROR) >> 1);
        let below = NONE;
        while (spine.length > 0 && get(spine[spine.length - 1] as number, PRIORITY) >>> 0 < priority) {
          below = spine.pop() as number;
          pull(below);
        }
        link(entry, LEFT, below);
        const top = spine[spine.length - 1];
        if (top !== undefined) link(top, RIGHT, entry);
        spine.push(entry);
      }
      for (let index = spine.length - 1; index >= 0; index -= 1) pull(spine[index] as number);
      main = spine[0] ?? NONE;
    },
  };
}
