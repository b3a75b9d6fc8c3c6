'use client';
import type { MonitorState } from '../../store/types.ts';
import { useMonitorSelector } from '../useMonitorSelector.ts';

const selectEra = ({ historyEra }: MonitorState): number => historyEra;

/** Changes when the role or the identity does: what was asked for before is asked for anew. */
export const useHistoryEra = (): number => useMonitorSelector(selectEra);
