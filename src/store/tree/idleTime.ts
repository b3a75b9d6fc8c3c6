import type { Span } from '../../model/span.ts';

/** A stretch in which nothing worked, epoch ms. */
export interface IdleStretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface IdleTime {
  readonly stretches: readonly IdleStretch[];
  /** Share of the whole, in [0, 1]. */
  readonly share: number;
}

/** Time in slots: a stretch is found to a slot's width, and never claims a slot in which anything worked. */
const SLOTS = 2048;

/** Containers and people who decide are waiting, not working. */
const isWork = ({ kind, isPlaceholder }: Span) =>
  !isPlaceholder && kind !== 'agent' && kind !== 'task' && kind !== 'turn' && kind !== 'approval';

/**
 * Finds where a run did nothing for long: no model, no tool, only agents that wait, often for a person.
 * O(spans), without sorting.
 * @param leastShare - stretches shorter than this share of the whole are left as they are
 */
export function measureIdleTime(
  spans: readonly (Span | undefined)[],
  startMs: number,
  endMs: number,
  leastShare = 0.05,
): IdleTime {
  const width = (endMs - startMs) / SLOTS;
  if (!(width > 0)) return { stretches: [], share: 0 };
  const starts = new Int32Array(SLOTS + 1);
  const ends = new Int32Array(SLOTS + 1);
  const slotOf = (atMs: number) => Math.max(0, Math.min(SLOTS - 1, Math.floor((atMs - startMs) / width)));
  for (const span of spans) {
    if (span?.startedAtMs === undefined || !isWork(span)) continue;
    const isOpen = span.status === 'running' || span.status === 'waiting';
    const first = slotOf(span.startedAtMs);
    const last = slotOf(span.endedAtMs ?? (isOpen ? endMs : span.startedAtMs));
    starts[first] = (starts[first] as number) + 1;
    ends[Math.max(first, last)] = (ends[Math.max(first, last)] as number) + 1;
  }
  const stretches: IdleStretch[] = [];
  let working = 0;
  let from = -1;
  let idleSlots = 0;
  for (let slot = 0; slot <= SLOTS; slot += 1) {
    working += slot < SLOTS ? (starts[slot] as number) : 0;
    const isIdle = slot < SLOTS && working === 0;
    if (isIdle && from < 0) from = slot;
    if (!isIdle && from >= 0) {
      if (slot - from >= SLOTS * leastShare) {
        stretches.push({ fromMs: startMs + from * width, toMs: startMs + slot * width });
        idleSlots += slot - from;
      }
      from = -1;
    }
    if (slot < SLOTS) working -= ends[slot] as number;
  }
  return { stretches, share: idleSlots / SLOTS };
}
