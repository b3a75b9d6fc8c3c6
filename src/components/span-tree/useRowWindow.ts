'use client';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Rows in the page before and after those in sight: more in the direction of the scroll. */
const AHEAD = 8;
const BEHIND = 2;
/** Rows in the page at most, where more would be too many elements; fewer are kept ready then. */
const MOST_ROWS = 40;
/** Without layout (server, tests) and before the first one: as many as a usual panel shows. */
const USUAL_ROWS = 20;
const USUAL_ROW_PX = 24;

export interface RowWindow {
  readonly from: number;
  readonly to: number;
  readonly rowPx: number;
  /** Scrolls as little as brings the row into sight, and takes the new window in at once. */
  readonly show: (index: number) => void;
}

interface Shown {
  readonly from: number;
  readonly to: number;
  readonly rowPx: number;
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

function windowAt(topPx: number, isUp: boolean, { rowPx, heightPx }: Sizes): Shown {
  const seenPx = heightPx > 0 ? heightPx : USUAL_ROWS * rowPx;
  const first = Math.floor(Math.max(0, topPx) / rowPx);
  const last = Math.ceil((Math.max(0, topPx) + seenPx) / rowPx);
  const spare = Math.max(0, MOST_ROWS - (last - first));
  const ahead = Math.min(AHEAD, Math.max(3, spare - BEHIND));
  const behind = Math.min(BEHIND, spare);
  return { from: Math.max(0, first - (isUp ? ahead : behind)), to: last + (isUp ? behind : ahead), rowPx };
}

const initial: Shown = { from: 0, to: MOST_ROWS, rowPx: USUAL_ROW_PX };
const isSame = (a: Shown, b: Shown) => a.from === b.from && a.to === b.to && a.rowPx === b.rowPx;

/**
 * Which rows are in the page: those in sight and some more, by fixed row heights. Nothing is measured while rendering or in an
 * effect: sizes come from a `ResizeObserver`, when the layout is done anyway.
 */
export function useRowWindow(
  gridRef: RefObject<HTMLElement | null>,
  bodyRef: RefObject<HTMLElement | null>,
  rowCount: number,
): RowWindow {
  const [shown, setShown] = useState(initial);
  const sizesRef = useRef<Sizes>({ rowPx: USUAL_ROW_PX, heightPx: 0 });
  const topRef = useRef(0);

  const update = useCallback((topPx: number) => {
    const isUp = topPx < topRef.current;
    topRef.current = topPx;
    const next = windowAt(topPx, isUp, sizesRef.current);
    setShown((known) => (isSame(known, next) ? known : next));
  }, []);

  useEffect(() => {
    const grid = gridRef.current;
    const body = bodyRef.current;
    if (!grid || !body) return undefined;
    const onScroll = () => update(grid.scrollTop);
    grid.addEventListener('scroll', onScroll, { passive: true });
    if (typeof ResizeObserver === 'undefined') return () => grid.removeEventListener('scroll', onScroll);
    const observer = new ResizeObserver(() => {
      sizesRef.current = measure(grid, body);
      update(grid.scrollTop);
    });
    observer.observe(grid);
    const probe = probeOf(grid);
    if (probe) observer.observe(probe); // not the body: it grows with each row
    return () => {
      grid.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [gridRef, bodyRef, update]);

  const show = useCallback(
    (index: number) => {
      const grid = gridRef.current;
      const body = bodyRef.current;
      if (!grid || !body || index < 0) return;
      const sizes = measure(grid, body);
      sizesRef.current = sizes;
      const { rowPx, heightPx } = sizes;
      let topPx = grid.scrollTop;
      if (heightPx > 0) {
        if (index * rowPx < topPx) topPx = index * rowPx;
        else if ((index + 1) * rowPx > topPx + heightPx) topPx = (index + 1) * rowPx - heightPx;
        if (topPx !== grid.scrollTop) grid.scrollTop = topPx;
      }
      update(topPx);
    },
    [gridRef, bodyRef, update],
  );

  return { ...shown, to: Math.min(shown.to, rowCount), show };
}
