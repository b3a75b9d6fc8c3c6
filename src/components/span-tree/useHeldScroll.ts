'use client';
import { type RefObject, useEffect, useRef } from 'react';
import type { SpanKey } from '../../model/ids.ts';
import type { SpanTreeIndex } from '../../store/tree/index.ts';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';

interface HeldScrollOptions {
  readonly gridRef: RefObject<HTMLElement | null>;
  readonly index: SpanTreeIndex;
  readonly version: number;
  readonly rowPx: number;
}

interface Held {
  readonly key: SpanKey;
  readonly at: number;
}

/** Nothing moves under the reader: what came above the first row in sight is scrolled past, before it is painted. */
export function useHeldScroll({ gridRef, index, version, rowPx }: HeldScrollOptions): void {
  /** Where it is scrolled to, as the last scroll event said: reading it from the element would force a layout. */
  const topRef = useRef(0);
  const heldRef = useRef<Held | undefined>(undefined);

  useIsomorphicLayoutEffect(() => {
    const grid = gridRef.current;
    if (!grid || version < 0) return;
    const held = heldRef.current;
    const at = held ? index.rowIndexOf(held.key) : -1;
    // At the very top the reader looks at the top, not at a row.
    if (held && at >= 0 && at !== held.at && topRef.current > 0) {
      topRef.current += (at - held.at) * rowPx;
      grid.scrollTop = topRef.current;
    }
    heldRef.current = readHeld(index, topRef.current, rowPx);
  }, [gridRef, index, version, rowPx]);

  useEffect(() => {
    const grid = gridRef.current;
    if (!grid) return undefined;
    const hold = () => {
      topRef.current = grid.scrollTop;
      heldRef.current = readHeld(index, topRef.current, rowPx);
    };
    grid.addEventListener('scroll', hold, { passive: true });
    return () => grid.removeEventListener('scroll', hold);
  }, [gridRef, index, rowPx]);
}

function readHeld(index: SpanTreeIndex, topPx: number, rowPx: number): Held | undefined {
  const at = Math.floor(topPx / rowPx + 0.5);
  const key = index.rowAt(at)?.spanKey;
  return key === undefined ? undefined : { key, at };
}
