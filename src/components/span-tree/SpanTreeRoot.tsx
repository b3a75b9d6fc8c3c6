'use client';
import { forwardRef, useCallback, useMemo, useRef, useState } from 'react';
import { useIsRunStale } from '../../hooks/useIsRunStale.ts';
import { useRun } from '../../hooks/useRun.ts';
import { useSpanTree } from '../../hooks/useSpanTree.ts';
import type { RunId, SpanKey } from '../../model/ids.ts';
import type { SpanTreeLayout } from '../../store/tree/index.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { createCriticalMarks } from './criticalMarks.ts';
import { createIdleNotes } from './idleNotes.ts';
import { SpanTreeClock } from './SpanTreeClock.tsx';
import {
  SpanTreeContext,
  type SpanTreeContextValue,
  type SpanTreeFocus,
  SpanTreeFocusContext,
} from './SpanTreeContext.ts';
import { createTimeView } from './timeView.ts';

export interface SpanTreeRootState {
  readonly layout: SpanTreeLayout;
}

export interface SpanTreeRootProps extends PartPropsOf<'div', SpanTreeRootState> {
  readonly runId: RunId;
  /** `lean` (default) leaves task and turn rows out and hangs handed-off agents under who handed off; `exact` shows true parents. */
  readonly layout?: SpanTreeLayout | undefined;
  readonly defaultLayout?: SpanTreeLayout | undefined;
  readonly onLayoutChange?: ((layout: SpanTreeLayout) => void) | undefined;
  /** Rows down to this level are expanded at first, and what leads to a running span. Default: all. */
  readonly initialLevels?: number | undefined;
  /** Underlines what the run waited for. Default on. */
  readonly defaultCriticalShown?: boolean | undefined;
}

/**
 * Holds a run's tree, time axis and focus for the parts inside. Sets `data-layout`. Another `runId` is another tree: give it
 * as `key` too when zoom and focus are not to stay.
 */
export const SpanTreeRoot = forwardRef<HTMLDivElement, SpanTreeRootProps>(function SpanTreeRoot(props, ref) {
  const {
    runId,
    layout: controlled,
    defaultLayout = 'lean',
    onLayoutChange,
    initialLevels,
    defaultCriticalShown = true,
    children,
    ...partProps
  } = props;
  const [ownLayout, setOwnLayout] = useState(defaultLayout);
  const layout = controlled ?? ownLayout;
  const setLayout = useCallback(
    (next: SpanTreeLayout) => {
      setOwnLayout(next);
      onLayoutChange?.(next);
    },
    [onLayoutChange],
  );
  const index = useSpanTree(runId, { layout, initialLevels });
  const isStale = useIsRunStale(useRun(runId));
  const [view] = useState(createTimeView);
  const [marks] = useState(createCriticalMarks);
  const [idle] = useState(createIdleNotes);
  const [isCriticalShown, setCriticalShown] = useState(defaultCriticalShown);
  const [isIdleCut, setIdleCut] = useState(false);
  const helpRef = useRef<(() => void) | undefined>(undefined);
  const gridRef = useRef<HTMLElement | null>(null);

  const value = useMemo<SpanTreeContextValue>(
    () => ({
      runId,
      index,
      view,
      marks,
      isStale,
      layout,
      setLayout,
      isCriticalShown,
      setCriticalShown,
      idle,
      isIdleCut,
      setIdleCut,
      helpRef,
      gridRef,
    }),
    [runId, index, view, marks, isStale, layout, setLayout, isCriticalShown, idle, isIdleCut],
  );

  const wantsFocusRef = useRef(false);
  const [active, setActive] = useState<{ key: SpanKey | undefined; cell: number | undefined }>({
    key: undefined,
    cell: undefined,
  });
  const moveTo = useCallback((key: SpanKey, cell?: number, takesFocus = true) => {
    if (takesFocus) wantsFocusRef.current = true;
    setActive({ key, cell });
  }, []);
  const focus = useMemo<SpanTreeFocus>(
    () => ({ activeKey: active.key, activeCell: active.cell, moveTo, wantsFocusRef }),
    [active, moveTo],
  );

  const element = useRenderPart('div', partProps, { layout }, { ref, className: 'sl-span-tree', children });
  return (
    <SpanTreeContext.Provider value={value}>
      <SpanTreeFocusContext.Provider value={focus}>
        {element}
        <SpanTreeClock />
      </SpanTreeFocusContext.Provider>
    </SpanTreeContext.Provider>
  );
});
