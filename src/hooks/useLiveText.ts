'use client';
import { useCallback } from 'react';
import type { SpanKey } from '../model/ids.ts';
import { selectLiveText } from '../store/selectors.ts';
import type { MonitorState } from '../store/types.ts';
import { LIST_RATE_PER_SEC } from './internals/rates.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** What a running model call has written so far; `undefined` when nothing streams. At most 10 times a second. */
export function useLiveText(key: SpanKey | undefined): string | undefined {
  const select = useCallback(
    (state: MonitorState) => (key === undefined ? undefined : selectLiveText(state, key)),
    [key],
  );
  return useMonitorSelector(select, { ratePerSec: LIST_RATE_PER_SEC });
}
