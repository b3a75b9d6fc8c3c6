import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';
import type { HistorySource } from '../types.ts';
import { codeOfFault } from './codeOfFault.ts';

/** How far a run that somebody opened is read from the history. */
export type OpenedRun =
  | { readonly state: 'loading' }
  | { readonly state: 'ready' }
  /** `code`: `history.not-found`, `history.unreachable`, … */
  | { readonly state: 'error'; readonly code: string };

/** Reads runs that are not held from the history while somebody has them open, and lets them go after. */
export interface RunOpener {
  readonly opened: ReadonlyMap<RunId, OpenedRun>;
  isOpen(runId: RunId): boolean;
  /** Counted. @returns close */
  readonly open: (runId: RunId) => () => void;
  /** Tries one that failed again. */
  readonly retry: (runId: RunId) => void;
  /** After a change of what is held: what came to life is followed, what a snapshot dropped is read again. */
  check(): void;
  /** Another identity: what was read is gone, what is open is read anew. */
  restart(): void;
  stop(): void;
}

export interface RunOpenerOptions {
  /** Another one after the scope changed. */
  readonly readSource: () => HistorySource | undefined;
  /** Whether the live side holds the run: then there is nothing to read, and the line brings what is new. */
  readonly isLive: (runId: RunId) => boolean;
  /** Whether anything is held of it at all. */
  readonly isHeld: (runId: RunId) => boolean;
  /** Asks the line for the run. @returns release */
  readonly follow: (runId: RunId) => () => void;
  readonly take: (facts: readonly MonitorEvent[]) => void;
  /** Nobody has it open any more, and only the history had brought it. */
  readonly letGo: (runId: RunId) => void;
  readonly onChange: () => void;
}

interface Entry {
  count: number;
  abort: AbortController | undefined;
  isFromHistory: boolean;
  unfollow: (() => void) | undefined;
  /** It was there, so when it is not, a snapshot took it. */
  wasHeld: boolean;
}

/** More may come of a run in these. */
const openStates: ReadonlySet<string> = new Set(['running', 'waiting']);

export function createRunOpener(options: RunOpenerOptions): RunOpener {
  const { readSource, isLive, isHeld, take, letGo, onChange } = options;
  const entries = new Map<RunId, Entry>();
  let opened: ReadonlyMap<RunId, OpenedRun> = new Map();

  const say = (runId: RunId, state: OpenedRun | undefined) => {
    const next = new Map(opened);
    if (state) next.set(runId, state);
    else next.delete(runId);
    opened = next;
    onChange();
  };

  const follow = (runId: RunId, entry: Entry) => {
    entry.unfollow ??= options.follow(runId);
  };

  const read = async (runId: RunId, entry: Entry, from: HistorySource) => {
    const abort = new AbortController();
    entry.abort = abort;
    entry.isFromHistory = true;
    say(runId, { state: 'loading' });
    try {
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
        const page = await from.loadRunFacts(runId, { cursor, signal: abort.signal });
        if (entry.abort !== abort) return;
        take(page.facts);
        cursor = page.next;
        if (openStates.has(page.run.status)) follow(runId, entry);
      }
      say(runId, { state: 'ready' });
    } catch (cause) {
      if (entry.abort !== abort) return;
      follow(runId, entry); // the line may know more
      say(runId, { state: 'error', code: codeOfFault(cause) });
    }
  };

  /** Not at once: a view that mounts twice in one go opens once, and what the line brings meanwhile needs no reading. */
  const start = (runId: RunId) =>
    queueMicrotask(() => {
      const entry = entries.get(runId);
      if (!entry || entry.abort) return;
      const source = readSource();
      if (!source || isLive(runId)) follow(runId, entry);
      else void read(runId, entry, source);
    });

  const close = (runId: RunId) => {
    const entry = entries.get(runId);
    if (!entry) return;
    entry.count -= 1;
    if (entry.count > 0) return;
    entries.delete(runId);
    entry.unfollow?.();
    entry.abort?.abort();
    entry.abort = undefined;
    if (!entry.isFromHistory) return;
    letGo(runId);
    say(runId, undefined);
  };

  return {
    get opened() {
      return opened;
    },
    isOpen: (runId) => entries.has(runId),
    open(runId) {
      const known = entries.get(runId);
      if (known) known.count += 1;
      else {
        entries.set(runId, { count: 1, abort: undefined, isFromHistory: false, unfollow: undefined, wasHeld: false });
        start(runId);
      }
      let isOpen = true;
      return () => {
        if (!isOpen) return;
        isOpen = false;
        // a view that leaves and one that comes in the same commit cancel out
        queueMicrotask(() => close(runId));
      };
    },
    retry(runId) {
      const entry = entries.get(runId);
      const source = readSource();
      if (entry && source && opened.get(runId)?.state === 'error') void read(runId, entry, source);
    },
    check() {
      const source = readSource();
      for (const [runId, entry] of entries) {
        if (isLive(runId)) follow(runId, entry);
        if (isHeld(runId)) entry.wasHeld = true;
        else if (source && entry.wasHeld && opened.get(runId)?.state !== 'loading') {
          entry.wasHeld = false;
          void read(runId, entry, source);
        }
      }
    },
    restart() {
      for (const [runId, entry] of entries) {
        entry.abort?.abort();
        entry.abort = undefined;
        if (entry.isFromHistory) letGo(runId);
        entry.isFromHistory = false;
        start(runId);
      }
      opened = new Map();
      onChange();
    },
    stop() {
      for (const entry of entries.values()) {
        entry.unfollow?.();
        entry.abort?.abort();
      }
      entries.clear();
    },
  };
}
