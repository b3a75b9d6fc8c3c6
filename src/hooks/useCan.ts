'use client';
import { useCallback } from 'react';
import type { Capability } from '../model/capabilities.ts';
import { selectCan } from '../store/selectors.ts';
import type { MonitorState } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

/** Whether this session may do it. `false` until the relay said who we are. The relay decides again on each request. */
export function useCan(capability: Capability): boolean {
  const select = useCallback((state: MonitorState) => selectCan(state, capability), [capability]);
  return useMonitorSelector(select);
}
