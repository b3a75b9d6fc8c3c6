import type { MonitorEvent } from '../../model/event.ts';
import type { RunId, SpanId } from '../../model/ids.ts';
import type { LiveText } from '../../model/wire.ts';
import type { Redactor } from '../projection/redaction/createRedactor.ts';

/** What one running model call has written, as far as it is held. */
export interface HeldText {
  readonly run: RunId;
  readonly span: SpanId;
  /** Characters of the whole text before `text`: the front was cut, or never came. */
  readonly start: number;
  readonly text: string;
  /** What stands before it is not known, or was cut within something to take out: the rules cannot judge it. */
  readonly isSevered: boolean;
}

/** Text of the running model calls of a project, so that who opens a run late sees what was written before. In memory only. */
export interface LiveBook {
  /** Grows with every change. */
  readonly version: number;
  take(texts: readonly LiveText[]): void;
  /** The end of a span or a run ends its text. */
  hear(event: MonitorEvent): void;
  textsOf(runId: RunId): Iterable<HeldText>;
  readonly heldCharacters: number;
  clear(): void;
}

export interface LiveBookOptions {
  /** Epoch ms. */
  readonly now: () => number;
  /** Where its rules forbid a cut. */
  readonly redactor: Pick<Redactor, 'hasRules' | 'cutLiveText'>;
  readonly maxCharactersPerSpan?: number | undefined;
  readonly maxCharacters?: number | undefined;
}

interface Entry extends HeldText {
  readonly atMs: number;
}

const MAX_CHARACTERS_PER_SPAN = 64 * 1024;
const MAX_CHARACTERS = 8 * 1024 * 1024;
const MAX_SPANS = 2000;
/** A call that writes nothing for this long is taken for dead, ms. */
const IDLE_MS = 5 * 60_000;
/** Calls that ended: what is late of them is let go. */
const MAX_ENDED = 5000;

export function createLiveBook({
  now,
  redactor,
  maxCharactersPerSpan = MAX_CHARACTERS_PER_SPAN,
  maxCharacters = MAX_CHARACTERS,
}: LiveBookOptions): LiveBook {
  /** Least lately written first. */
  const entries = new Map<string, Entry>();
  const keysByRun = new Map<RunId, Set<string>>();
  const ended = new Set<string>();
  let heldCharacters = 0;
  let version = 0;

  const keyOf = (run: RunId, span: SpanId) => `${run}\u001f${span}`;

  const drop = (key: string) => {
    const entry = entries.get(key);
    if (!entry) return;
    entries.delete(key);
    heldCharacters -= entry.text.length;
    const keys = keysByRun.get(entry.run);
    keys?.delete(key);
    if (keys?.size === 0) keysByRun.delete(entry.run);
    version += 1;
  };

  const end = (key: string) => {
    drop(key);
    ended.add(key);
    if (ended.size > MAX_ENDED) ended.delete(ended.values().next().value as string);
  };

  const cutOf = (text: string): number | undefined => {
    const least = text.length - maxCharactersPerSpan;
    if (least <= 0) return 0;
    // some more at once: the rules look through all of it
    return redactor.hasRules ? redactor.cutLiveText(text, least + Math.floor(maxCharactersPerSpan / 8)) : least;
  };

  const add = ({ run, span, offset, text }: LiveText) => {
    const key = keyOf(run, span);
    if (text === '' || ended.has(key)) return;
    const known = entries.get(key);
    const knownEnd = known ? known.start + known.text.length : offset;
    if (known && offset + text.length <= knownEnd) return; // said before
    // after a hole only what follows it is held: a text with a hole in it would read as if it were whole
    const isJoined = known !== undefined && offset <= knownEnd && offset >= known.start;
    const whole = isJoined ? known.text + text.slice(knownEnd - offset) : text;
    const cut = cutOf(whole);
    const kept = whole.slice(cut ?? -maxCharactersPerSpan);
    const start = (isJoined ? known.start : offset) + whole.length - kept.length;
    const isSevered = cut === undefined || (isJoined ? known.isSevered : offset > 0);
    drop(key);
    entries.set(key, { run, span, start, text: kept, isSevered, atMs: now() });
    heldCharacters += kept.length;
    const keys = keysByRun.get(run) ?? new Set();
    keysByRun.set(run, keys.add(key));
    version += 1;
  };

  const trim = () => {
    const idleBeforeMs = now() - IDLE_MS;
    for (const [key, entry] of entries) {
      if (entry.atMs > idleBeforeMs && heldCharacters <= maxCharacters && entries.size <= MAX_SPANS) break;
      drop(key);
    }
  };

  return {
    get version() {
      return version;
    },
    get heldCharacters() {
      return heldCharacters;
    },
    take(texts) {
      for (const text of texts) add(text);
      trim();
    },
    hear({ type, run, span }) {
      if (run === undefined) return;
      if (type === 'span.end' && span !== undefined) end(keyOf(run, span));
      else if (type === 'run.end' || type === 'run.fail') for (const key of keysByRun.get(run) ?? []) end(key);
    },
    *textsOf(runId) {
      for (const key of keysByRun.get(runId) ?? []) {
        const entry = entries.get(key);
        if (entry) yield entry;
      }
    },
    clear() {
      entries.clear();
      keysByRun.clear();
      ended.clear();
      heldCharacters = 0;
      version += 1;
    },
  };
}
