import { type GapFrame, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION, parseCursor } from '../../model/wire.ts';
import type { LogHead } from '../run-log/RunLog.ts';

/** @returns the highest version both sides speak; `undefined` where there is none */
export function negotiateVersion([oldest, newest]: readonly [number, number]): number | undefined {
  const version = Math.min(newest, PROTOCOL_VERSION);
  return version >= Math.max(oldest, OLDEST_PROTOCOL_VERSION) ? version : undefined;
}

/** Where a reader begins. */
export type Start =
  | { readonly from: 'cursor'; readonly seq: number }
  /** With what its cursor stood for and can no longer be given. */
  | { readonly from: 'snapshot'; readonly lost: GapFrame | undefined };

/** @param cursor - of the hello; anything that is none counts as none */
export function startOf(cursor: string | undefined, { epoch, head, oldest }: LogHead): Start {
  const given = cursor === undefined ? undefined : parseCursor(cursor);
  if (!given) return { from: 'snapshot', lost: undefined };
  if (given.epoch !== epoch) return snapshotAfter({ t: 'gap', epoch, from: 0, to: 0, why: 'epoch' });
  if (given.seq > head) return snapshotAfter({ t: 'gap', epoch, from: head, to: head, why: 'store' });
  if (given.seq < oldest - 1) return snapshotAfter(retentionGap(epoch, given.seq, oldest));
  return { from: 'cursor', seq: given.seq };
}

/** The log has let go of what came after `seq`. */
export function retentionGap(epoch: string, seq: number, oldest: number): GapFrame {
  const to = Math.max(seq, oldest - 1);
  return { t: 'gap', epoch, from: seq, to, why: 'retention', n: to - seq };
}

const snapshotAfter = (lost: GapFrame): Start => ({ from: 'snapshot', lost });
