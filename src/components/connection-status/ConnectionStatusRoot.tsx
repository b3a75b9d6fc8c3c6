'use client';
import { forwardRef, useEffect, useMemo } from 'react';
import { type ConnectionStatusState, useConnectionStatus } from '../../hooks/useConnectionStatus.ts';
import { usePopover } from '../internals/Popover.tsx';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { ConnectionStatusContext } from './ConnectionStatusContext.ts';

export interface ConnectionStatusRootState {
  readonly state: ConnectionStatusState;
}

export interface ConnectionStatusRootProps extends PartPropsOf<'div', ConnectionStatusRootState> {
  /** Called once each time the relay refuses the token. */
  readonly onSessionExpired?: (() => void) | undefined;
  /** Adds "Sign in again" where the token was refused. */
  readonly onSignIn?: (() => void) | undefined;
}

/** State of the line to the relay, for the parts inside it. Sets `data-state`. */
export const ConnectionStatusRoot = forwardRef<HTMLDivElement, ConnectionStatusRootProps>(function ConnectionStatusRoot(
  { onSessionExpired, onSignIn, children, ...partProps },
  ref,
) {
  const status = useConnectionStatus();
  const popover = usePopover();
  const { isAuthFailure } = status;
  useEffect(() => {
    if (isAuthFailure) onSessionExpired?.();
  }, [isAuthFailure, onSessionExpired]);
  const value = useMemo(() => ({ status, popover, onSignIn }), [status, popover, onSignIn]);
  const state: ConnectionStatusRootState = { state: status.state };
  return useRenderPart('div', partProps, state, {
    ref,
    className: 'sl-connection',
    children: <ConnectionStatusContext.Provider value={value}>{children}</ConnectionStatusContext.Provider>,
  });
});
