/** How a large amount is read: in parts, with the page's own work between them. */
export interface ReadParts {
  /** Spans in a part. */
  readonly spans: number;
  /** Spans that are read in one go at first: what is not larger is not read in parts. Default {@link spans}. */
  readonly atOnce?: number | undefined;
  /** Calls back when there is time for the next part. @returns cancel */
  readonly next: (read: () => void) => () => void;
}

/** Does work on a range of numbers slice by slice, and pauses between them. */
export function* inSlices(
  from: number,
  to: number,
  stride: number,
  work: (from: number, to: number) => void,
): Generator<void> {
  for (let at = from; at < to; ) {
    const end = Math.min(to, at + stride);
    work(at, end);
    at = end;
    if (at < to) yield;
  }
}

/** Sorts as `Array.sort` does, stride by stride. @returns a sorted copy */
export function* sortInSlices<T>(
  list: readonly T[],
  compare: (left: T, right: T) => number,
  stride: number,
): Generator<void, T[]> {
  const { length } = list;
  let from: T[] = [];
  for (let at = 0; at < length; at += stride) {
    for (const item of list.slice(at, at + stride).sort(compare)) from.push(item);
    yield;
  }
  for (let width = stride; width < length; width *= 2) {
    const to: T[] = [];
    for (let start = 0; start < length; start += width * 2) {
      const middle = Math.min(length, start + width);
      const end = Math.min(length, middle + width);
      let left = start;
      let right = middle;
      while (left < middle || right < end) {
        const isLeft = right === end || (left < middle && compare(from[left] as T, from[right] as T) <= 0);
        to.push(from[isLeft ? left++ : right++] as T);
        if (to.length % stride === 0) yield;
      }
    }
    from = to;
  }
  return from;
}

/** Works through all slices at once. */
export function runToEnd(slices: Generator<void>): void {
  while (!slices.next().done);
}

/** How far a reading is told: in tenths, so that not each part makes its readers render. */
export interface Progress {
  /** @returns `read`, or what was told last while less than a tenth of `total` came since */
  told(read: number, total: number): number;
}

export function createProgress(): Progress {
  let last = 0;
  return {
    told(read, total) {
      if (read < last || read - last >= total / 10) last = read;
      return last;
    },
  };
}
