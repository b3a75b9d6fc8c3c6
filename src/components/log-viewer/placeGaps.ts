import type { Gap } from '../../store/types.ts';
import type { LogItem } from './sampleFlood.ts';

/**
 * Puts each gap between the lines that stand around it, by its end. One before the first line is left out: what is missing there is older
 * than what is shown. O(items + gaps)
 */
export function placeGaps(items: readonly LogItem[], gaps: readonly Gap[]): readonly LogItem[] {
  const [first] = items;
  if (!first) return items;
  const placed = gaps.filter(({ toMs }) => toMs > atMsOf(first)).sort((left, right) => left.toMs - right.toMs);
  if (placed.length === 0) return items;
  const all: LogItem[] = [];
  let next = 0;
  const putUntil = (atMs: number) => {
    for (let gap = placed[next]; gap && gap.toMs <= atMs; gap = placed[next]) {
      all.push({ kind: 'gap', key: `gap ${gap.id}`, gap });
      next += 1;
    }
  };
  for (const item of items) {
    putUntil(atMsOf(item));
    all.push(item);
  }
  putUntil(Number.POSITIVE_INFINITY);
  return all;
}

/** When it was: of a gap its end. */
export const atMsOf = (item: LogItem): number =>
  item.kind === 'line' ? item.line.atMs : item.kind === 'gap' ? item.gap.toMs : item.atMs;
