'use client';
import { type RefObject, useEffect } from 'react';

const oneRowPx = 45;

/** Holds a list still while the pointer or the focus is inside, text in it is selected, or it is scrolled by more than a row. */
export function useHold(ref: RefObject<HTMLElement | null>, setHeld: (isHeld: boolean) => void): void {
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    let isPointerInside = false;
    const update = () => {
      const selection = document.getSelection();
      const isSelected =
        selection !== null &&
        !selection.isCollapsed &&
        selection.anchorNode !== null &&
        element.contains(selection.anchorNode);
      setHeld(isPointerInside || hasFocus(element) || isSelected || element.scrollTop > oneRowPx);
    };
    const onEnter = (event: PointerEvent) => {
      isPointerInside = event.pointerType !== 'touch'; // a finger leaves no pointer behind
      update();
    };
    const onLeave = () => {
      isPointerInside = false;
      update();
    };
    // the focus has moved only after the event
    const onFocusOut = () => queueMicrotask(update);
    element.addEventListener('pointerenter', onEnter);
    element.addEventListener('pointerleave', onLeave);
    element.addEventListener('focusin', update);
    element.addEventListener('focusout', onFocusOut);
    element.addEventListener('scroll', update, { passive: true });
    document.addEventListener('selectionchange', update);
    update();
    return () => {
      element.removeEventListener('pointerenter', onEnter);
      element.removeEventListener('pointerleave', onLeave);
      element.removeEventListener('focusin', update);
      element.removeEventListener('focusout', onFocusOut);
      element.removeEventListener('scroll', update);
      document.removeEventListener('selectionchange', update);
      setHeld(false);
    };
  }, [ref, setHeld]);
}

/** Also inside a shadow root, where the document only knows the host. */
function hasFocus(element: HTMLElement): boolean {
  const { activeElement } = element.getRootNode() as Document | ShadowRoot;
  return activeElement !== null && activeElement !== undefined && element.contains(activeElement);
}
