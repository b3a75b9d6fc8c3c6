'use client';
import { type RefObject, useRef } from 'react';
import type { SpanKey } from '../../model/ids.ts';
import type { SpanTreeIndex } from '../../store/tree/index.ts';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';

interface HeldScrollOptions {
  readonly gridRef: RefObject<HTMLElement | null>;
  readonly bodyRef: RefObject<HTMLElement | null>;
  readonly index: SpanTreeIndex;
  readonly version: number;
  readonly rowPx: number;
}

/** Nothing moves under the reader: what came above the first row in sight is scrolled past, before it is painted. */
export function useHeldScroll({ gridRef, bodyRef, index, version, rowPx }: HeldScrollOptions): void {
  const heldRef = useRef<{ key: SpanKey; at: number; rowPx: number } | undefined>(undefined);
  useIsomorphicLayoutEffect(() => {
    const grid = gridRef.current;
    if (!grid || version < 0) return undefined;
    const held = heldRef.current;
    const at = held ? index.rowIndexOf(held.key) : -1;
    // At the very top the reader looks at the top, not at a row.
    if (held && at >= 0 && at !== held.at && held.rowPx === rowPx && grid.scrollTop > 0) {
      grid.scrollTop += (at - held.at) * rowPx;
    }
    const hold = () => {
      const first = Math.floor(grid.scrollTop / rowPx + 0.5);
      const key = index.rowAt(first)?.spanKey;
      heldRef.current = key === undefined ? undefined : { key, at: first, rowPx };
    };
    hold();
    grid.addEventListener('scroll', hold, { passive: true });
    return () => grid.removeEventListener('scroll', hold);
  }, [gridRef, bodyRef, index, version, rowPx]);
}
