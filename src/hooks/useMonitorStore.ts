'use client';
import type { MonitorStore } from '../store/types.ts';
import { useMonitorContext } from './useMonitorContext.ts';

/**
 * The store of the nearest provider.
 * @throws {MonitorError} `hooks.no-provider` outside of a provider
 */
export const useMonitorStore = (): MonitorStore => useMonitorContext().store;
