'use client';
import { useCounters } from '../../hooks/useCounters.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { PanelFoot } from '../internals/Panel.tsx';

/** How many runs the store let go. Nothing while it let none go. */
export function RunListEvicted() {
  const { messages, format } = useMonitorContext();
  const { evictedRuns } = useCounters();
  if (evictedRuns === 0) return null;
  return <PanelFoot>{messages.runList.evicted(format.exactCount(evictedRuns))}</PanelFoot>;
}
