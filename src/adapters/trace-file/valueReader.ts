import type { InputIssue } from '../../model/errors.ts';
import type { MonitorEvent } from '../../model/event.ts';
import type { NoTraceFile, TraceFilePart } from '../../model/traceFile.ts';
import { detectFormat } from '../detectFormat.ts';
import type { Adapter, PartReading } from '../types.ts';
import { giveWay } from './giveWay.ts';

/** A part should hold the thread for about this long, ms: far below what is felt, so that a slow record is no harm. */
const PART_MS = 10;
const FIRST_PIECES = 16;
const MOST_PIECES = 2000;
/** Events of the whole that are made before the clock is looked at. */
const STRIDE = 64;
/** Pieces that are enough for an adapter to know its own. */
export const LOOKED_AT = 50;

/** Reads values of one file piece by piece, in the format that the first of them are in. How it was cut changes nothing. */
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
  /** What only the whole tells, after the last piece. */
  end(readBytes: number): AsyncGenerator<TraceFilePart>;
}

export function createValueReader(): ValueReader {
  let adapter: Adapter | undefined;
  let reading: PartReading | undefined;
  let count = FIRST_PIECES;
  return {
    get format() {
      return adapter?.id;
    },
    begin(sample) {
      const found = detectFormat(Array.isArray(sample) ? sample.slice(0, LOOKED_AT) : sample);
      if (found.kind === 'trace') {
        ({ adapter } = found);
        reading = adapter.begin();
        return undefined;
      }
      return found.kind === 'unknown'
        ? { kind: 'unknown', tried: ['JSON', 'JSONL', ...found.tried] }
        : { kind: 'not-a-trace', what: found.shape.what };
    },
    async *read(pieces, join, readBytes, place = (path) => path) {
      if (!adapter || !reading) return;
      for (let at = 0; at < pieces.length; ) {
        const fromMs = performance.now();
        const to = Math.min(pieces.length, at + count);
        const { events, issues } = reading.read(join(pieces.slice(at, to)));
        const from = at;
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
    async *end(readBytes) {
      if (!adapter || !reading) return;
      const part = (events: readonly MonitorEvent[]) => ({ format: adapter?.id, events, issues: [], readBytes });
      let events: MonitorEvent[] = [];
      let untilMs = performance.now() + PART_MS;
      for (const event of reading.end()) {
        events.push(event);
        if (events.length % STRIDE !== 0 || performance.now() < untilMs) continue;
        yield part(events);
        events = [];
        await giveWay();
        untilMs = performance.now() + PART_MS;
      }
      if (events.length > 0) yield part(events);
    },
  };
}
