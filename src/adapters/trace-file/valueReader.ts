import type { InputIssue } from '../../model/errors.ts';
import type { NoTraceFile, TraceFilePart } from '../../model/traceFile.ts';
import { detectFormat } from '../detectFormat.ts';
import { isRecord } from '../looseRecord.ts';
import type { Adapter } from '../types.ts';
import { giveWay } from './giveWay.ts';

/** A part should hold the thread for about this long, ms: far below what is felt, so that a slow record is no harm. */
const PART_MS = 10;
const FIRST_PIECES = 16;
const MOST_PIECES = 2000;
/** Enough for an adapter to know its own. */
const LOOKED_AT = 50;

/** Reads values of one file piece by piece, in the format that the first of them are in. */
export interface ValueReader {
  readonly format: string | undefined;
  /** Decides the format. @returns why the file holds no trace */
  begin(sample: unknown): NoTraceFile | undefined;
  /**
   * In parts of some milliseconds; gives way after each.
   * @param place - how an issue names a piece by its number; `undefined`: it was told before
   */
  read(
    pieces: readonly unknown[],
    join: (pieces: readonly unknown[]) => unknown,
    readBytes: (done: number) => number,
    place?: (path: string, at: number) => string | undefined,
  ): AsyncGenerator<TraceFilePart>;
}

/** A line that names no trace: it belongs to the one before it. */
const isHostLine = (piece: unknown): boolean =>
  isRecord(piece) && typeof piece['event'] === 'string' && piece['item'] === undefined;

export function createValueReader(): ValueReader {
  let adapter: Adapter | undefined;
  let count = FIRST_PIECES;
  /** What a host line that begins a part belongs to; read twice it is one fact. */
  let carried: unknown;
  return {
    get format() {
      return adapter?.id;
    },
    begin(sample) {
      const found = detectFormat(Array.isArray(sample) ? sample.slice(0, LOOKED_AT) : sample);
      if (found.kind === 'trace') {
        ({ adapter } = found);
        return undefined;
      }
      return found.kind === 'unknown'
        ? { kind: 'unknown', tried: ['JSON', 'JSONL', ...found.tried] }
        : { kind: 'not-a-trace', what: found.shape.what };
    },
    async *read(pieces, join, readBytes, place = (path) => path) {
      if (!adapter) return;
      for (let at = 0; at < pieces.length; ) {
        const fromMs = performance.now();
        const to = Math.min(pieces.length, at + count);
        const some = pieces.slice(at, to);
        const isCarried = carried !== undefined && isHostLine(some[0]);
        const { events, issues: found } = adapter.read(join(isCarried ? [carried, ...some] : some));
        const issues = isCarried ? found.filter(({ path }) => !path.startsWith('[0]')) : found;
        const from = isCarried ? at - 1 : at;
        carried = some.findLast((piece) => !isHostLine(piece)) ?? carried;
        const named = issues.flatMap((issue): InputIssue[] => {
          const path = place(issue.path, from);
          return path === undefined ? [] : [{ ...issue, path }];
        });
        yield { format: adapter.id, events, issues: named, readBytes: readBytes(to / pieces.length) };
        const tookMs = Math.max(0.1, performance.now() - fromMs);
        count = Math.max(1, Math.min(MOST_PIECES, Math.round(count * Math.min(2, PART_MS / tookMs))));
        at = to;
        await giveWay();
      }
    },
  };
}
