'use client';
import { useSyncExternalStore } from 'react';
import { useSpanTreeContext } from './SpanTreeContext.ts';
import { type Tick, ticksOf } from './timeScale.ts';
import type { TimeWindow } from './timeView.ts';

/** At most so many: about one a 60 px of a usual column. */
const MOST_TICKS = 6;

/** The ticks of what is drawn now. Re-renders when the window changes, not with time. */
export function useAxisTicks(): { readonly window: TimeWindow; readonly ticks: readonly Tick[] } {
  const { view } = useSpanTreeContext();
  const window = useSyncExternalStore(view.subscribe, view.get, view.get);
  return { window, ticks: ticksOf(window.map, window.fromMs, window.toMs, MOST_TICKS) };
}
