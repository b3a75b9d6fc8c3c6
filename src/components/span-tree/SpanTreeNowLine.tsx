'use client';
import { forwardRef, useSyncExternalStore } from 'react';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { useMergedRefs } from '../internals/useMergedRefs.ts';
import { useSpanTreeContext } from './SpanTreeContext.ts';
import { useNowVar } from './useNowVar.ts';

export interface SpanTreeNowLineState {
  readonly stale: boolean;
}

/**
 * The vertical line at now, while the run goes on. It is placed by its `--sl-now` and does not render again when it moves.
 * Sets `data-stale`.
 */
export const SpanTreeNowLine = forwardRef<HTMLDivElement, PartPropsOf<'div', SpanTreeNowLineState>>(
  function SpanTreeNowLine(partProps, ref) {
    const { view, isStale } = useSpanTreeContext();
    const isLive = useSyncExternalStore(
      view.subscribe,
      () => view.get().isLive,
      () => false,
    );
    const nowRef = useNowVar<HTMLDivElement>(isLive);
    const mergedRef = useMergedRefs<HTMLDivElement>(ref, nowRef);
    const line = useRenderPart(
      'div',
      partProps,
      { stale: isStale },
      { ref: mergedRef, className: 'sl-span-tree__now', 'aria-hidden': true },
    );
    return isLive ? line : null;
  },
);
