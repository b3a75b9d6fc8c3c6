'use client';
import { useEffect, useRef } from 'react';

/** Lets go of pages when their component leaves or asks for others. A component that mounts twice in one go keeps them. */
export function usePagesLife(pages: { readonly reset: () => void }): void {
  const leaving = useRef<{ readonly reset: () => void }>(undefined);
  useEffect(() => {
    if (leaving.current === pages) leaving.current = undefined;
    return () => {
      leaving.current = pages;
      queueMicrotask(() => {
        if (leaving.current !== pages) return;
        leaving.current = undefined;
        pages.reset();
      });
    };
  }, [pages]);
}
