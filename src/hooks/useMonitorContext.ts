'use client';
import { MonitorError } from '../model/errors.ts';
import type { MonitorContextValue } from './MonitorContext.ts';
import { useMaybeMonitorContext } from './useMaybeMonitorContext.ts';

/**
 * What the nearest `MonitorProvider` gives: store, selection, messages, format.
 * @throws {MonitorError} `hooks.no-provider` outside of a provider
 */
export function useMonitorContext(): MonitorContextValue {
  const context = useMaybeMonitorContext();
  if (!context) {
    throw new MonitorError('hooks.no-provider', {
      happened: 'A Spanlight hook or part was rendered outside of a provider.',
      follows: 'It has no store to read from.',
      todo: 'Put <MonitorProvider> around it, or use the `useMaybe…` form of the hook.',
    });
  }
  return context;
}
