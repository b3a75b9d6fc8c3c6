import type { LogLine } from '../../model/log.ts';

const isBefore = (left: LogLine, right: LogLine): boolean =>
  left.atMs < right.atMs || (left.atMs === right.atMs && left.id < right.id);

/**
 * Lines from the history before and among the live ones, each once, oldest first. The live one wins.
 * @param live - oldest first
 * @param older - in any order
 */
export function joinLines(live: readonly LogLine[], older: readonly LogLine[]): readonly LogLine[] {
  if (older.length === 0) return live;
  const liveIds = new Set(live.map(({ id }) => id));
  const rest = older.filter(({ id }) => !liveIds.has(id)).sort((left, right) => (isBefore(left, right) ? -1 : 1));
  const joined: LogLine[] = [];
  let at = 0;
  for (const line of live) {
    for (let next = rest[at]; next && isBefore(next, line); next = rest[at]) {
      joined.push(next);
      at += 1;
    }
    joined.push(line);
  }
  return [...joined, ...rest.slice(at)];
}
