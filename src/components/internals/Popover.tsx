'use client';
import { type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react';
import { placeBeside } from './placeBeside.ts';

export interface PopoverState {
  readonly id: string;
  readonly isOpen: boolean;
  readonly triggerRef: RefObject<HTMLButtonElement | null>;
  readonly popoverRef: RefObject<HTMLDivElement | null>;
  readonly toggle: () => void;
  readonly close: () => void;
}

/**
 * State of a popover on the native Popover API: top layer, Esc and a click outside close it, focus goes back to its button.
 * Where the API is missing, `data-open` shows it in place.
 */
export function usePopover(): PopoverState {
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const triggerRef = useRef<HTMLButtonElement>(null);
  const popoverRef = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const popover = popoverRef.current;
    if (!popover) return undefined;
    const onToggle = (event: Event) => setIsOpen((event as ToggleEvent).newState === 'open');
    popover.addEventListener('toggle', onToggle);
    return () => popover.removeEventListener('toggle', onToggle);
  }, []);

  // What it shows comes with the render after it opened: only then it has its size and something to focus.
  useEffect(() => {
    const popover = popoverRef.current;
    const trigger = triggerRef.current;
    if (!isOpen || !popover || !trigger) return undefined;
    const place = () => placeBeside(popover, trigger);
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation(); // Esc closes the nearest layer, not what stands around it
      hide(popover, () => setIsOpen(false));
      trigger.focus();
    };
    popover.addEventListener('keydown', onKeyDown);
    place();
    popover.focus({ preventScroll: true });
    const sizes = new ResizeObserver(place);
    sizes.observe(popover);
    window.addEventListener('scroll', place, { capture: true, passive: true });
    window.addEventListener('resize', place);
    return () => {
      popover.removeEventListener('keydown', onKeyDown);
      sizes.disconnect();
      window.removeEventListener('scroll', place, { capture: true });
      window.removeEventListener('resize', place);
    };
  }, [isOpen]);

  const set = (open: boolean) => {
    const popover = popoverRef.current;
    if (!popover) return;
    if (typeof popover.showPopover !== 'function') setIsOpen(open);
    else if (open) popover.showPopover();
    else hide(popover, () => setIsOpen(false));
    if (!open) triggerRef.current?.focus();
  };
  return { id, isOpen, triggerRef, popoverRef, toggle: () => set(!isOpen), close: () => set(false) };
}

/** Hides it by the API, where there is one. */
function hide(popover: HTMLElement, fallback: () => void): void {
  if (typeof popover.hidePopover === 'function') popover.hidePopover();
  else fallback();
}

export interface PopoverProps {
  readonly state: PopoverState;
  readonly label: string;
  readonly className?: string | undefined;
  /** Rendered only while it is open. */
  readonly children: ReactNode;
}

/** The panel of {@link usePopover}: a dialog that is not modal. Stands where its button stands, so tokens and theme follow. */
export function Popover({ state, label, className, children }: PopoverProps) {
  const { id, isOpen, popoverRef } = state;
  return (
    <div
      ref={popoverRef}
      id={id}
      popover="auto"
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      className={className ? `sl-popover ${className}` : 'sl-popover'}
      data-open={isOpen ? '' : undefined}
    >
      {isOpen ? children : null}
    </div>
  );
}
