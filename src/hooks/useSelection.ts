'use client';
import { useMemo } from 'react';
import type { MonitorContextValue, Selection } from './MonitorContext.ts';
import { useMonitorContext } from './useMonitorContext.ts';

export interface SelectionControl {
  readonly selection: Selection;
  readonly select: MonitorContextValue['select'];
  readonly navigate: MonitorContextValue['navigate'];
}

/** What is open, and how to open something else. */
export function useSelection(): SelectionControl {
  const { selection, select, navigate } = useMonitorContext();
  return useMemo(() => ({ selection, select, navigate }), [selection, select, navigate]);
}
