import { type BatchFrame, type Cursor, formatCursor, type SnapFrame, type WelcomeFrame } from '../../model/wire.ts';

/**
 * Where we stand in the log, and what of the next frame is new. Source: wire rules 11, 12 and 15.
 * `'suspect'`: something is missing or wrong; ask again from the cursor.
 */
export interface CursorTracker {
  /** What a hello carries: everything up to here was delivered. */
  readonly cursor: Cursor | undefined;
  readonly epoch: string | undefined;
  readonly seq: number;
  /** A snapshot was announced and is not whole yet. */
  readonly isAwaitingSnapshot: boolean;
  /** @returns whether the log is another one than before */
  welcome(welcome: WelcomeFrame): boolean;
  /** @returns the part of the batch that is new */
  takeBatch(batch: BatchFrame): BatchFrame | 'duplicate' | 'suspect';
  takeSnapshot(snap: SnapFrame): 'part' | 'done' | 'suspect';
  /** Asks for a snapshot next time. */
  forgetCursor(): void;
  /** Another reader takes over: nothing is known any more. */
  reset(): void;
}

export function createCursorTracker(): CursorTracker {
  let epoch: string | undefined;
  /** `undefined`: nothing was delivered of this epoch. */
  let seq: number | undefined;
  let cursorEpoch: string | undefined;
  let isAwaitingSnapshot = false;
  /** The last part of the snapshot that is coming in. */
  let lastPart: SnapFrame | undefined;

  const moveTo = (next: number) => {
    seq = next;
    cursorEpoch = epoch;
  };

  return {
    get cursor() {
      return seq === undefined || cursorEpoch === undefined ? undefined : formatCursor(cursorEpoch, seq);
    },
    get epoch() {
      return epoch;
    },
    get seq() {
      return seq ?? 0;
    },
    get isAwaitingSnapshot() {
      return isAwaitingSnapshot;
    },
    welcome(welcome) {
      const isNewEpoch = epoch !== undefined && epoch !== welcome.epoch;
      epoch = welcome.epoch;
      isAwaitingSnapshot = welcome.resume === 'snapshot';
      lastPart = undefined;
      return isNewEpoch;
    },
    takeBatch(batch) {
      if (batch.epoch !== epoch || isAwaitingSnapshot) return 'suspect';
      if (cursorEpoch !== epoch || seq === undefined) moveTo(batch.from);
      const from = seq ?? batch.from;
      if (batch.from > from || !isRising(batch)) return 'suspect';
      if (batch.to <= from && batch.from < from) return 'duplicate';
      moveTo(batch.to);
      if (batch.from === from) return batch;
      return { ...batch, from, ev: batch.ev.filter((event) => (seqOf(event) ?? 0) > from) };
    },
    takeSnapshot(snap) {
      if (snap.epoch !== epoch) return 'suspect';
      const isNext = lastPart
        ? snap.part === lastPart.part + 1 && snap.parts === lastPart.parts && snap.at === lastPart.at
        : snap.part === 1;
      if (!isNext) return 'suspect';
      lastPart = snap;
      if (snap.part < snap.parts) return 'part';
      lastPart = undefined;
      // A snapshot of one topic says nothing of the others: the cursor stays.
      if (snap.scope === undefined) {
        moveTo(snap.at);
        isAwaitingSnapshot = false;
      }
      return 'done';
    },
    forgetCursor() {
      seq = undefined;
      cursorEpoch = undefined;
    },
    reset() {
      epoch = undefined;
      seq = undefined;
      cursorEpoch = undefined;
      isAwaitingSnapshot = false;
      lastPart = undefined;
    },
  };
}

const seqOf = (event: unknown): number | undefined => {
  const seq = (event as { seq?: unknown } | null | undefined)?.seq;
  return typeof seq === 'number' ? seq : undefined;
};

/** Numbers rise within `(from, to]`; what carries none is judged by the store. */
function isRising(batch: BatchFrame): boolean {
  let last = batch.from;
  for (const event of batch.ev as readonly unknown[]) {
    const seq = seqOf(event);
    if (seq === undefined) continue;
    if (seq <= last || seq > batch.to) return false;
    last = seq;
  }
  return true;
}
