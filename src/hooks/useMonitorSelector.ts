'use client';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { MonitorState } from '../store/types.ts';
import { createReader } from './internals/createReader.ts';
import { subscribeCapped } from './internals/subscribeCapped.ts';
import { useMonitorStore } from './useMonitorStore.ts';

/** When a selection counts as changed, and how often at most. */
export interface MonitorSelectorOptions<T> {
  /** When two selections are the same; the older one is kept then. Default `Object.is`. */
  readonly isEqual?: ((a: T, b: T) => boolean) | undefined;
  /** Wake-ups a second at most. Lists use 10, stats 4, charts 1. Default: every flush, once a frame. */
  readonly ratePerSec?: number | undefined;
}

/**
 * Reads from what is shown: live, paused or past. Re-renders when the selection changed.
 * @param selector - a module constant or memoised: a new function selects anew with each render
 * @throws {MonitorError} `hooks.no-provider` outside of a provider
 */
export function useMonitorSelector<T>(
  selector: (state: MonitorState) => T,
  { isEqual = Object.is, ratePerSec }: MonitorSelectorOptions<T> = {},
): T {
  const store = useMonitorStore();
  const read = useMemo(() => createReader(store.getView, selector, isEqual), [store, selector, isEqual]);
  const readOnServer = useMemo(
    () => createReader(store.getInitialState, selector, isEqual),
    [store, selector, isEqual],
  );
  const subscribe = useCallback(
    (listener: () => void) => subscribeCapped(store.subscribe, ratePerSec, listener),
    [store, ratePerSec],
  );
  return useSyncExternalStore(subscribe, read, readOnServer);
}
