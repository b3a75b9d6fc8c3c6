import { createMonitorStore, type FrameScheduler, type MonitorStore, type Topic } from 'spanlight/store';
import type { SessionTimes } from '../../../src/transport/session/sessionTimes.ts';
import { type ReaderWire, wireKinds } from './wires.ts';

export interface StoreReader {
  readonly store: MonitorStore;
  readonly wire: ReaderWire;
  /** Where in the log it stands. */
  readonly seq: number;
  readonly phase: string;
  /** Gaps that it was told of. */
  readonly gaps: readonly { readonly why: string; readonly missingEvents?: number | undefined }[];
  /** The page came back to life. */
  wake(): void;
  close(): void;
}

export interface StoreReaderOptions {
  readonly url: string;
  readonly token: string | (() => string);
  readonly wire: ReaderWire;
  readonly topics?: readonly Topic[];
  readonly times?: Partial<SessionTimes>;
  readonly random?: () => number;
  /** Where many readers share one process: ms between two long polls, and between two flushes of a store. Default 100, and 60 Hz. */
  readonly leisure?: { readonly pauseMs: number; readonly flushMs: number } | undefined;
}

/** Flushes less often than a screen would show. */
function createLazyScheduler(flushMs: number): FrameScheduler {
  let timer: NodeJS.Timeout | undefined;
  return {
    request(flush) {
      timer ??= setTimeout(() => {
        timer = undefined;
        flush();
      }, flushMs);
    },
    cancel() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/** A whole client without a page: transport, session, store. */
export function openStoreReader(options: StoreReaderOptions): StoreReader {
  const { wire, url, token, times, topics, random, leisure } = options;
  const wakers = new Set<() => void>();
  const transport = wireKinds[wire]({
    url,
    getToken: () => (typeof token === 'string' ? token : token()),
    page: {
      subscribe(listener) {
        wakers.add(listener);
        return () => wakers.delete(listener);
      },
    },
    ...(times && { times }),
    ...(random && { random }),
    ...(leisure && { pauseMs: leisure.pauseMs }),
  });
  const scheduler = leisure && createLazyScheduler(leisure.flushMs);
  const store = createMonitorStore({ transport, ...(topics && { topics }), ...(scheduler && { scheduler }) });
  store.connect();
  return {
    store,
    wire,
    get seq() {
      return Number(store.getState().cursor?.split('.')[1] ?? 0);
    },
    get phase() {
      return store.getState().connection.phase;
    },
    get gaps() {
      return store.getState().gaps;
    },
    wake() {
      for (const waker of wakers) waker();
    },
    close() {
      store.destroy();
    },
  };
}
