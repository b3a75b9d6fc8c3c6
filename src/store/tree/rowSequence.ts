import { inSlices } from '../slices.ts';
import { createRowBlock, type RowBlock, type RowStrip } from './rowBlock.ts';

/**
 * The rows of a tree as one sequence of brackets: each node opens and closes, what stands between is its subtree. The sequence
 * is cut into blocks of a few hundred entries that know what they add up to, so "which row is the k-th shown", "where does this
 * node stand", "how deep", "where is the next error" and inserts cost O(block + blocks), at any width and any depth and without
 * recursion. Moving a subtree moves its blocks; folding it touches its entries.
 * Source: square-root decomposition; a block is a leaf of a rope: Boehm, Atkinson, Plass, Software: Practice and Experience 25 (1995).
 */
export interface RowSequence {
  /** Makes the brackets of a node, in a sequence of their own until they are moved. */
  create(node: number): void;
  /** Sets what the opening bracket of a node counts for: a row or none, an error or none. */
  mark(node: number, isRow: boolean, isError: boolean): void;
  /** Sets what a node itself adds to the sums of {@link AMOUNTS}. */
  setAmounts(node: number, amounts: Amounts): void;
  /** Takes the node with all between its brackets out, into a sequence of its own. */
  detach(node: number): void;
  /** Puts a sequence of its own (a created or detached node) right after an entry; its rows are hidden `hiddenBy` times more. */
  insertAfter(entry: number, node: number, hiddenBy: number): void;
  /** Adds to the hiding of all that stands strictly between the brackets of a node. O(what stands between). */
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
  /** Sum over a node and all below it. */
  sumOf(node: number, amount: keyof Amounts): number;
  /** Do both stand in the same sequence? */
  areJoined(first: number, second: number): boolean;
  /**
   * Replaces everything by these entries, slice by slice: nothing may be asked before the end. `hiding` is told for each entry in
   * turn, `marks` ({@link IS_ROW}, {@link IS_ERROR}) and `amounts` ({@link writeAmounts}) for each node. O(entries).
   */
  build(entries: Int32Array, hiding: Int32Array, facts: RowFacts, stride: number): Generator<void>;
}

export interface RowFacts {
  readonly marks: Uint8Array;
  readonly amounts: Float64Array;
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

export const IS_ROW = 1;
export const IS_ERROR = 2;
/** It adds to the amounts: others are not looked at. */
export const HAS_AMOUNTS = 4;
export const openOf = (node: number): number => node * 2;
export const closeOf = (node: number): number => node * 2 + 1;

const NONE = -1;
/** Entries of a block at most, and when it is made. */
const MOST = 256;
const USUAL = 160;

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

export function createRowSequence(): RowSequence {
  /** By node. */
  let marks: Uint8Array = new Uint8Array(128);
  let own: Float64Array = new Float64Array(128 * AMOUNT_COUNT);
  /** By entry: how many collapsed ancestors it has; the number of its block. */
  let hides: Int32Array = new Int32Array(256);
  let places: Int32Array = new Int32Array(256);
  const blocks: (RowBlock | undefined)[] = [];
  const freeNumbers: number[] = [];
  let main: RowStrip = { blocks: [], summedTo: 0 };

  const reserve = (node: number) => {
    if (node < marks.length) return;
    const nodes = Math.max(node + 1, marks.length * 2);
    const grow = <T extends Uint8Array | Int32Array | Float64Array>(list: T, next: T): T => {
      next.set(list);
      return next;
    };
    marks = grow(marks, new Uint8Array(nodes));
    own = grow(own, new Float64Array(nodes * AMOUNT_COUNT));
    hides = grow(hides, new Int32Array(nodes * 2));
    places = grow(places, new Int32Array(nodes * 2));
  };
  const newBlock = (strip: RowStrip, entries: Int32Array, size: number): RowBlock => {
    const number = freeNumbers.pop() ?? blocks.length;
    const block = createRowBlock(number, strip, entries, size);
    blocks[number] = block;
    return block;
  };
  const claim = (block: RowBlock, from = 0) => {
    for (let at = from; at < block.size; at += 1) places[block.entries[at] as number] = block.number;
  };
  const sum = (block: RowBlock) => {
    const { entries, size, amounts } = block;
    let shown = 0;
    let depth = 0;
    let errors = 0;
    amounts.fill(0);
    for (let at = 0; at < size; at += 1) {
      const entry = entries[at] as number;
      const node = entry >> 1;
      const mark = marks[node] as number;
      if ((entry & 1) === 1) {
        depth -= mark & IS_ROW;
        continue;
      }
      if ((mark & IS_ROW) !== 0) {
        depth += 1;
        if (hides[entry] === 0) shown += 1;
      }
      if ((mark & IS_ERROR) !== 0) errors += 1;
      if ((mark & HAS_AMOUNTS) !== 0) addAmounts(amounts, node);
    }
    block.shown = shown;
    block.depth = depth;
    block.errors = errors;
    const { strip } = block;
    strip.summedTo = Math.min(strip.summedTo, block.index);
  };
  const addAmounts = (amounts: number[], node: number) => {
    for (let amount = 0; amount < AMOUNT_COUNT; amount += 1) {
      amounts[amount] = (amounts[amount] as number) + (own[node * AMOUNT_COUNT + amount] as number);
    }
  };
  /** Brings what stands before each block up to date. O(blocks after the first that changed). */
  const sumStrip = (strip: RowStrip) => {
    for (let at = strip.summedTo; at < strip.blocks.length; at += 1) {
      const block = strip.blocks[at] as RowBlock;
      const before = strip.blocks[at - 1];
      block.shownBefore = before ? before.shownBefore + before.shown : 0;
      block.depthBefore = before ? before.depthBefore + before.depth : 0;
      block.errorsBefore = before ? before.errorsBefore + before.errors : 0;
      for (let amount = 0; amount < AMOUNT_COUNT; amount += 1) {
        block.amountsBefore[amount] = before
          ? (before.amountsBefore[amount] as number) + (before.amounts[amount] as number)
          : 0;
      }
    }
    strip.summedTo = strip.blocks.length;
  };
  const blockOf = (entry: number): RowBlock => blocks[places[entry] as number] as RowBlock;
  const positionIn = ({ entries, size }: RowBlock, entry: number): number => {
    for (let at = 0; at < size; at += 1) if (entries[at] === entry) return at;
    return NONE;
  };
  /** Numbers the blocks of a strip anew from `from` on. */
  const renumber = (strip: RowStrip, from: number) => {
    for (let at = from; at < strip.blocks.length; at += 1) {
      const block = strip.blocks[at] as RowBlock;
      block.index = at;
      block.strip = strip;
    }
    strip.summedTo = Math.min(strip.summedTo, from);
  };
  const spliceBlocks = (strip: RowStrip, at: number, count: number, added: readonly RowBlock[]): RowBlock[] => {
    const removed = strip.blocks.splice(at, count, ...added);
    renumber(strip, at);
    return removed;
  };
  /** Cuts a block before a position; the rest becomes the next block. */
  const splitBlock = (block: RowBlock, at: number) => {
    if (at <= 0 || at >= block.size) return;
    const rest = newBlock(block.strip, block.entries.slice(at, block.size), block.size - at);
    block.size = at;
    claim(rest);
    spliceBlocks(block.strip, block.index + 1, 0, [rest]);
    sum(block);
    sum(rest);
  };
  /** Puts entries into a block that has room for them, or makes room. */
  const insertInto = (block: RowBlock, at: number, added: Int32Array, count: number) => {
    const needed = block.size + count;
    if (needed > block.entries.length) {
      const entries = new Int32Array(Math.min(MOST, Math.max(needed, block.entries.length * 2)));
      entries.set(block.entries.subarray(0, block.size));
      block.entries = entries;
    }
    block.entries.copyWithin(at + count, at, block.size);
    block.entries.set(added.subarray(0, count), at);
    block.size = needed;
    for (let moved = at; moved < at + count; moved += 1) places[block.entries[moved] as number] = block.number;
    sum(block);
  };
  const free = (block: RowBlock) => {
    blocks[block.number] = undefined;
    freeNumbers.push(block.number);
  };
  /** Small neighbours become one block again: cutting would else leave many. */
  const joinNext = (strip: RowStrip, at: number) => {
    const block = strip.blocks[at];
    const next = strip.blocks[at + 1];
    if (!block || !next || block.size + next.size > USUAL) return;
    insertInto(block, block.size, next.entries, next.size);
    spliceBlocks(strip, at + 1, 1, []);
    free(next);
  };
  /** Visits what stands from one entry to another, both included, block by block. */
  const eachBlock = (first: number, last: number, visit: (block: RowBlock, from: number, to: number) => void) => {
    const start = blockOf(first);
    const end = blockOf(last);
    for (let at = start.index; at <= end.index; at += 1) {
      const block = start.strip.blocks[at] as RowBlock;
      const from = block === start ? positionIn(block, first) : 0;
      const to = block === end ? positionIn(block, last) + 1 : block.size;
      visit(block, from, to);
    }
  };
  const hide = (block: RowBlock, from: number, to: number, delta: number) => {
    for (let at = from; at < to; at += 1) {
      const entry = block.entries[at] as number;
      hides[entry] = (hides[entry] as number) + delta;
    }
    if (from < to) sum(block);
  };
  /** First block whose count up to its end is over `index`. */
  const findBlock = (strip: RowStrip, index: number, endOf: (block: RowBlock) => number): RowBlock | undefined => {
    let low = 0;
    let high = strip.blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (endOf(strip.blocks[middle] as RowBlock) <= index) low = middle + 1;
      else high = middle;
    }
    return strip.blocks[low];
  };
  /** Sum over the entries of its block that stand before an entry. */
  const sumBefore = (entry: number, ofOne: (entry: number) => number): number => {
    const { entries } = blockOf(entry);
    let total = 0;
    for (let at = 0; entries[at] !== entry; at += 1) total += ofOne(entries[at] as number);
    return total;
  };
  const isShownRow = (entry: number) =>
    (entry & 1) === 0 && ((marks[entry >> 1] as number) & IS_ROW) !== 0 && hides[entry] === 0;
  const shownOne = (entry: number) => (isShownRow(entry) ? 1 : 0);
  const isErrorEntry = (entry: number) => (entry & 1) === 0 && ((marks[entry >> 1] as number) & IS_ERROR) !== 0;
  const errorOne = (entry: number) => (isErrorEntry(entry) ? 1 : 0);
  const depthOne = (entry: number) => ((entry & 1) === 0 ? 1 : -1) * ((marks[entry >> 1] as number) & IS_ROW);
  const nth = (block: RowBlock, index: number, isCounted: (entry: number) => boolean): number => {
    let left = index;
    for (let at = 0; at < block.size; at += 1) {
      const entry = block.entries[at] as number;
      if (!isCounted(entry)) continue;
      if (left === 0) return entry >> 1;
      left -= 1;
    }
    return NONE;
  };
  const summed = (entry: number): RowBlock => {
    const block = blockOf(entry);
    sumStrip(block.strip);
    return block;
  };
  const total = (last: RowBlock | undefined, of: (block: RowBlock) => number) => (last ? of(last) : 0);
  const amountBefore = (entry: number, amount: number): number =>
    (summed(entry).amountsBefore[amount] as number) +
    sumBefore(entry, (before) => ((before & 1) === 0 ? (own[(before >> 1) * AMOUNT_COUNT + amount] as number) : 0));

  return {
    create(node) {
      reserve(node);
      marks[node] = 0;
      own.fill(0, node * AMOUNT_COUNT, (node + 1) * AMOUNT_COUNT);
      hides[openOf(node)] = 0;
      hides[closeOf(node)] = 0;
      const strip: RowStrip = { blocks: [], summedTo: 0 };
      const block = newBlock(strip, new Int32Array([openOf(node), closeOf(node)]), 2);
      strip.blocks.push(block);
      claim(block);
      if (node === 0) main = strip;
    },
    mark(node, isRow, isError) {
      const known = marks[node] as number;
      const next = (known & HAS_AMOUNTS) | (isRow ? IS_ROW : 0) | (isError ? IS_ERROR : 0);
      if (next === known) return;
      marks[node] = next;
      sum(blockOf(openOf(node)));
      sum(blockOf(closeOf(node)));
    },
    setAmounts(node, amounts) {
      if (!writeAmounts(own, node, amounts)) return;
      marks[node] = (marks[node] as number) | HAS_AMOUNTS;
      sum(blockOf(openOf(node)));
    },
    detach(node) {
      const open = openOf(node);
      const close = closeOf(node);
      const first = blockOf(open);
      const { strip } = first;
      const hidden = hides[open] as number;
      const own: RowStrip = { blocks: [], summedTo: 0 };
      if (first === blockOf(close)) {
        const from = positionIn(first, open);
        const to = positionIn(first, close) + 1;
        const taken = newBlock(own, first.entries.slice(from, to), to - from);
        own.blocks.push(taken);
        claim(taken);
        first.entries.copyWithin(from, to, first.size);
        first.size -= to - from;
        if (first.size === 0) {
          spliceBlocks(strip, first.index, 1, []);
          free(first);
        } else sum(first);
      } else {
        splitBlock(first, positionIn(first, open));
        const last = blockOf(close);
        splitBlock(last, positionIn(last, close) + 1);
        const from = blockOf(open).index;
        own.blocks = spliceBlocks(strip, from, blockOf(close).index - from + 1, []);
        joinNext(strip, from - 1);
      }
      renumber(own, 0);
      for (const block of own.blocks) hide(block, 0, hidden === 0 ? 0 : block.size, -hidden);
      if (own.blocks.length === 1) sum(own.blocks[0] as RowBlock);
    },
    insertAfter(entry, node, hiddenBy) {
      const own = blockOf(openOf(node)).strip;
      if (hiddenBy !== 0) for (const block of own.blocks) hide(block, 0, block.size, hiddenBy);
      let target = blockOf(entry);
      let at = positionIn(target, entry) + 1;
      const only = own.blocks.length === 1 ? own.blocks[0] : undefined;
      if (only && only.size <= MOST / 2) {
        if (target.size + only.size > MOST) {
          splitBlock(target, target.size >> 1);
          target = blockOf(entry);
          at = positionIn(target, entry) + 1;
        }
        insertInto(target, at, only.entries, only.size);
        free(only);
        return;
      }
      splitBlock(target, at);
      spliceBlocks(target.strip, target.index + 1, 0, own.blocks);
      joinNext(target.strip, target.index + own.blocks.length);
      joinNext(target.strip, target.index);
    },
    hideContent(node, delta) {
      eachBlock(openOf(node), closeOf(node), (block, from, to) => {
        const isFirst = block.entries[from] === openOf(node);
        const isLast = block.entries[to - 1] === closeOf(node);
        hide(block, from + (isFirst ? 1 : 0), to - (isLast ? 1 : 0), delta);
      });
    },
    hiddenBy: (node) => hides[openOf(node)] as number,
    shownCount() {
      sumStrip(main);
      return total(main.blocks.at(-1), (last) => last.shownBefore + last.shown);
    },
    shownAt(index) {
      sumStrip(main);
      const block = index < 0 ? undefined : findBlock(main, index, (one) => one.shownBefore + one.shown);
      return block ? nth(block, index - block.shownBefore, isShownRow) : NONE;
    },
    shownBefore: (node) => summed(openOf(node)).shownBefore + sumBefore(openOf(node), shownOne),
    isShown: (node) => blockOf(openOf(node)).strip === main && isShownRow(openOf(node)),
    levelOf: (node) =>
      summed(openOf(node)).depthBefore + sumBefore(openOf(node), depthOne) + ((marks[node] as number) & IS_ROW),
    errorCount() {
      sumStrip(main);
      return total(main.blocks.at(-1), (last) => last.errorsBefore + last.errors);
    },
    errorsBefore: (node) => summed(openOf(node)).errorsBefore + sumBefore(openOf(node), errorOne),
    errorAt(index) {
      sumStrip(main);
      const block = index < 0 ? undefined : findBlock(main, index, (one) => one.errorsBefore + one.errors);
      return block ? nth(block, index - block.errorsBefore, isErrorEntry) : NONE;
    },
    sumOf(node, name) {
      const amount = AMOUNTS.indexOf(name);
      return amountBefore(closeOf(node), amount) - amountBefore(openOf(node), amount);
    },
    areJoined: (first, second) => blockOf(openOf(first)).strip === blockOf(openOf(second)).strip,
    *build(entries, hiding, facts, stride) {
      const nodes = facts.marks.length;
      marks = facts.marks.slice(); // its own: the caller may go on with them
      own = facts.amounts.slice();
      hides = new Int32Array(nodes * 2);
      places = new Int32Array(nodes * 2);
      blocks.length = 0;
      freeNumbers.length = 0;
      main = { blocks: [], summedTo: 0 };
      for (let at = 0; at < entries.length; at += 1) hides[entries[at] as number] = hiding[at] as number;
      const blockCount = Math.ceil(entries.length / USUAL);
      yield* inSlices(0, blockCount, Math.max(1, Math.ceil(stride / USUAL)), (first, last) => {
        for (let index = first; index < last; index += 1) {
          const from = index * USUAL;
          const size = Math.min(USUAL, entries.length - from);
          const block = newBlock(main, entries.slice(from, from + size), size);
          block.index = index;
          main.blocks.push(block);
          claim(block);
          sum(block);
        }
      });
    },
  };
}
