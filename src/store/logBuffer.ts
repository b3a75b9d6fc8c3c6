import type { LogLine } from '../model/log.ts';
import { sizeOfDetail } from './sizeOf.ts';

const LINE_BYTES = 200;

/** The newest lines by time, bounded; each line once. The list is replaced, never changed in place. */
export interface LogBuffer {
  readonly lines: readonly LogLine[];
  readonly bytes: number;
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
  return {
    get lines() {
      return lines;
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
      for (const line of gone) {
        ids.delete(line.id);
        bytes -= sizeOfLine(line);
      }
      lines = next;
      return gone.length;
    },
    clear() {
      lines = [];
      ids = new Set();
      bytes = 0;
    },
  };
}
