'use client';
import type { MonitorState, ViewMode } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

const selectView = (state: MonitorState) => state.view;

/** Whether the live state is shown, a pause, or the past. */
export const useView = (): ViewMode => useMonitorSelector(selectView);
