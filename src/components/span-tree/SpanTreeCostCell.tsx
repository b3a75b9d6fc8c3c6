'use client';
import { forwardRef, useSyncExternalStore } from 'react';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { tip } from '../internals/tip.ts';
import { cellTabIndex } from './cellTabIndex.ts';
import { useSpanTreeContext, useSpanTreeRow } from './SpanTreeContext.ts';

const noState = {};

/** What the row and all below it cost. Unknown is a dash, never 0; `≥` says that calls below have no price. Sets `data-column`. */
export const SpanTreeCostCell = forwardRef<HTMLDivElement, PartPropsOf<'div', object>>(
  function SpanTreeCostCell(partProps, ref) {
    const { index } = useSpanTreeContext();
    const { messages, format } = useMonitorContext();
    const { row, span, activeCell } = useSpanTreeRow();
    const text = useSyncExternalStore(
      index.subscribe,
      () => {
        const cost = index.costOf(row.spanKey);
        return format.cost(cost?.costNanoUsd, { isLowerBound: cost?.isLowerBound ?? false });
      },
      () => messages.common.unknown,
    );
    const isUnpriced = span?.kind === 'llm' && span.usage !== undefined && span.costNanoUsd === undefined;
    return useRenderPart('div', partProps, noState, {
      ref,
      role: 'gridcell',
      tabIndex: cellTabIndex(3, activeCell),
      className: 'sl-span-tree__figure',
      'data-column': 'cost',
      ...(isUnpriced ? tip(messages.cost.noPriceFor(span.model ?? messages.cost.none.model)) : {}),
      children: text,
    });
  },
);
