import type { LiveFrame, LiveMark, RowsFrame } from '../../model/wire.ts';

/** What was received beside the log, as a hello says it: a relay that is asked again sends only what is new. */
export interface BesideMarks {
  read(): { readonly rows?: string | undefined; readonly live?: readonly LiveMark[] | undefined };
  onRows(frame: RowsFrame): void;
  onLive(frame: LiveFrame): void;
  clear(): void;
}

/** A hello is small: of more calls the text comes from its beginning. */
const MAX_MARKS = 8;

export function createBesideMarks(): BesideMarks {
  let rows: string | undefined;
  const marks = new Map<string, LiveMark>();
  return {
    read: () => ({ ...(rows !== undefined && { rows }), ...(marks.size > 0 && { live: [...marks.values()] }) }),
    onRows({ at }) {
      if (at !== undefined) rows = at;
    },
    onLive({ run, span, offset, text }) {
      const key = `${run} ${span}`;
      marks.delete(key);
      marks.set(key, { run, span, offset: offset + text.length });
      for (const oldest of marks.keys()) {
        if (marks.size <= MAX_MARKS) break;
        marks.delete(oldest);
      }
    },
    clear() {
      rows = undefined;
      marks.clear();
    },
  };
}
