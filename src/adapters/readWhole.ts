import type { Adapter, PartReading, ReadOptions, ReadResult } from './types.ts';

/** Reads an input as the one part of itself, so that a whole and its parts cannot say different things. */
export function readWhole(reading: PartReading, raw: unknown): ReadResult {
  const { format, events, issues } = reading.read(raw);
  const last = [...reading.end()];
  return { format, events: last.length > 0 ? [...events, ...last] : events, issues };
}

/** Parts of a format whose records say all by themselves. */
export const readApart =
  (read: Adapter['read']) =>
  (options?: ReadOptions): PartReading => ({ read: (part) => read(part, options), end: () => [] });
