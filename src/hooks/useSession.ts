'use client';
import type { MonitorState, Session } from '../store/types.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';

const selectSession = (state: MonitorState) => state.session;

/** Who the relay says we are; `undefined` until it said so. */
export const useSession = (): Session | undefined => useMonitorSelector(selectSession);
