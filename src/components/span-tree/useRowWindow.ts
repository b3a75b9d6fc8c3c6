'use client';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { SpanKey } from '../../model/ids.ts';
import type { SpanTreeIndex } from '../../store/tree/index.ts';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';

/** Rows in the page before and after those in sight: more in the direction of the scroll. */
const AHEAD = 8;
const BEHIND = 2;
/** Rows in the page at most, where more would be too many elements; fewer are kept ready then. */
const MOST_ROWS = 40;
/** Without layout (server, tests): as many as a usual panel shows. */
const USUAL_ROWS = 20;
const USUAL_ROW_PX = 24;

export interface RowWindow {
  readonly from: number;
  readonly to: number;
  /** Scrolls as little as brings the row into sight, and takes the new window in at once. */
  readonly show: (index: number) => void;
}

interface Shown {
  readonly from: number;
  readonly to: number;
  /** The first row in sight and where it stood then: when rows come above it, the window goes with it. */
  readonly first: number;
  readonly firstKey: SpanKey | undefined;
}

interface Sizes {
  readonly rowPx: number;
  /** Height in which rows are seen; 0: there is no layout. */
  readonly heightPx: number;
}

/** An element as high as a row, by the density and the width of the container: what it measures, no row need be measured for. */
const probeOf = (grid: HTMLElement) => grid.querySelector<HTMLElement>('.sl-span-tree__probe');

function measure(grid: HTMLElement, body: HTMLElement): Sizes {
  const rowPx = probeOf(grid)?.offsetHeight || USUAL_ROW_PX;
  return { rowPx, heightPx: Math.max(0, grid.clientHeight - body.offsetTop) };
}

/** Rows that fit into the grid, one less: what Page Down goes on by. */
export function pageRowsOf(grid: HTMLElement): number {
  const body = grid.querySelector<HTMLElement>('.sl-span-tree__body');
  const { rowPx, heightPx } = body ? measure(grid, body) : { rowPx: USUAL_ROW_PX, heightPx: 0 };
  return heightPx > 0 ? Math.max(1, Math.floor(heightPx / rowPx) - 1) : USUAL_ROWS;
}

function windowAt(topPx: number, isUp: boolean, { rowPx, heightPx }: Sizes): Pick<Shown, 'from' | 'to'> {
  const seenPx = heightPx > 0 ? heightPx : USUAL_ROWS * rowPx;
  const first = Math.floor(topPx / rowPx);
  const last = Math.ceil((topPx + seenPx) / rowPx);
  const spare = Math.max(0, MOST_ROWS - (last - first));
  const ahead = Math.min(AHEAD, Math.max(3, spare - BEHIND));
  const behind = Math.min(BEHIND, spare);
  return { from: Math.max(0, first - (isUp ? ahead : behind)), to: last + (isUp ? behind : ahead) };
}

const initial: Shown = { from: 0, to: MOST_ROWS, first: 0, firstKey: undefined };
const isSame = (a: Shown, b: Shown) =>
  a.from === b.from && a.to === b.to && a.first === b.first && a.firstKey === b.firstKey;

/** How far the first row in sight has moved because rows came or went above it. */
function shiftOf(index: SpanTreeIndex, { first, firstKey }: Shown): number {
  if (firstKey === undefined) return 0;
  const at = index.rowIndexOf(firstKey);
  return at < 0 ? 0 : at - first;
}

/**
 * Which rows are in the page: those in sight and some more, by fixed row heights. Nothing moves under the reader: rows that come
 * above those in sight are scrolled past before it is painted. Nothing is measured while rendering: sizes come from a
 * `ResizeObserver`, when the layout is done anyway.
 */
export function useRowWindow(
  gridRef: RefObject<HTMLElement | null>,
  bodyRef: RefObject<HTMLElement | null>,
  index: SpanTreeIndex,
  version: number,
): RowWindow {
  const [shown, setShown] = useState(initial);
  const sizesRef = useRef<Sizes>({ rowPx: USUAL_ROW_PX, heightPx: 0 });
  /** Where it is scrolled to: reading it from the element could force a layout. */
  const topRef = useRef(0);

  const take = useCallback(
    (topPx: number) => {
      const isUp = topPx < topRef.current;
      topRef.current = topPx;
      const first = Math.floor(topPx / sizesRef.current.rowPx + 0.5);
      // At the very top the reader looks at the top, not at a row.
      const firstKey = topPx > 0 ? index.rowAt(first)?.spanKey : undefined;
      const next = { ...windowAt(topPx, isUp, sizesRef.current), first, firstKey };
      setShown((known) => (isSame(known, next) ? known : next));
    },
    [index],
  );

  useEffect(() => {
    const grid = gridRef.current;
    const body = bodyRef.current;
    if (!grid || !body) return undefined;
    const onScroll = () => take(Math.max(0, grid.scrollTop));
    grid.addEventListener('scroll', onScroll, { passive: true });
    if (typeof ResizeObserver === 'undefined') return () => grid.removeEventListener('scroll', onScroll);
    const observer = new ResizeObserver(() => {
      sizesRef.current = measure(grid, body);
      onScroll();
    });
    observer.observe(grid);
    const probe = probeOf(grid);
    if (probe) observer.observe(probe); // not the body: it grows with each row
    return () => {
      grid.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [gridRef, bodyRef, take]);

  const shift = version < 0 ? 0 : shiftOf(index, shown);
  useIsomorphicLayoutEffect(() => {
    const grid = gridRef.current;
    if (shift === 0 || !grid) return;
    const topPx = Math.max(0, topRef.current + shift * sizesRef.current.rowPx);
    grid.scrollTop = topPx;
    take(topPx);
  }, [gridRef, shift, take]);

  const show = useCallback(
    (at: number) => {
      const grid = gridRef.current;
      const body = bodyRef.current;
      if (!grid || !body || at < 0) return;
      const sizes = measure(grid, body);
      sizesRef.current = sizes;
      const { rowPx, heightPx } = sizes;
      let topPx = grid.scrollTop;
      if (heightPx > 0) {
        if (at * rowPx < topPx) topPx = at * rowPx;
        else if ((at + 1) * rowPx > topPx + heightPx) topPx = (at + 1) * rowPx - heightPx;
        if (topPx !== grid.scrollTop) grid.scrollTop = topPx;
      }
      take(topPx);
    },
    [gridRef, bodyRef, take],
  );

  const rowCount = version < 0 ? 0 : index.summary.rowCount;
  const from = Math.max(0, shown.from + shift);
  return { from, to: Math.min(shown.to + shift, rowCount), show };
}
