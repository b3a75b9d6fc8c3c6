import type { InputIssue } from '../../model/errors.ts';
import type { NoTraceFile, TraceFileReader } from '../../model/traceFile.ts';
import { createMonitorStore } from '../../store/createMonitorStore.ts';
import type { MonitorStore, SpanPrices, StoreLimits } from '../../store/types.ts';

/** A file on its way to the screen. */
export type TraceFileState =
  | { readonly phase: 'idle' }
  | {
      readonly phase: 'reading';
      readonly name: string;
      readonly sizeBytes: number;
      readonly readBytes: number;
      readonly eventCount: number;
      readonly issueCount: number;
    }
  | {
      readonly phase: 'open';
      readonly name: string;
      readonly format: string;
      readonly eventCount: number;
      readonly issueCount: number;
      /** The first of them. */
      readonly issues: readonly InputIssue[];
      readonly wasParsedAtOnce: boolean;
      /** Holds what the file says, and nothing else. */
      readonly store: MonitorStore;
    }
  | { readonly phase: 'failed'; readonly name: string; readonly fault: NoTraceFile | { readonly kind: 'empty' } };

export interface TraceFileSource {
  /** Loaded when the first file comes, e.g. `async () => (await import('spanlight/adapters')).createTraceFileReader()`. */
  readonly loadReader: () => Promise<TraceFileReader>;
  /** Prices for calls that carry no cost, loaded beside the reader. Without them they stay unpriced. */
  readonly loadPrices?: (() => Promise<SpanPrices>) | undefined;
  /** Bounds of the store of a file. Default: a million spans. */
  readonly limits?: Partial<StoreLimits> | undefined;
}

const fileLimits: StoreLimits = {
  runs: 100_000,
  spans: 1_000_000,
  logLines: 50_000,
  loggedEvents: 2_000_000,
  queuedEvents: 200_000,
  bytes: 2 * 1024 * 1024 * 1024,
};
const ISSUES_KEPT = 100;
/** What may wait in the store before reading waits for it. */
const MOST_WAITING = 4000;

export interface TraceFileSession {
  readonly subscribe: (listener: () => void) => () => void;
  readonly read: () => TraceFileState;
  readonly open: (file: Blob & { readonly name?: string }, source: TraceFileSource) => Promise<void>;
  /** Stops the reading, or lets go of what is open. */
  readonly close: () => void;
}

/** Reads one file at a time into a store of its own; a newer file ends the older. */
export function createTraceFileSession(): TraceFileSession {
  const listeners = new Set<() => void>();
  let state: TraceFileState = { phase: 'idle' };
  let abort = new AbortController();
  const set = (next: TraceFileState) => {
    if (state.phase === 'open' && next.phase !== 'open') state.store.destroy();
    state = next;
    for (const listener of listeners) listener();
  };

  const open: TraceFileSession['open'] = async (file, { loadReader, loadPrices, limits }) => {
    abort.abort();
    abort = new AbortController();
    const { signal } = abort;
    const name = file.name ?? '';
    let store: MonitorStore | undefined;
    let eventCount = 0;
    let issueCount = 0;
    const issues: InputIssue[] = [];
    let format: string | undefined;
    let wasParsedAtOnce = false;
    set({ phase: 'reading', name, sizeBytes: file.size, readBytes: 0, eventCount, issueCount });
    try {
      const [reader, prices] = await Promise.all([loadReader(), loadPrices?.()]);
      store = createMonitorStore({ limits: { ...fileLimits, ...limits }, prices });
      for await (const part of reader.read(file, signal)) {
        signal.throwIfAborted();
        if (part.fault) {
          store.destroy();
          set({ phase: 'failed', name, fault: part.fault });
          return;
        }
        format = part.format ?? format;
        wasParsedAtOnce ||= part.wasParsedAtOnce === true;
        eventCount += part.events.length;
        issueCount += part.issues.length;
        issues.push(...part.issues.slice(0, ISSUES_KEPT - issues.length));
        store.ingest(part.events);
        await drain(store, eventCount - MOST_WAITING, signal);
        set({ phase: 'reading', name, sizeBytes: file.size, readBytes: part.readBytes, eventCount, issueCount });
      }
      await drain(store, eventCount, signal);
      if (eventCount === 0 || format === undefined) {
        store.destroy();
        set({ phase: 'failed', name, fault: { kind: 'empty' } });
        return;
      }
      set({ phase: 'open', name, format, eventCount, issueCount, issues, wasParsedAtOnce, store });
    } catch (cause) {
      store?.destroy();
      if (signal.aborted) return;
      set({ phase: 'failed', name, fault: { kind: 'unreadable' } });
      throw cause;
    }
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: () => state,
    open,
    close() {
      abort.abort();
      set({ phase: 'idle' });
    },
  };
}

/** Waits until the store, which works in slices of a frame, has taken in so many events. */
async function drain(store: MonitorStore, count: number, signal: AbortSignal): Promise<void> {
  const isDone = () => {
    const { acceptedEvents, rejectedEvents, unknownTypeEvents, droppedEvents } = store.getState().counters;
    return signal.aborted || acceptedEvents + rejectedEvents + unknownTypeEvents + droppedEvents >= count;
  };
  if (isDone()) return;
  await new Promise<void>((resolve) => {
    const settle = () => {
      if (!isDone()) return;
      stop();
      signal.removeEventListener('abort', settle);
      resolve();
    };
    const stop = store.subscribe(settle);
    signal.addEventListener('abort', settle);
  });
}
