'use client';
import { type RefObject, useEffect, useRef, useState } from 'react';

/** How the inspector stands: beside the rest, or over it where there is no room. */
export type SpanInspectorLayout = 'panel' | 'drawer';

/** Width of the root, px, up to which the inspector lies over the rest. */
const DRAWER_UP_TO_PX = 900;

/** `auto`: by the width of the root it stands in, never of the window. */
export function useInspectorLayout(
  ref: RefObject<HTMLElement | null>,
  layout: SpanInspectorLayout | 'auto',
): SpanInspectorLayout {
  const [isNarrow, setIsNarrow] = useState(false);
  useEffect(() => {
    const root = ref.current?.closest<HTMLElement>('.sl-root');
    if (layout !== 'auto' || !root) return undefined;
    const sizes = new ResizeObserver(() => setIsNarrow(root.clientWidth > 0 && root.clientWidth <= DRAWER_UP_TO_PX));
    sizes.observe(root);
    return () => sizes.disconnect();
  }, [ref, layout]);
  return layout === 'auto' ? (isNarrow ? 'drawer' : 'panel') : layout;
}

/**
 * Gives focus back once the inspector closes while focus was inside it: a drawer to the element that had it when it opened, e.g. the
 * row of the span; a panel that stands there all the time to the one it came in from.
 */
export function useReturnFocus(ref: RefObject<HTMLElement | null>, isOpen: boolean, layout: SpanInspectorLayout): void {
  const opener = useRef<HTMLElement>(undefined);
  const wasOpen = useRef(false);
  /** Document or shadow root: the drawer itself is gone when it has closed. */
  const owner = useRef<Document | ShadowRoot>(undefined);
  useEffect(() => {
    const box = ref.current;
    if (!box || layout === 'drawer') return undefined;
    const noteEntry = ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget instanceof HTMLElement && !box.contains(relatedTarget)) opener.current = relatedTarget;
    };
    box.addEventListener('focusin', noteEntry);
    return () => box.removeEventListener('focusin', noteEntry);
  }, [ref, layout]);
  useEffect(() => {
    const box = ref.current;
    if (box) owner.current = box.getRootNode() as Document | ShadowRoot;
    const focused = owner.current?.activeElement;
    if (isOpen && !wasOpen.current && focused instanceof HTMLElement && !box?.contains(focused))
      opener.current = focused;
    if (!isOpen && wasOpen.current) {
      const isLost = !focused || focused === document.body || box?.contains(focused);
      if (isLost && opener.current?.isConnected) opener.current.focus();
      opener.current = undefined;
    }
    wasOpen.current = isOpen;
  }, [ref, isOpen]);
}
