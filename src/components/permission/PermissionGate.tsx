'use client';
import { cloneElement, isValidElement, type ReactElement, type ReactNode } from 'react';
import { useCan } from '../../hooks/useCan.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useView } from '../../hooks/useView.ts';
import type { Capability } from '../../model/capabilities.ts';
import { Button } from '../internals/Button.tsx';
import { Icon } from '../internals/icons/Icon.tsx';

/** What is gated, and what shows in its place. */
export interface PermissionGateProps {
  /** What a person has to be allowed to. Parts ask for capabilities, never for role names. */
  readonly needs: Capability;
  /**
   * Without it: `hide` shows nothing, `disable` shows the control off with the reason, `placeholder` says what is hidden.
   * Default `hide`.
   */
  readonly mode?: 'hide' | 'disable' | 'placeholder' | undefined;
  /** In place of "Needs the … role". */
  readonly reason?: string | undefined;
  /** Off in the past too: acts change the present. Default false. */
  readonly isAct?: boolean | undefined;
  /** Offers to ask for the capability. */
  readonly onRequestAccess?: ((capability: Capability) => void) | undefined;
  /** For `disable` one control: it is given `disabledReason` (our buttons) or `aria-disabled` (the host's). A function gets the reason. */
  readonly children: ReactNode | ((reason: string | undefined) => ReactNode);
}

/**
 * Shows its children to those who may. This is courtesy, not protection: the relay decides again on each request.
 * Sets `data-mode`, `data-needs` on the placeholder.
 */
export function PermissionGate(props: PermissionGateProps): ReactNode {
  const { needs, mode = 'hide', reason: givenReason, isAct = false, onRequestAccess, children } = props;
  const { messages } = useMonitorContext();
  const isAllowed = useCan(needs);
  const isPast = useView().mode === 'past';
  const reason = !isAllowed
    ? (givenReason ?? messages.permission.needed[needs])
    : isAct && isPast
      ? messages.common.viewingPast
      : undefined;
  if (typeof children === 'function') {
    return reason !== undefined && mode === 'hide' && !isAllowed ? null : children(reason);
  }
  if (reason === undefined) return children;
  // the past takes the act away for a while, not the right to it
  if (mode === 'disable' || isAllowed) return isValidElement(children) ? turnOff(children, reason) : children;
  if (mode === 'hide') return null;
  return (
    <span className="sl-gate" data-mode={mode} data-needs={needs}>
      <Icon name="lock" size="s" />
      <span className="sl-gate__reason">{reason}</span>
      {onRequestAccess ? (
        <Button size="s" onClick={() => onRequestAccess(needs)}>
          {messages.permission.requestAccess}
        </Button>
      ) : null}
    </span>
  );
}

const stop = (event: { preventDefault(): void; stopPropagation(): void }) => {
  event.preventDefault();
  event.stopPropagation();
};

/** Off, but still found by keyboard and reader, with its reason. */
function turnOff(element: ReactElement, reason: string): ReactElement {
  if (element.type === Button)
    return cloneElement(element as ReactElement<{ disabledReason?: string }>, { disabledReason: reason });
  return cloneElement(element as ReactElement<Record<string, unknown>>, {
    'aria-disabled': true,
    'aria-description': reason,
    'data-sl-tip': reason,
    onClick: stop,
  });
}
