'use client';
import type { MonitorStore } from '../store/types.ts';
import { useMaybeMonitorContext } from './useMaybeMonitorContext.ts';

/** The store of the nearest provider, `undefined` outside of one. */
export const useMaybeMonitorStore = (): MonitorStore | undefined => useMaybeMonitorContext()?.store;
