'use client';
import { type RefObject, useMemo, useSyncExternalStore } from 'react';

/** Inner width of an element, px, as its `ResizeObserver` says it: never read while rendering. 0 before it is laid out and on the server. */
export function useElementWidth(ref: RefObject<HTMLElement | null>): number {
  const { subscribe, read } = useMemo(() => createWidthSource(ref), [ref]);
  return useSyncExternalStore(subscribe, read, readOnServer);
}

function createWidthSource(ref: RefObject<HTMLElement | null>) {
  let widthPx = 0;
  const subscribe = (listener: () => void) => {
    if (!ref.current || typeof ResizeObserver === 'undefined') return () => undefined;
    const observer = new ResizeObserver((entries) => {
      widthPx = entries[0]?.contentRect.width ?? 0;
      listener();
    });
    observer.observe(ref.current);
    return () => observer.disconnect();
  };
  return { subscribe, read: () => widthPx };
}

const readOnServer = () => 0;
