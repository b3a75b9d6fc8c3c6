import type { ReadParts } from '../../store/slices.ts';

/** What all that reads in parts may take of the page at a time. */
const BUDGET_MS = 5;

const waiting: (() => void)[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/** Parts run one after another, each asks for the next, until their time is over. */
function work(): void {
  const end = performance.now() + BUDGET_MS;
  try {
    for (let read = waiting.shift(); read; read = performance.now() < end ? waiting.shift() : undefined) read();
  } finally {
    timer = undefined;
    ask();
  }
}

function ask(): void {
  if (waiting.length > 0) timer ??= setTimeout(work);
}

/** Large runs are read in small parts, a few milliseconds at a time, for the whole page; in between it has its frames. */
export const readParts: ReadParts = {
  spans: 250,
  atOnce: 1_000,
  next(read) {
    waiting.push(read);
    ask();
    return () => {
      const at = waiting.indexOf(read);
      if (at >= 0) waiting.splice(at, 1);
    };
  },
};
