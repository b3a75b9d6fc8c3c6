import { AMOUNT_COUNT, type Amounts, HAS_AMOUNTS, IS_ERROR, IS_ROW, writeAmounts } from './rowSequence.ts';
import type { Node } from './treeTable.ts';

/** What the nodes of a tree that is made anew count for, as {@link RowSequence.build} takes it. */
export interface LoadedFacts {
  readonly marks: Uint8Array;
  readonly amounts: Float64Array;
  add(node: Node, isHidden: boolean, isError: boolean, amounts: Amounts | undefined): void;
}

export function createLoadedFacts(size: number): LoadedFacts {
  let marks = new Uint8Array(size);
  let amounts = new Float64Array(size * AMOUNT_COUNT);
  return {
    get marks() {
      return marks;
    },
    get amounts() {
      return amounts;
    },
    add(node, isHidden, isError, own) {
      if (node >= marks.length) {
        const room = Math.max(node + 1, marks.length * 2);
        const nextMarks = new Uint8Array(room);
        nextMarks.set(marks);
        marks = nextMarks;
        const nextAmounts = new Float64Array(room * AMOUNT_COUNT);
        nextAmounts.set(amounts);
        amounts = nextAmounts;
      }
      marks[node] = (isHidden ? 0 : IS_ROW) | (isError ? IS_ERROR : 0) | (own ? HAS_AMOUNTS : 0);
      if (own) writeAmounts(amounts, node, own);
    },
  };
}
