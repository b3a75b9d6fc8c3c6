'use client';
import { useContext } from 'react';
import { MonitorContext, type MonitorContextValue } from './MonitorContext.ts';

/** What the nearest `MonitorProvider` gives, `undefined` outside of one. */
export function useMaybeMonitorContext(): MonitorContextValue | undefined {
  return useContext(MonitorContext);
}
