'use client';
import { forwardRef, useCallback, useEffect } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.ts';
import { useSpanTreeSummary } from '../../hooks/useSpanTree.ts';
import { selectRun } from '../../store/selectors.ts';
import type { MonitorState } from '../../store/types.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { useIsomorphicLayoutEffect } from '../internals/useIsomorphicLayoutEffect.ts';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { SpanTreeAxis } from './SpanTreeAxis.tsx';
import { SpanTreeBody } from './SpanTreeBody.tsx';
import { useSpanTreeContext } from './SpanTreeContext.ts';
import { SpanTreeOverlay } from './SpanTreeOverlay.tsx';
import type { TimeView } from './timeView.ts';
import { useTreeKeys } from './useTreeKeys.ts';

export interface SpanTreeGridState {
  readonly stale: boolean;
  readonly empty: boolean;
  /** A large run is read in parts: more rows are to come. */
  readonly loading: boolean;
}

/** One element for all renders: the grid renders again with the counts, and what stands in it does not. */
const defaultParts = (
  <>
    <SpanTreeAxis />
    <SpanTreeOverlay />
    <SpanTreeBody />
  </>
);

/**
 * The `treegrid`: head row with the axis, what lies over all rows (gaps, now-line), the rows. Scrolls. Sets `data-stale`,
 * `data-empty`, `data-loading`; `--sl-from` and `--sl-span` say what stretch of time is drawn, `--sl-now` where the now-line stands, in ms from the
 * start of the run.
 * Ctrl and the wheel zoom; keys are in `messages.spanTree.keys`. Reads `--sl-span-tree-max-height` (default 640px): a grid without
 * a height of its own would have all rows in the page.
 */
export const SpanTreeGrid = forwardRef<HTMLDivElement, PartPropsOf<'div', SpanTreeGridState>>(function SpanTreeGrid(
  { children, ...partProps },
  ref,
) {
  const { runId, index, view, isStale, gridRef } = useSpanTreeContext();
  const { messages } = useMonitorContext();
  const name = useMonitorSelector(useCallback((state: MonitorState) => selectRun(state, runId)?.name, [runId]));
  const { rowCount, isLoading } = useSpanTreeSummary(index);
  const mergedRef = useMergedRefs<HTMLElement>(gridRef, ref as React.Ref<HTMLElement>);
  const onKeyDown = useTreeKeys();
  useWindowVars(view, gridRef);
  useWheelZoom(view, gridRef);
  return useRenderPart(
    'div',
    partProps,
    { stale: isStale, empty: rowCount === 0, loading: isLoading },
    {
      ref: mergedRef,
      role: 'treegrid',
      'aria-label': messages.spanTree.label(name ?? runId),
      'aria-rowcount': rowCount + 1,
      'aria-busy': isLoading || undefined,
      className: 'sl-span-tree__grid',
      onKeyDown,
      children: children ?? defaultParts,
    },
  );
});

function useWindowVars(view: TimeView, gridRef: React.RefObject<HTMLElement | null>): void {
  useIsomorphicLayoutEffect(() => {
    const write = () => {
      const { fromMs, toMs } = view.get();
      const style = gridRef.current?.style;
      style?.setProperty('--sl-from', fromMs.toFixed(3));
      style?.setProperty('--sl-span', (toMs - fromMs).toFixed(3));
    };
    write();
    return view.subscribe(write);
  }, [view, gridRef]);
}

/** Zoom in steps of a wheel notch; a touchpad's pinch comes as the same event. */
const ZOOM_PER_PX = 0.004;

function useWheelZoom(view: TimeView, gridRef: React.RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const grid = gridRef.current;
    if (!grid) return undefined;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const track = grid.querySelector('.sl-span-tree__track')?.getBoundingClientRect();
      const at = track && track.width > 0 ? (event.clientX - track.left) / track.width : 0.5;
      view.zoom(Math.exp(-event.deltaY * ZOOM_PER_PX), Math.max(0, Math.min(1, at)));
    };
    grid.addEventListener('wheel', onWheel, { passive: false }); // React's own listener is passive and could not keep the page from zooming
    return () => grid.removeEventListener('wheel', onWheel);
  }, [view, gridRef]);
}
