'use client';
import { type RefObject, useCallback, useEffect, useState } from 'react';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';

/** Rows in the page before and after those in sight: more in the direction of the scroll. */
const AHEAD = 8;
const BEHIND = 2;
/** Rows in the page at most, where more would be too many elements; fewer are kept ready then. */
const MOST_ROWS = 40;
/** Without layout (server, tests): as many as a usual panel shows. */
const USUAL_ROWS = 20;
export const USUAL_ROW_PX = 24;

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

/** Reads the row height that the sheet sets for the density and the width of the container. */
function rowPxOf(grid: HTMLElement): number {
  const text = getComputedStyle(grid).getPropertyValue('--sl-span-tree-row');
  return Number.parseFloat(text) || USUAL_ROW_PX;
}

/** Rows that fit into the grid, one less: what Page Down goes on by. */
export function pageRowsOf(grid: HTMLElement): number {
  const body = grid.querySelector<HTMLElement>('.sl-span-tree__body');
  const heightPx = grid.clientHeight - (body?.offsetTop ?? 0);
  return heightPx > 0 ? Math.max(1, Math.floor(heightPx / rowPxOf(grid)) - 1) : USUAL_ROWS;
}

/** Which rows are in the page: those in sight and some more, by fixed row heights, without measuring any row. */
export function useRowWindow(
  gridRef: RefObject<HTMLElement | null>,
  bodyRef: RefObject<HTMLElement | null>,
  rowCount: number,
): RowWindow {
  const [shown, setShown] = useState<Shown>({ from: 0, to: USUAL_ROWS, rowPx: USUAL_ROW_PX });

  const read = useCallback(
    (lastTop?: number): Shown => {
      const grid = gridRef.current;
      const body = bodyRef.current;
      if (!grid || !body) return { from: 0, to: USUAL_ROWS, rowPx: USUAL_ROW_PX };
      const rowPx = rowPxOf(grid);
      const headPx = body.offsetTop;
      const top = Math.max(0, grid.scrollTop);
      const heightPx = grid.clientHeight > 0 ? grid.clientHeight - headPx : USUAL_ROWS * rowPx;
      const first = Math.floor(top / rowPx);
      const last = Math.ceil((top + heightPx) / rowPx);
      const isUp = lastTop !== undefined && top < lastTop;
      const spare = Math.max(0, MOST_ROWS - (last - first));
      const ahead = Math.min(AHEAD, Math.max(3, spare - BEHIND));
      const behind = Math.min(BEHIND, spare);
      return {
        from: Math.max(0, first - (isUp ? ahead : behind)),
        to: last + (isUp ? behind : ahead),
        rowPx,
      };
    },
    [gridRef, bodyRef],
  );
  const update = useCallback(
    (lastTop?: number) =>
      setShown((known) => {
        const next = read(lastTop);
        return next.from === known.from && next.to === known.to && next.rowPx === known.rowPx ? known : next;
      }),
    [read],
  );

  useEffect(() => {
    const grid = gridRef.current;
    const body = bodyRef.current;
    if (!grid || !body) return undefined;
    let lastTop = grid.scrollTop;
    const onScroll = () => {
      update(lastTop);
      lastTop = grid.scrollTop;
    };
    grid.addEventListener('scroll', onScroll, { passive: true });
    const sizes = typeof ResizeObserver === 'undefined' ? undefined : new ResizeObserver(() => update());
    sizes?.observe(grid);
    sizes?.observe(body);
    return () => {
      grid.removeEventListener('scroll', onScroll);
      sizes?.disconnect();
    };
  }, [gridRef, bodyRef, update]);

  // Before the first paint, so that a tall panel does not show a short window first.
  useIsomorphicLayoutEffect(() => update(), [update, rowCount === 0]);

  const show = useCallback(
    (index: number) => {
      const grid = gridRef.current;
      const body = bodyRef.current;
      if (!grid || !body || index < 0) return;
      const rowPx = rowPxOf(grid);
      const heightPx = grid.clientHeight - body.offsetTop;
      const lastTop = grid.scrollTop;
      if (heightPx > 0) {
        if (index * rowPx < lastTop) grid.scrollTop = index * rowPx;
        else if ((index + 1) * rowPx > lastTop + heightPx) grid.scrollTop = (index + 1) * rowPx - heightPx;
      }
      update(lastTop);
    },
    [gridRef, bodyRef, update],
  );
  return { ...shown, to: Math.min(shown.to, rowCount), show };
}
