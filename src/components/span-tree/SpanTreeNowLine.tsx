'use client';
import { forwardRef, useSyncExternalStore } from 'react';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { useSpanTreeContext } from './SpanTreeContext.ts';

export interface SpanTreeNowLineState {
  readonly stale: boolean;
}

/**
 * The vertical line at now, while the run goes on. It is placed by `--sl-now` of the grid and does not render again when it
 * moves. Sets `data-stale`.
 */
export const SpanTreeNowLine = forwardRef<HTMLDivElement, PartPropsOf<'div', SpanTreeNowLineState>>(
  function SpanTreeNowLine(partProps, ref) {
    const { view, isStale } = useSpanTreeContext();
    const isLive = useSyncExternalStore(
      view.subscribe,
      () => view.get().isLive,
      () => false,
    );
    const line = useRenderPart(
      'div',
      partProps,
      { stale: isStale },
      { ref, className: 'sl-span-tree__now', 'aria-hidden': true },
    );
    return isLive ? line : null;
  },
);
