import type { LogLine } from '../../model/log.ts';
import type { Gap } from '../../store/types.ts';

/** Lines of one second that are shown at most. */
const MAX_PER_SEC = 200;

export type LogItem =
  | { readonly kind: 'line'; readonly key: string; readonly line: LogLine }
  /** Events that will not come, lines among them. */
  | { readonly kind: 'gap'; readonly key: string; readonly gap: Gap }
  /** So many lines came and went while older pages were read. */
  | { readonly kind: 'missed'; readonly key: 'missed'; readonly count: number; readonly atMs: number }
  /** So many lines of a second are left out. */
  | { readonly kind: 'sampled'; readonly key: string; readonly count: number; readonly atMs: number };

/** Nobody reads a thousand lines a second: of such a second warnings and errors stay, and every so-manieth of the rest. O(lines) */
export function sampleFlood(lines: readonly LogLine[]): readonly LogItem[] {
  const items: LogItem[] = [];
  for (let from = 0; from < lines.length; ) {
    const second = secondOf(lines[from]);
    let to = from + 1;
    while (to < lines.length && secondOf(lines[to]) === second) to += 1;
    takeSecond(lines, from, to, items);
    from = to;
  }
  return items;
}

function takeSecond(lines: readonly LogLine[], from: number, to: number, items: LogItem[]): void {
  const count = to - from;
  const every = Math.ceil(count / MAX_PER_SEC);
  let left = 0;
  for (let at = from; at < to; at += 1) {
    const line = lines[at] as LogLine;
    const isGrave = line.level === 'warn' || line.level === 'error';
    if (every === 1 || isGrave || (at - from) % every === 0) items.push({ kind: 'line', key: line.id, line });
    else left += 1;
  }
  const [first, last] = [lines[from], lines[to - 1]];
  if (left > 0 && first && last) {
    items.push({ kind: 'sampled', key: `sampled ${first.id}`, count: left, atMs: last.atMs });
  }
}

const secondOf = (line: LogLine | undefined): number => Math.floor((line?.atMs ?? 0) / 1000);
