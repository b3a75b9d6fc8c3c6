'use client';
import { forwardRef, memo, type ReactNode, useMemo } from 'react';
import { useSelection } from '../../hooks/useSelection.ts';
import { useSpan } from '../../hooks/useSpan.ts';
import type { SpanKind } from '../../model/span.ts';
import type { SpanTreeRow as Row } from '../../store/tree/index.ts';
import { type ShownStatus, shownStatus } from '../internals/icons/shownStatus.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { MOST_LEVELS } from './mostLevels.ts';
import { SpanTreeBarCell } from './SpanTreeBarCell.tsx';
import {
  SpanTreeRowContext,
  type SpanTreeRowContextValue,
  useSpanTreeContext,
  useSpanTreeFocus,
} from './SpanTreeContext.ts';
import { SpanTreeCostCell } from './SpanTreeCostCell.tsx';
import { SpanTreeDurationCell } from './SpanTreeDurationCell.tsx';
import { SpanTreeNameCell } from './SpanTreeNameCell.tsx';
import { isOpenSpan } from './spanFacts.ts';
import { useSkew } from './useSkew.ts';

export interface SpanTreeRowState {
  readonly status: ShownStatus | undefined;
  readonly kind: SpanKind | undefined;
  readonly active: boolean;
  readonly pinned: boolean;
  readonly level: number;
}

export interface SpanTreeRowProps extends Row, Omit<PartPropsOf<'div', SpanTreeRowState>, 'children'> {
  readonly isSelected?: boolean | undefined;
  /** The row that Tab goes to. */
  readonly isActive?: boolean | undefined;
  /** The cell that has the tab stop; `undefined`: the row. */
  readonly activeCell?: number | undefined;
  /** Kept in the page although it is out of sight, because it has the focus. */
  readonly isPinned?: boolean | undefined;
  /** Cells of one's own; default name, bar, duration, cost. Keep it stable: the row compares it. */
  readonly children?: ReactNode;
}

const defaultCells = (
  <>
    <SpanTreeNameCell />
    <SpanTreeBarCell />
    <SpanTreeDurationCell />
    <SpanTreeCostCell />
  </>
);

/**
 * One row of the treegrid. Renders again when its own span changes, and for nothing else that streams. A click selects, a double
 * click opens. Sets `data-status`, `data-kind`, `data-level`, `data-active`, `data-pinned`; `--sl-level`, `--sl-index`.
 */
export const SpanTreeRow = memo(
  forwardRef<HTMLDivElement, SpanTreeRowProps>(function SpanTreeRow(props, ref) {
    const {
      spanKey,
      spanId,
      index: at,
      level,
      posInSet,
      setSize,
      childCount,
      hasChildren,
      isExpanded,
      attempt,
      attempts,
      isSelected = false,
      isActive = false,
      activeCell,
      isPinned = false,
      children = defaultCells,
      ...partProps
    } = props;
    const { runId, isStale } = useSpanTreeContext();
    const { select, selection, navigate } = useSelection();
    const { moveTo } = useSpanTreeFocus();
    const span = useSpan(spanKey);
    const isOpen = isOpenSpan(span);
    const skewMs = useSkew(span);
    const value = useMemo<SpanTreeRowContextValue>(
      () => ({
        row: {
          spanKey,
          spanId,
          index: at,
          level,
          posInSet,
          setSize,
          childCount,
          hasChildren,
          isExpanded,
          attempt,
          attempts,
        },
        span,
        isOpen,
        skewMs,
        activeCell,
      }),
      [
        spanKey,
        spanId,
        at,
        level,
        posInSet,
        setSize,
        childCount,
        hasChildren,
        isExpanded,
        attempt,
        attempts,
        span,
        isOpen,
        skewMs,
        activeCell,
      ],
    );
    const state: SpanTreeRowState = {
      status: span && !span.isPlaceholder ? shownStatus(span.status, isStale) : undefined,
      kind: span?.kind,
      active: isActive,
      pinned: isPinned,
      level,
    };
    const element = useRenderPart('div', partProps, state, {
      ref,
      role: 'row',
      'aria-rowindex': at + 2, // the head row is the first
      'aria-level': level,
      'aria-posinset': posInSet,
      'aria-setsize': setSize,
      'aria-expanded': hasChildren ? isExpanded : undefined,
      'aria-selected': isSelected,
      tabIndex: isActive && activeCell === undefined ? 0 : -1,
      className: 'sl-span-tree__row',
      cssVars: { '--sl-level': Math.min(level, MOST_LEVELS + 1) - 1, '--sl-index': isPinned ? at : undefined },
      onClick: () => {
        select({ ...selection, runId, spanKey });
        moveTo(spanKey, undefined, false);
      },
      onDoubleClick: () => navigate({ to: 'span', runId, spanKey }),
      onFocus: () => {
        if (!isActive) moveTo(spanKey, undefined, false);
      },
      children,
    });
    return <SpanTreeRowContext.Provider value={value}>{element}</SpanTreeRowContext.Provider>;
  }),
);
