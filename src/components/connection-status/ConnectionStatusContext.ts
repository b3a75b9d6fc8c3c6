'use client';
import { createContext, useContext } from 'react';
import type { ConnectionStatusText } from '../../hooks/useConnectionStatus.ts';
import { MonitorError } from '../../model/errors.ts';
import type { PopoverState } from '../internals/Popover.tsx';

export interface ConnectionStatusContextValue {
  readonly status: ConnectionStatusText;
  readonly popover: PopoverState;
  readonly onSignIn: (() => void) | undefined;
}

export const ConnectionStatusContext = createContext<ConnectionStatusContextValue | undefined>(undefined);

/** @throws {MonitorError} `components.no-connection-status` outside of `ConnectionStatus.Root` */
export function useConnectionStatusContext(): ConnectionStatusContextValue {
  const context = useContext(ConnectionStatusContext);
  if (context) return context;
  throw new MonitorError('components.no-connection-status', {
    happened: 'A part of ConnectionStatus was rendered outside of ConnectionStatus.Root.',
    follows: 'It does not know the state of the connection.',
    todo: 'Put <ConnectionStatus.Root> around it.',
  });
}
