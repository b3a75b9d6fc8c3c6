import { asRunId, type RunId } from '../../model/ids.ts';
import type { LiveFrame, Subscription } from '../../model/wire.ts';
import type { Redactor } from '../projection/redaction/createRedactor.ts';
import type { LiveBook } from './liveBook.ts';

/** Text of running model calls on its way to one reader: pulled from the shared book, so nothing is queued for it. */
export interface LiveFeed {
  /** Which runs the reader has open. */
  setSubs(subs: readonly Subscription[]): void;
  /** What a reader that comes back has already. */
  setMarks(marks: readonly { readonly run: string; readonly span: string; readonly offset: number }[]): void;
  /** The next piece that the reader does not have; `undefined` when it has all. */
  next(): LiveFrame | undefined;
}

/** One frame's text at most, characters. */
const PIECE = 16 * 1024;
const RUN_TOPIC = 'run:';

/** @param mayRead - asked for every piece: who must not read payloads gets nothing */
export function createLiveFeed(
  book: LiveBook,
  mayRead: (runId: RunId) => boolean,
  redactor: Pick<Redactor, 'hasRules' | 'maskLiveText'>,
): LiveFeed {
  let runIds: readonly RunId[] = [];
  /** Where the reader stands in each text. */
  let sent = new Map<string, number>();
  let seenVersion: number | undefined;

  return {
    setSubs(subs) {
      const next = subs.flatMap(({ sub }) => (sub.startsWith(RUN_TOPIC) ? [asRunId(sub.slice(RUN_TOPIC.length))] : []));
      const opened = new Set(next);
      // who closes a run and opens it again gets its text from the beginning
      sent = new Map([...sent].filter(([key]) => opened.has(asRunId(key.slice(0, key.indexOf('\u001f'))))));
      runIds = [...opened];
      seenVersion = undefined;
    },
    setMarks(marks) {
      for (const { run, span, offset } of marks) sent.set(`${run}\u001f${span}`, offset);
    },
    next() {
      const { version } = book;
      if (version === seenVersion || runIds.length === 0) return undefined;
      const alive = new Map<string, number>();
      let frame: LiveFrame | undefined;
      let isHeldBack = false;
      for (const runId of runIds) {
        if (!mayRead(runId)) {
          isHeldBack = true; // it may turn out to be in scope
          continue;
        }
        for (const { run, span, start, text: written, isSevered } of book.textsOf(runId)) {
          const isHidden = isSevered && redactor.hasRules;
          const text = isHidden ? '' : (redactor.maskLiveText(written) ?? '');
          const key = `${run}\u001f${span}`;
          const at = Math.max(sent.get(key) ?? start, start);
          const piece = frame ? '' : text.slice(at - start, at - start + PIECE);
          if (piece !== '') frame = { t: 'live', run, span, offset: at, text: piece };
          alive.set(key, at + piece.length);
        }
      }
      sent = alive;
      if (!frame && !isHeldBack) seenVersion = version;
      return frame;
    },
  };
}
