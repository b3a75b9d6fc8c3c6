'use client';
import { type RefObject, useCallback, useSyncExternalStore } from 'react';

/** Inner width of an element, px, kept by a `ResizeObserver`; 0 before it is laid out and on the server. */
export function useElementWidth(ref: RefObject<HTMLElement | null>): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      if (!ref.current || typeof ResizeObserver === 'undefined') return () => undefined;
      const observer = new ResizeObserver(listener);
      observer.observe(ref.current);
      return () => observer.disconnect();
    },
    [ref],
  );
  return useSyncExternalStore(
    subscribe,
    () => ref.current?.clientWidth ?? 0,
    () => 0,
  );
}
