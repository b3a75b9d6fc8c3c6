import type { MonitorEvent } from '../../model/event.ts';
import type { Lens } from '../projection/createLens.ts';
import type { RunLog } from '../run-log/RunLog.ts';
import type { ReadyFrame } from './readyFrame.ts';
import { createRowBook, type RowBook } from './rowBook.ts';
import type { RowFilter } from './rowFilter.ts';
import { createRowFrames, type RowFrames, type RowsPiece } from './rowFrames.ts';

/** The rows of one project, for each class of readers that somebody reads. */
export interface RowStream {
  /** Moves on when rows were published, or all begin anew. */
  readonly version: number;
  take(event: MonitorEvent): void;
  /** Somebody reads rows. What it has by `since` is not sent again. */
  join(lens: Lens, since?: RowsSince): RowReader;
  /** The log began anew: everything is read again. */
  reset(): void;
  close(): void;
}

/** What a reader that comes back has. */
export interface RowsSince {
  /** Of the events: what changed since, and some before, is sent. */
  readonly cursorSeq: number;
  /** The mark of the last rows frame: exact, where the same book still stands. */
  readonly at?: string | undefined;
}

export interface RowReader {
  /** The next frame; `undefined` when there is none now. */
  next(filter: RowFilter): ReadyFrame | undefined;
  /** Begins anew, e.g. because it asks for other rows. */
  rewind(): void;
  leave(): void;
}

export interface RowStreamOptions {
  readonly project: string;
  readonly log: RunLog;
  /** Shortest time between two publishings of a row, ms. */
  readonly rowsMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly head: () => number;
  readonly onFault: (cause: unknown) => void;
  /** Rows were published. */
  readonly onPublished: () => void;
}

/** A book that nobody reads is kept this long, ms: somebody may only be reconnecting. */
const LINGER_MS = 60_000;
/** A row waits at most about this long for its turn; a reader who comes back gets what changed since its cursor less this, ms. */
const SLACK_MS = 60_000;
const MAX_SAMPLES = 2000;

interface View {
  readonly lens: Lens;
  /** News whose runs the lens has to be told of first. */
  unprepared: MonitorEvent[];
  readonly book: RowBook;
  readonly frames: RowFrames;
  readers: number;
  idleSinceMs: number;
}

export function createRowStream(options: RowStreamOptions): RowStream {
  const { project, log, now, onFault } = options;
  /** By the key of their lens. */
  const views = new Map<string, View>();
  /** Where the log stood when, oldest first. */
  let samples: { readonly seq: number; readonly atMs: number }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let generation = 0;
  let version = 0;

  const readFacts: Parameters<typeof createRowBook>[0]['readFacts'] = async (runId) =>
    (await log.snapshot(project, runId)).facts;

  const openView = (lens: Lens): View => {
    const book = createRowBook({
      readFacts,
      lens,
      now,
      head: options.head,
      onFault,
    });
    const made: View = {
      lens,
      unprepared: [],
      book,
      frames: createRowFrames(book),
      readers: 0,
      idleSinceMs: now(),
    };
    views.set(lens.key, made);
    book.open().then(publish, (cause: unknown) => {
      if (views.get(lens.key) === made) views.delete(lens.key); // the next look opens it again
      onFault(cause);
    });
    return made;
  };

  const takeFor = (view: View, event: MonitorEvent) => {
    const { lens, book, unprepared } = view;
    if (unprepared.length > 0) {
      unprepared.push(event);
      return;
    }
    if (!lens.isScoped || !lens.prepare([event.run])) book.take(event);
    else {
      unprepared.push(event);
      void prepareAll(view);
    }
  };

  /** In order: a scope may be judged only by what the log says of the run. */
  const prepareAll = async (view: View) => {
    const { lens, book, unprepared } = view;
    try {
      while (unprepared.length > 0 && views.get(lens.key) === view) {
        for (let wait = lens.prepare([unprepared[0]?.run]); wait; wait = lens.prepare([unprepared[0]?.run])) await wait;
        const event = unprepared.shift();
        if (event) book.take(event);
      }
    } catch (cause) {
      views.delete(lens.key); // its readers open it anew
      onFault(cause);
    }
  };

  const publish = () => {
    const nowMs = now();
    samples.push({ seq: options.head(), atMs: nowMs });
    if (samples.length > MAX_SAMPLES) samples = samples.slice(MAX_SAMPLES / 2);
    for (const [view, { book, readers, idleSinceMs }] of views) {
      if (readers === 0 && nowMs - idleSinceMs >= LINGER_MS) views.delete(view);
      else {
        const { order } = book;
        book.publish();
        if (book.order !== order) version += 1;
      }
    }
    options.onPublished();
    if (views.size === 0) stop();
  };

  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    samples = [];
  };

  /** Rows derived at or before it have reached whoever stands at the cursor. */
  const seqReached = (cursorSeq: number): number => {
    const at = samples.findLast(({ seq }) => seq <= cursorSeq);
    if (!at) return 0;
    return samples.findLast(({ atMs }) => atMs <= at.atMs - SLACK_MS)?.seq ?? 0;
  };

  return {
    get version() {
      return version;
    },
    take(event) {
      for (const view of views.values()) takeFor(view, event);
    },
    join(lens, since) {
      const view = lens.key;
      let own = views.get(view) ?? openView(lens);
      own.readers += 1;
      timer ??= setInterval(publish, options.rowsMs);
      let order = orderAt(own.book, since?.at);
      let afterSeq = since && order === 0 ? seqReached(since.cursorSeq) : 0;
      /** The first pass leaves out what has not changed; later ones send what was published since. */
      let firstPassTo = own.book.order;
      let seen = generation;
      return {
        next(filter) {
          if (seen !== generation || views.get(view) !== own) {
            seen = generation;
            own = views.get(view) ?? openView(lens);
            own.readers += 1;
            order = 0;
            afterSeq = 0;
          }
          if (!own.book.isReady || own.book.order <= order) return undefined;
          const piece: RowsPiece = own.frames.next(filter, order, order < firstPassTo ? afterSeq : 0);
          order = piece.order;
          return piece.frame;
        },
        rewind() {
          order = 0;
          afterSeq = 0;
          firstPassTo = 0;
        },
        leave() {
          if (views.get(view) !== own) return;
          own.readers -= 1;
          if (own.readers === 0) own.idleSinceMs = now();
        },
      };
    },
    reset() {
      generation += 1;
      version += 1;
      const kept = [...views.values()];
      views.clear();
      samples = [];
      for (const { lens, readers } of kept) if (readers > 0) openView(lens);
    },
    close() {
      views.clear();
      stop();
    },
  };
}

/** Where a mark stands in this book; 0 where it is of another. */
function orderAt(book: RowBook, at: string | undefined): number {
  const [id, order] = at?.split('.') ?? [];
  const number = Number(order);
  return id === book.id && Number.isSafeInteger(number) && number <= book.order ? number : 0;
}
