'use client';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { createTraceFileSession, type TraceFileSource, type TraceFileState } from './internals/traceFileSession.ts';

export interface TraceFileControl {
  readonly state: TraceFileState;
  /** Reads a file in place of the one before. */
  readonly open: (file: Blob & { readonly name?: string }) => void;
  /** Stops the reading, or lets go of the file. */
  readonly close: () => void;
}

const idle: TraceFileState = { phase: 'idle' };
const readOnServer = () => idle;

/** Reads a captured trace file into a store of its own, in slices, with no server. */
export function useTraceFile(source: TraceFileSource): TraceFileControl {
  const { loadReader, loadPrices, limits } = source;
  const session = useMemo(() => createTraceFileSession(), []);
  useEffect(() => () => session.close(), [session]);
  const state = useSyncExternalStore(session.subscribe, session.read, readOnServer);
  return useMemo(
    () => ({
      state,
      // a reader that could not be loaded is in the state; the host's own console hears of it
      open: (file) =>
        void session.open(file, { loadReader, loadPrices, limits }).catch((cause: unknown) => reportError(cause)),
      close: session.close,
    }),
    [state, session, loadReader, loadPrices, limits],
  );
}
