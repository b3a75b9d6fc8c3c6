'use client';
import { type RefObject, useMemo, useSyncExternalStore } from 'react';

/** Inner width of an element, px, as its `ResizeObserver` says it: never read while rendering. 0 before it is laid out and on the server. */
export function useElementWidth(ref: RefObject<HTMLElement | null>): number {
  const source = useMemo(() => {
    let widthPx = 0;
    return {
      subscribe(listener: () => void) {
        if (!ref.current || typeof ResizeObserver === 'undefined') return () => undefined;
        const observer = new ResizeObserver((entries) => {
          widthPx = entries[0]?.contentRect.width ?? 0;
          listener();
        });
        observer.observe(ref.current);
        return () => observer.disconnect();
      },
      read: () => widthPx,
    };
  }, [ref]);
  return useSyncExternalStore(source.subscribe, source.read, readOnServer);
}

const readOnServer = () => 0;
