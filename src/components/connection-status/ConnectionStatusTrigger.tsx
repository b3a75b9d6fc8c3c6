'use client';
import { forwardRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { useConnectionStatusContext } from './ConnectionStatusContext.ts';
import type { ConnectionStatusRootState } from './ConnectionStatusRoot.tsx';

export type ConnectionStatusTriggerProps = PartPropsOf<'button', ConnectionStatusRootState>;

/** The button that opens the details. Sets `data-state`. */
export const ConnectionStatusTrigger = forwardRef<HTMLButtonElement, ConnectionStatusTriggerProps>(
  function ConnectionStatusTrigger({ children, ...partProps }, ref) {
    const { messages } = useMonitorContext();
    const { status, popover } = useConnectionStatusContext();
    const mergedRef = useMergedRefs(ref, popover.triggerRef);
    return useRenderPart(
      'button',
      partProps,
      { state: status.state },
      {
        ref: mergedRef as React.Ref<HTMLElement>,
        type: 'button',
        className: 'sl-connection__trigger',
        'aria-haspopup': 'dialog',
        'aria-expanded': popover.isOpen,
        'aria-controls': popover.isOpen ? popover.id : undefined,
        onClick: popover.toggle,
        // The name begins with what this is and then says what is seen: an aria-label would hide the visible words from voice control.
        children: (
          <>
            <span className="sl-vh">{messages.connection.label},</span> {children}
          </>
        ),
      },
    );
  },
);
