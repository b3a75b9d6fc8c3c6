'use client';
import type { MonitorState } from '../store/types.ts';
import { STALE_AFTER_MS } from './internals/ticker.ts';
import { useConnection } from './useConnection.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useNow } from './useNow.ts';

const selectClockOffset = (state: MonitorState) => state.clockOffsetMs;

/** The line has been down for 10 s: what is shown is what was last known. */
export function useIsStale(): boolean {
  const connection = useConnection();
  const clockOffsetMs = useMonitorSelector(selectClockOffset);
  const nowMs = useNow();
  if (connection.phase !== 'reconnecting' && connection.phase !== 'offline') return false;
  const lastGoodAtMs = connection.lastGoodAtMs ?? connection.sinceMs;
  return nowMs >= lastGoodAtMs + clockOffsetMs + STALE_AFTER_MS;
}
