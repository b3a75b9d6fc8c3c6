'use client';
import type { Gap, MonitorState } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

const selectGaps = (state: MonitorState) => state.gaps;

/** Ranges of events that will not come, oldest first. */
export const useGaps = (): readonly Gap[] => useMonitorSelector(selectGaps);
