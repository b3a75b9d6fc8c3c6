'use client';
import { Fragment, forwardRef, type ReactNode, useEffect, useRef, useState } from 'react';
import { useSelection } from '../../hooks/useSelection.ts';
import { useSpanTreeVersion } from '../../hooks/useSpanTree.ts';
import type { SpanKey } from '../../model/ids.ts';
import type { SpanTreeRow as Row } from '../../store/tree/index.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { useSpanTreeContext, useSpanTreeFocus } from './SpanTreeContext.ts';
import { SpanTreeEmpty } from './SpanTreeEmpty.tsx';
import { SpanTreeRow, type SpanTreeRowProps } from './SpanTreeRow.tsx';
import { useFollowFocus } from './useFollowFocus.ts';
import { useRowWindow } from './useRowWindow.ts';

const noState = {};

export interface SpanTreeBodyProps extends Omit<PartPropsOf<'div', object>, 'children'> {
  /** A row of one's own; default `<SpanTree.Row {...row} />`. Keep the function stable. */
  readonly children?: ((row: SpanTreeRowProps) => ReactNode) | undefined;
  /** In place of the rows while there are none. */
  readonly empty?: ReactNode;
  readonly classNames?: { readonly row?: string | undefined } | undefined;
}

const defaultRow = (row: SpanTreeRowProps): ReactNode => <SpanTreeRow {...row} />;

/**
 * The rows in sight, and a few more. Rows that come above them do not move what is read; the row that has the focus stays in the
 * page. Sets `--sl-rows` (all rows) and `--sl-first` (rows above those in the page).
 */
export const SpanTreeBody = forwardRef<HTMLDivElement, SpanTreeBodyProps>(function SpanTreeBody(props, ref) {
  const { children: renderRow = defaultRow, empty, classNames, ...partProps } = props;
  const { runId, index, gridRef } = useSpanTreeContext();
  const { activeKey, activeCell, moveTo, wantsFocusRef } = useSpanTreeFocus();
  const { selection } = useSelection();
  const version = useSpanTreeVersion(index);
  const bodyRef = useRef<HTMLDivElement>(null);
  const mergedRef = useMergedRefs<HTMLElement>(bodyRef, ref as React.Ref<HTMLElement>);
  const [hasFocus, setHasFocus] = useState(false);
  const rowCount = version < 0 ? 0 : index.summary.rowCount;
  const { from, to, show } = useRowWindow(gridRef, bodyRef, index, version);
  const rows = version < 0 ? [] : index.readRows(from, to);
  const selectedKey = selection.runId === undefined || selection.runId === runId ? selection.spanKey : undefined;

  const activeIndex = activeKey === undefined ? -1 : index.rowIndexOf(activeKey);
  const isActiveInPage = activeIndex >= from && activeIndex < from + rows.length;
  /** The row that Tab goes to: where the keyboard was, else what is selected, else the first in sight. */
  const selectedIndex = selectedKey === undefined ? -1 : index.rowIndexOf(selectedKey);
  const isSelectedInPage = selectedIndex >= from && selectedIndex < from + rows.length;
  const stopKey = isActiveInPage || hasFocus ? activeKey : isSelectedInPage ? selectedKey : rows[0]?.spanKey;
  const pinned = hasFocus && activeIndex >= 0 && !isActiveInPage ? index.rowAt(activeIndex) : undefined;

  // In one list and in order: React then leaves its element where it is, and the focus with it.
  const inPage = pinned === undefined ? rows : pinned.index < from ? [pinned, ...rows] : [...rows, pinned];

  useFollowFocus({ index, version, activeKey, hasFocus, moveTo });

  // What is selected elsewhere comes into sight, once, as soon as it is there; what is selected here is in sight already.
  const shownKeyRef = useRef<SpanKey | undefined>(undefined);
  useEffect(() => {
    if (version < 0 || shownKeyRef.current === selectedKey) return;
    const rowKey = selectedKey === undefined ? undefined : index.reveal(selectedKey);
    if (selectedKey !== undefined && rowKey === undefined) return;
    shownKeyRef.current = selectedKey;
    if (rowKey !== undefined) show(index.rowIndexOf(rowKey));
  }, [index, version, selectedKey, show]);

  useIsomorphicLayoutEffect(() => {
    if (!wantsFocusRef.current || activeKey === undefined) return;
    show(index.rowIndexOf(activeKey));
    const element = bodyRef.current?.querySelector<HTMLElement>('[data-active]');
    const target =
      activeCell === undefined ? element : element?.querySelectorAll<HTMLElement>('[role=gridcell]')[activeCell];
    if (!target) return; // not in the page yet: the window that `show` asked for brings it
    wantsFocusRef.current = false;
    target.focus({ preventScroll: true });
  });

  const propsOf = (row: Row): SpanTreeRowProps => ({
    ...row,
    isSelected: row.spanKey === selectedKey,
    isActive: row.spanKey === stopKey,
    isPinned: row === pinned,
    activeCell: row.spanKey === stopKey ? activeCell : undefined,
    className: classNames?.row,
  });
  const element = useRenderPart('div', partProps, noState, {
    ref: mergedRef,
    role: 'rowgroup',
    className: 'sl-span-tree__body',
    cssVars: { '--sl-rows': rowCount, '--sl-first': from },
    onFocus: () => setHasFocus(true),
    onBlur: (event: unknown) => {
      const { currentTarget, relatedTarget } = event as React.FocusEvent<HTMLElement>;
      if (!currentTarget.contains(relatedTarget)) setHasFocus(false);
    },
    children:
      rowCount === 0
        ? (empty ?? <SpanTreeEmpty />)
        : inPage.map((row) => <Fragment key={row.spanKey}>{renderRow(propsOf(row))}</Fragment>),
  });
  return (
    <>
      {element}
      <div className="sl-span-tree__probe" aria-hidden="true" />
    </>
  );
});
