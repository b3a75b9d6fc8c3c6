'use client';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import type { RunId, SpanKey } from '../model/ids.ts';
import { createSpanTreeIndex, type SpanTreeIndex, type SpanTreeLayout } from '../store/tree/index.ts';
import { createCappedSchedule } from './internals/cappedSchedule.ts';
import { LIST_RATE_PER_SEC } from './internals/rates.ts';
import { readParts } from './internals/readParts.ts';
import { useMonitorStore } from './useMonitorStore.ts';

export interface SpanTreeOptions {
  /** Default `lean`. */
  readonly layout?: SpanTreeLayout | undefined;
  /** Rows down to this level are expanded at first, and what leads to a running span. Default: all. */
  readonly initialLevels?: number | undefined;
}

/**
 * The rows of a run, for a windowed tree of your own: read them with `index.readRows`, re-render with {@link useSpanTreeVersion}
 * and {@link useSpanTreeSummary}. Opens the run while it is mounted: a run that is not held any more is read from the history, see `useOpenRun`; takes changes in at most 10 times a
 * second. What was expanded and collapsed stays when the layout changes.
 */
export function useSpanTree(runId: RunId, { layout = 'lean', initialLevels }: SpanTreeOptions = {}): SpanTreeIndex {
  const store = useMonitorStore();
  useEffect(() => store.openRun(runId), [store, runId]);
  const choices = useMemo(() => ({ runId, byKey: new Map<SpanKey, boolean>() }), [runId]);
  const index = useMemo(
    () =>
      createSpanTreeIndex({
        store,
        runId,
        layout,
        initialLevels,
        choices: choices.byKey,
        isListening: false,
        schedule: createCappedSchedule(LIST_RATE_PER_SEC),
        parts: readParts,
      }),
    [store, runId, layout, initialLevels, choices],
  );
  useEffect(() => index.listen(), [index]);
  return index;
}

/** Grows when the rows of the tree or their order changed; -1 on the server and while hydrating, where no rows are shown. */
export const useSpanTreeVersion = (index: SpanTreeIndex): number =>
  useSyncExternalStore(index.subscribe, () => index.version, readVersionOnServer);

const readVersionOnServer = () => -1;

/** What the spans of the tree add up to; empty on the server and while hydrating. */
export const useSpanTreeSummary = (index: SpanTreeIndex): SpanTreeIndex['summary'] =>
  useSyncExternalStore(index.subscribe, () => index.summary, readSummaryOnServer);

const noSummary: SpanTreeIndex['summary'] = {
  spanCount: 0,
  rowCount: 0,
  isLoading: false,
  readCount: 0,
  errorCount: 0,
  openCount: 0,
  startMs: undefined,
  endMs: undefined,
  costNanoUsd: 0,
};
const readSummaryOnServer = () => noSummary;
