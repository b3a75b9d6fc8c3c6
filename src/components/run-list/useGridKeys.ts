'use client';
import {
  type FocusEvent,
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { RunListItem } from '../../hooks/internals/runListSource.ts';
import type { RunId } from '../../model/ids.ts';

export interface GridKeysOptions {
  readonly gridRef: RefObject<HTMLElement | null>;
  readonly items: readonly RunListItem[];
  readonly scrollTo: (index: number) => void;
  readonly onOpen: (runId: RunId) => void;
  readonly onSelect: (runId: RunId) => void;
}

export interface MenuRequest {
  readonly runId: RunId;
  readonly row: HTMLElement;
}

export interface GridKeys {
  /** The row that is the tab stop. */
  readonly activeIndex: number;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly menuRequest: MenuRequest | undefined;
  readonly closeMenu: () => void;
}

const rowOf = (target: EventTarget) => (target as Element).closest<HTMLElement>('[role="row"][data-index]');

/** Row focus of a grid: one tab stop, which follows its item when the list changes and stays at its index when the item leaves. */
export function useGridKeys(options: GridKeysOptions): GridKeys {
  const { gridRef, items, scrollTo, onOpen, onSelect } = options;
  const [active, setActive] = useState<{ key: string | undefined; index: number }>({ key: undefined, index: 0 });
  const [menuRequest, setMenuRequest] = useState<MenuRequest>();
  const wantsFocus = useRef(false);

  const keyIndex = active.key === undefined ? -1 : items.findIndex((item) => item.key === active.key);
  const activeIndex = keyIndex >= 0 ? keyIndex : Math.max(0, Math.min(active.index, items.length - 1));

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const row = gridRef.current?.querySelector<HTMLElement>(`[role="row"][data-index="${activeIndex}"]`);
    if (!row) return; // the window has not come there yet; the next render tries again
    wantsFocus.current = false;
    row.focus({ preventScroll: true });
    row.scrollIntoView?.({ block: 'nearest' });
  });

  const moveTo = useCallback(
    (index: number) => {
      const next = Math.max(0, Math.min(index, items.length - 1));
      wantsFocus.current = true;
      setActive({ key: items[next]?.key, index: next });
      scrollTo(next);
    },
    [items, scrollTo],
  );

  const pageSize = () => {
    const grid = gridRef.current;
    const row = grid?.querySelector<HTMLElement>('[role="row"]');
    return Math.max(1, Math.floor((grid?.clientHeight ?? 0) / Math.max(1, row?.offsetHeight ?? 1)) - 1);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const row = rowOf(event.target);
    if (!row || event.target !== row) return; // keys of a control inside a row are its own
    const index = Number(row.dataset['index']);
    const item = items[index];
    const isMenuKey = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
    if ((event.ctrlKey || event.metaKey || event.altKey) && !isMenuKey) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: items.length - 1,
      PageDown: index + pageSize(),
      PageUp: index - pageSize(),
    };
    const next = steps[event.key];
    if (next !== undefined) moveTo(next);
    else if (event.key === 'Enter' && item?.kind === 'run') onOpen(item.runId);
    else if (event.key === ' ' && item?.kind === 'run') onSelect(item.runId);
    else if (isMenuKey && item?.kind === 'run') setMenuRequest({ runId: item.runId, row });
    else return;
    event.preventDefault();
  };

  const onFocus = (event: FocusEvent) => {
    const row = rowOf(event.target);
    if (!row) return;
    const index = Number(row.dataset['index']);
    const key = items[index]?.key;
    if (key !== active.key || index !== active.index) setActive({ key, index });
  };

  return { activeIndex, onKeyDown, onFocus, menuRequest, closeMenu: useCallback(() => setMenuRequest(undefined), []) };
}
