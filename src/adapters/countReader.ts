import { asCount, isRecord, type LooseRecord } from './looseRecord.ts';

/** Where a count stands: its name, or the name of a record and the name in it. */
type Path = readonly [name: string] | readonly [record: string, name: string];

interface Hit<Count> {
  readonly count: Count;
  /** Number of the count, for the ranks. */
  readonly index: number;
  /** Of several places the one with the lowest rank counts. */
  readonly rank: number;
}

/** Reads counts by walking what a record says, and not all the names that it could say: most are few of many. */
export interface CountReader<Count extends string> {
  /** Writes each count that is found into `counts`. @returns whether there was one */
  read(record: LooseRecord, counts: Partial<Record<Count, number>>): boolean;
}

/** @param places - for each count where it may stand, best first */
export function createCountReader<Count extends string>(
  places: Readonly<Record<Count, readonly Path[]>>,
): CountReader<Count> {
  const names = Object.keys(places) as Count[];
  const outer = new Map<string, Hit<Count>>();
  const inner = new Map<string, Map<string, Hit<Count>>>();
  for (const [index, count] of names.entries()) {
    for (const [rank, [first, second]] of places[count].entries()) {
      const hit = { count, index, rank };
      if (second === undefined) outer.set(first, hit);
      else inner.set(first, (inner.get(first) ?? new Map<string, Hit<Count>>()).set(second, hit));
    }
  }
  const found = new Uint8Array(names.length);
  const NOTHING = 255;

  const take = (hit: Hit<Count>, value: unknown, counts: Partial<Record<Count, number>>): boolean => {
    if (hit.rank >= (found[hit.index] as number)) return false;
    const number = asCount(value);
    if (number === undefined) return false;
    found[hit.index] = hit.rank;
    counts[hit.count] = number;
    return true;
  };

  return {
    read(record, counts) {
      found.fill(NOTHING);
      let isAny = false;
      for (const name in record) {
        const hit = outer.get(name);
        if (hit) isAny = take(hit, record[name], counts) || isAny;
        const table = inner.get(name);
        if (!table) continue;
        const details = record[name];
        if (Array.isArray(details)) {
          for (const [part, place] of table) isAny = take(place, sumOf(details, part), counts) || isAny;
        } else if (isRecord(details)) {
          for (const part in details) {
            const place = table.get(part);
            if (place) isAny = take(place, details[part], counts) || isAny;
          }
        }
      }
      return isAny;
    },
  };
}

/** The SDK's own object keeps the details of each request that it adds up. */
function sumOf(details: readonly unknown[], key: string): number | undefined {
  let sum: number | undefined;
  for (const entry of details) {
    const count = isRecord(entry) ? asCount(entry[key]) : undefined;
    if (count !== undefined) sum = (sum ?? 0) + count;
  }
  return sum;
}
