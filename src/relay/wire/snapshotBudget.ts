import type { ReadyFrame } from './readyFrame.ts';

/** A snapshot as frames, ready to send. */
export interface ReadySnapshot {
  /** The tail goes on from here. */
  readonly at: number;
  readonly frames: readonly ReadyFrame[];
}

/** What is held of snapshots for readers that take their time, over all projects. */
export interface SnapshotBudget {
  /** Runs a build when its turn has come. */
  build(make: () => Promise<ReadySnapshot>): Promise<ReadySnapshot>;
  /**
   * A reader holds a snapshot until it has sent it. What several hold counts once. When too much is held, who has held the
   * longest is let go.
   * @returns release
   */
  hold(snapshot: ReadySnapshot, letGo: () => void): () => void;
  readonly heldBytes: number;
  /** How long a reader that takes nothing may hold one, ms: the shorter, the more is held. Without bound while it is little. */
  readonly patienceMs: number;
}

export interface SnapshotBudgetOptions {
  /** At most. Default 256 MiB. */
  readonly maxBytes?: number | undefined;
  /** So much may be held for readers that take nothing. Default 16 MiB. */
  readonly easyBytes?: number | undefined;
  /** {@link SnapshotBudget.patienceMs} when just that much is held. */
  readonly stalledMs: number;
}

const MAX_HELD_BYTES = 256 * 1024 * 1024;
const EASY_HELD_BYTES = 16 * 1024 * 1024;
/** More at once are not ready any sooner, and each holds what it has so far. */
const BUILDS_AT_ONCE = 2;

export function createSnapshotBudget(options: SnapshotBudgetOptions): SnapshotBudget {
  const { maxBytes = MAX_HELD_BYTES, easyBytes = EASY_HELD_BYTES, stalledMs } = options;
  const holders = new Set<{ readonly snapshot: ReadySnapshot; readonly letGo: () => void }>();
  const holdersBySnapshot = new Map<ReadySnapshot, number>();
  const snapshotsByPiece = new Map<Buffer, number>();
  const waiting: (() => void)[] = [];
  let builds = 0;
  let heldBytes = 0;

  /** By piece of a frame: those of earlier snapshots are used again. */
  const countPiece = (piece: Buffer, change: 1 | -1) => {
    const before = snapshotsByPiece.get(piece) ?? 0;
    const after = before + change;
    if (after > 0) snapshotsByPiece.set(piece, after);
    else snapshotsByPiece.delete(piece);
    if (before === 0 || after === 0) heldBytes += change * piece.byteLength;
  };
  const count = (snapshot: ReadySnapshot, change: 1 | -1) => {
    const before = holdersBySnapshot.get(snapshot) ?? 0;
    const after = before + change;
    if (after > 0) holdersBySnapshot.set(snapshot, after);
    else holdersBySnapshot.delete(snapshot);
    if (before > 0 && after > 0) return;
    for (const { json } of snapshot.frames) for (const piece of json) countPiece(piece, change);
  };

  return {
    get heldBytes() {
      return heldBytes;
    },
    get patienceMs() {
      return heldBytes > easyBytes ? (stalledMs * easyBytes) / heldBytes : Number.POSITIVE_INFINITY;
    },
    async build(make) {
      if (builds >= BUILDS_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
      else builds += 1;
      try {
        return await make();
      } finally {
        const next = waiting.shift(); // takes over the place
        if (next) next();
        else builds -= 1;
      }
    },
    hold(snapshot, letGo) {
      const holder = { snapshot, letGo };
      const release = () => {
        if (holders.delete(holder)) count(snapshot, -1);
      };
      holders.add(holder);
      count(snapshot, 1);
      for (const oldest of holders) {
        if (heldBytes <= maxBytes || oldest === holder) break;
        oldest.letGo(); // which releases
        if (holders.delete(oldest)) count(oldest.snapshot, -1);
      }
      return release;
    },
  };
}
