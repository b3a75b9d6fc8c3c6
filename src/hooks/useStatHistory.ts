'use client';
import { useSyncExternalStore } from 'react';
import { type StatSamples, statHistoryOf } from './internals/statHistory.ts';
import { useMonitorStore } from './useMonitorStore.ts';

const none: StatSamples = [];
const readOnServer = () => none;

/** The figures of the last two minutes, one sample in 5 s, oldest first; `undefined` where the line was down. For sparklines. */
export function useStatHistory(): StatSamples {
  const history = statHistoryOf(useMonitorStore());
  return useSyncExternalStore(history.subscribe, history.read, readOnServer);
}
