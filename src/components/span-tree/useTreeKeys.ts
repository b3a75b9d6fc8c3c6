'use client';
import { type KeyboardEvent, useCallback } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useSelection } from '../../hooks/useSelection.ts';
import type { SpanKey } from '../../model/ids.ts';
import { useSpanTreeContext, useSpanTreeFocus } from './SpanTreeContext.ts';
import { pageRowsOf } from './useRowWindow.ts';

/** How much a key zooms and pans. */
const ZOOM = 1.5;
const PAN_SHARE = 0.2;

/** A cell that the width of the panel leaves out takes no focus. */
const shownCells = (row: Element) =>
  [...row.querySelectorAll<HTMLElement>('[role=gridcell]')].filter((cell) => getComputedStyle(cell).display !== 'none');

const isTyping = (target: EventTarget) =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null;

/** The keys of the tree, for the element that all rows stand in. Single letters only where the provider allows them. */
export function useTreeKeys(): (event: KeyboardEvent<HTMLElement>) => void {
  const { runId, index, view, gridRef, isCriticalShown, setCriticalShown, helpRef } = useSpanTreeContext();
  const { activeKey, activeCell, moveTo } = useSpanTreeFocus();
  const { select, selection, navigate } = useSelection();
  const { hasShortcuts } = useMonitorContext();

  return useCallback(
    (event) => {
      const { key, shiftKey, target } = event;
      const grid = gridRef.current;
      if (!grid || event.defaultPrevented || event.metaKey || event.altKey || isTyping(target)) return;
      const { rowCount } = index.summary;
      const current = activeKey !== undefined && index.rowIndexOf(activeKey) >= 0 ? activeKey : index.rowAt(0)?.spanKey;
      if (current === undefined) return;
      const at = index.rowIndexOf(current);
      const goTo = (rowIndex: number, cell = activeCell) => {
        const row = index.rowAt(Math.max(0, Math.min(rowCount - 1, rowIndex)));
        if (row) moveTo(row.spanKey, cell);
      };
      const rowElement = () => grid.querySelector('[data-active]');
      const cells = () => {
        const element = rowElement();
        if (!element) return [];
        const all = [...element.querySelectorAll('[role=gridcell]')];
        return shownCells(element).map((cell) => all.indexOf(cell));
      };
      const isRtl = getComputedStyle(grid).direction === 'rtl';
      const into = isRtl ? 'ArrowLeft' : 'ArrowRight';
      const out = isRtl ? 'ArrowRight' : 'ArrowLeft';
      const selectRow = (next: SpanKey) => select({ ...selection, runId, spanKey: next });

      const move = (): boolean => {
        switch (key) {
          case 'ArrowDown':
            goTo(at + 1);
            return true;
          case 'ArrowUp':
            goTo(at - 1);
            return true;
          case 'PageDown':
            goTo(at + pageRowsOf(grid));
            return true;
          case 'PageUp':
            goTo(at - pageRowsOf(grid));
            return true;
          case 'Home':
          case 'End': {
            if (activeCell !== undefined && !event.ctrlKey)
              moveTo(current, key === 'Home' ? cells()[0] : cells().at(-1));
            else goTo(key === 'Home' ? 0 : rowCount - 1);
            return true;
          }
          case 'Enter':
            selectRow(current);
            navigate({ to: 'span', runId, spanKey: current });
            return true;
          case into: {
            if (shiftKey) view.pan(isRtl ? -PAN_SHARE : PAN_SHARE);
            else if (activeCell !== undefined) moveTo(current, cells().find((cell) => cell > activeCell) ?? activeCell);
            else if (index.rowAt(at)?.hasChildren && !index.isExpanded(current)) index.setExpanded(current, true);
            else moveTo(current, cells()[0]);
            return true;
          }
          case out: {
            if (shiftKey) view.pan(isRtl ? PAN_SHARE : -PAN_SHARE);
            else if (activeCell !== undefined)
              moveTo(
                current,
                cells().findLast((cell) => cell < activeCell),
              );
            else if (index.isExpanded(current)) index.setExpanded(current, false);
            else {
              const parent = index.parentOf(current);
              if (parent !== undefined) moveTo(parent);
            }
            return true;
          }
          default:
            return false;
        }
      };
      const shortcut = (): boolean => {
        if (!hasShortcuts || event.ctrlKey) return false;
        switch (key) {
          case '*':
            index.setSiblingsExpanded(current, true);
            return true;
          case 'e':
          case 'E': {
            const next = index.findError(activeKey, shiftKey ? 'previous' : 'next');
            if (next === undefined) return true;
            const shown = index.reveal(next) ?? next;
            moveTo(shown);
            selectRow(shown);
            return true;
          }
          case 'c':
            setCriticalShown(!isCriticalShown);
            return true;
          case '+':
          case '=':
            view.zoom(ZOOM);
            return true;
          case '-':
          case '−':
            view.zoom(1 / ZOOM);
            return true;
          case '0':
            view.fit();
            return true;
          case '?':
            helpRef.current?.();
            return true;
          default:
            return false;
        }
      };
      if (move() || shortcut()) event.preventDefault();
    },
    [
      runId,
      index,
      view,
      gridRef,
      isCriticalShown,
      setCriticalShown,
      helpRef,
      activeKey,
      activeCell,
      moveTo,
      select,
      selection,
      navigate,
      hasShortcuts,
    ],
  );
}
