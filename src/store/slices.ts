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
