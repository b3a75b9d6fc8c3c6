'use client';
import { forwardRef } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useNow } from '../../hooks/useNow.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { cellTabIndex } from './cellTabIndex.ts';
import { useSpanTreeContext, useSpanTreeRow } from './SpanTreeContext.ts';
import { durationOf } from './spanFacts.ts';

export interface SpanTreeDurationCellState {
  readonly open: boolean;
}

/** How long the span took; while it runs how long so far, once a second. Sets `data-open`, `data-column`. */
export const SpanTreeDurationCell = forwardRef<HTMLDivElement, PartPropsOf<'div', SpanTreeDurationCellState>>(
  function SpanTreeDurationCell(partProps, ref) {
    const { isStale } = useSpanTreeContext();
    const { messages, format } = useMonitorContext();
    const { span, isOpen, activeCell } = useSpanTreeRow();
    const text = isStale && isOpen ? messages.spanTree.stale : format.duration(durationOf(span));
    return useRenderPart(
      'div',
      partProps,
      { open: isOpen },
      {
        ref,
        role: 'gridcell',
        tabIndex: cellTabIndex(2, activeCell),
        className: 'sl-span-tree__figure',
        'data-column': 'duration',
        children: isOpen && !isStale && span?.startedAtMs !== undefined ? <Elapsed sinceMs={span.startedAtMs} /> : text,
      },
    );
  },
);

function Elapsed({ sinceMs }: { readonly sinceMs: number }) {
  const { format } = useMonitorContext();
  const nowMs = useNow(1);
  return format.duration(nowMs === 0 ? undefined : Math.max(0, nowMs - sinceMs));
}
