import { createReadyFrame, type ReadyFrame } from './readyFrame.ts';
import type { PublishedRow, RowBook } from './rowBook.ts';
import type { RowFilter } from './rowFilter.ts';

/** One frame of rows, and where its reader stands after it. */
export interface RowsPiece {
  /** `undefined`: nothing that was asked for changed. */
  readonly frame: ReadyFrame | undefined;
  readonly order: number;
}

/** Makes frames of rows; readers who stand at the same place and asked for the same share one. */
export interface RowFrames {
  /** The rows published after `afterOrder`, of a state of the log from `afterSeq` on. */
  next(filter: RowFilter, afterOrder: number, afterSeq: number): RowsPiece;
}

/** Bytes of the rows in one frame, about. */
const FRAME_ROWS_BYTES = 48 * 1024;

export function createRowFrames(book: RowBook): RowFrames {
  const made = new Map<string, RowsPiece>();
  let madeAt = -1;

  const make = (filter: RowFilter, afterOrder: number, afterSeq: number): RowsPiece => {
    const runs: string[] = [];
    const buckets: string[] = [];
    let bytes = 0;
    let { order } = book;
    for (const row of book.rows()) {
      if (row.order <= afterOrder || row.seq < afterSeq || !matches(filter, row)) continue;
      ('facts' in row ? runs : buckets).push(row.text);
      bytes += row.text.length;
      if (bytes < FRAME_ROWS_BYTES) continue;
      ({ order } = row);
      break;
    }
    if (runs.length + buckets.length === 0) return { frame: undefined, order };
    const tail = buckets.length > 0 ? `,"buckets":[${buckets.join(',')}]` : '';
    const at = `${book.id}.${order}`;
    return { frame: createReadyFrame(`{"t":"rows","at":"${at}","runs":[${runs.join(',')}]${tail}}`), order };
  };

  return {
    next(filter, afterOrder, afterSeq) {
      if (madeAt !== book.order) {
        made.clear();
        madeAt = book.order;
      }
      const key = JSON.stringify([afterOrder, afterSeq, filter.key]);
      const known = made.get(key) ?? make(filter, afterOrder, afterSeq);
      made.set(key, known);
      return known;
    },
  };
}

const matches = (filter: RowFilter, row: PublishedRow): boolean =>
  'facts' in row ? filter.matchesRun(row.facts) : filter.matchesBucket(row.bucket);
