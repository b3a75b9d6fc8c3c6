import type { LogLine } from '../model/log.ts';
import { sizeOfDetail } from './sizeOf.ts';

const LINE_BYTES = 200;

/** Lines that left the newest ones while somebody reads older pages: they were too new to stand in a page. */
export interface LeftLogLines {
  /** In the order they left; those that left first stay. */
  readonly lines: readonly LogLine[];
  /** Lines that left after there was no more room. */
  readonly missedCount: number;
}

export const noLeftLines: LeftLogLines = { lines: [], missedCount: 0 };

/** The newest lines by time, bounded; each line once. The lists are replaced, never changed in place. */
export interface LogBuffer {
  readonly lines: readonly LogLine[];
  readonly left: LeftLogLines;
  readonly bytes: number;
  /** From now on what leaves is kept: the lines that are here now, and of those that come as many again as may be held. Counted. @returns release */
  hold(): () => void;
  /** @returns how many were let go */
  add(incoming: readonly LogLine[], limit: number): number;
  clear(): void;
}

const compare = (a: LogLine, b: LogLine) => a.atMs - b.atMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const sizeOfLine = (line: LogLine) => LINE_BYTES + sizeOfDetail(line.detail);

export function createLogBuffer(): LogBuffer {
  let lines: readonly LogLine[] = [];
  let ids = new Set<string>();
  let bytes = 0;
  let left = noLeftLines;
  let holders = 0;
  /** Lines that were here when the first holder came; those that came later and were kept are counted. */
  let early: ReadonlySet<string> = new Set();
  let laterKept = 0;

  const dropLeft = () => {
    for (const line of left.lines) bytes -= sizeOfLine(line);
    left = noLeftLines;
    early = new Set();
    laterKept = 0;
  };
  const letGo = (gone: readonly LogLine[], limit: number) => {
    const kept: LogLine[] = [];
    for (const line of gone) {
      ids.delete(line.id);
      if (holders > 0 && (early.has(line.id) || laterKept < limit)) {
        if (!early.has(line.id)) laterKept += 1;
        kept.push(line);
      } else bytes -= sizeOfLine(line);
    }
    if (holders > 0) {
      const missedCount = left.missedCount + gone.length - kept.length;
      left = { lines: [...left.lines, ...kept], missedCount };
    }
  };

  return {
    get lines() {
      return lines;
    },
    get left() {
      return left;
    },
    hold() {
      if (holders === 0) early = new Set(ids);
      holders += 1;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        holders -= 1;
        if (holders === 0) dropLeft();
      };
    },
    get bytes() {
      return bytes;
    },
    add(incoming, limit) {
      const next = [...lines];
      let isSorted = true;
      for (const line of incoming) {
        if (ids.has(line.id)) continue;
        ids.add(line.id);
        bytes += sizeOfLine(line);
        const last = next.at(-1);
        if (last && compare(last, line) > 0) isSorted = false;
        next.push(line);
      }
      if (next.length === lines.length && lines.length <= limit) return 0;
      if (!isSorted) next.sort(compare);
      const gone = next.splice(0, Math.max(0, next.length - limit));
      if (gone.length > 0) letGo(gone, limit);
      lines = next;
      return gone.length;
    },
    clear() {
      lines = [];
      ids = new Set();
      left = noLeftLines;
      early = new Set();
      laterKept = 0;
      bytes = 0;
    },
  };
}
