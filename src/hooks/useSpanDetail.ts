'use client';
import { useCallback, useEffect, useMemo } from 'react';
import type { Detail, DetailRefs } from '../model/detail.ts';
import type { SpanKey } from '../model/ids.ts';
import { selectDetail } from '../store/selectors.ts';
import type { MonitorState } from '../store/types.ts';
import { useCan } from './useCan.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useMonitorStore } from './useMonitorStore.ts';
import { useSession } from './useSession.ts';
import { useSpan } from './useSpan.ts';

export interface SpanDetail {
  /** `redacted`: this session may not read content; `refs` say what there is. */
  readonly state: 'idle' | 'loading' | 'ready' | 'redacted' | 'error';
  readonly detail: Detail | undefined;
  /** What content exists, known without reading it. */
  readonly refs: DetailRefs | undefined;
  /** Code of the error, e.g. `detail.unreachable`. */
  readonly errorCode: string | undefined;
  /** Loads again, after an error. */
  readonly reload: () => void;
}

export interface SpanDetailOptions {
  /** `false`: loads nothing until somebody looks. Default `true`. */
  readonly isEnabled?: boolean | undefined;
}

/** Content of a span, loaded when it is first asked for and again when it changed. */
export function useSpanDetail(key: SpanKey | undefined, { isEnabled = true }: SpanDetailOptions = {}): SpanDetail {
  const store = useMonitorStore();
  const span = useSpan(key);
  const canRead = useCan('read.payload');
  const select = useCallback(
    (state: MonitorState) => (key === undefined ? undefined : selectDetail(state, key)),
    [key],
  );
  const entry = useMonitorSelector(select);
  // Another identity, or a line that came back: what was dropped or failed is asked for anew.
  const session = useSession();
  const refs = span?.detailRefs;
  const inline = span?.detail;
  const status = span?.status;
  useEffect(() => {
    if (key === undefined || !isEnabled || !canRead || status === undefined) return;
    store.loadDetail(key).catch(ignore);
  }, [store, key, isEnabled, canRead, session, refs, inline, status]);
  const reload = useCallback(() => {
    if (key !== undefined) store.loadDetail(key).catch(ignore);
  }, [store, key]);
  return useMemo(() => {
    const common = { refs, reload };
    if (key === undefined || status === undefined) {
      return { ...common, state: 'idle', detail: undefined, errorCode: undefined };
    }
    if (!canRead) return { ...common, state: 'redacted', detail: undefined, errorCode: undefined };
    if (entry?.state === 'ready') return { ...common, state: 'ready', detail: entry.detail, errorCode: undefined };
    if (entry?.state === 'error') return { ...common, state: 'error', detail: undefined, errorCode: entry.code };
    return { ...common, state: isEnabled ? 'loading' : 'idle', detail: undefined, errorCode: undefined };
  }, [key, status, canRead, entry, isEnabled, refs, reload]);
}

/** The entry in the state says it. */
const ignore = () => undefined;
