'use client';
import { useCallback } from 'react';
import type { SpanKey } from '../model/ids.ts';
import type { Span } from '../model/span.ts';
import { selectSpan } from '../store/selectors.ts';
import type { MonitorState } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** The span, or `undefined` until its first event came. Re-renders only when this span changes. */
export function useSpan(key: SpanKey | undefined): Span | undefined {
  const select = useCallback((state: MonitorState) => (key === undefined ? undefined : selectSpan(state, key)), [key]);
  return useMonitorSelector(select);
}
