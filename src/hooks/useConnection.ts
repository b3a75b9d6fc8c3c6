'use client';
import type { MonitorState } from '../store/types.ts';
import type { ConnectionState } from '../transport/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

const selectConnection = (state: MonitorState) => state.connection;

/** How the line to the relay stands; one union by `phase`. Stays live in pause and in the past. */
export const useConnection = (): ConnectionState => useMonitorSelector(selectConnection);
