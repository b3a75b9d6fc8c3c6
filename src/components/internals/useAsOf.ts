'use client';
import { useConnection } from '../../hooks/useConnection.ts';
import { useIsStale } from '../../hooks/useIsStale.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';

/** "as of 14:31:52" while the line is down and what is shown is what was last known; `undefined` otherwise. */
export function useAsOf(): string | undefined {
  const isStale = useIsStale();
  const { messages, format, store } = useMonitorContext();
  const connection = useConnection();
  if (!isStale || !('lastGoodAtMs' in connection) || connection.lastGoodAtMs === undefined) return undefined;
  return messages.common.asOf(format.shortTime(connection.lastGoodAtMs + store.getView().clockOffsetMs));
}
