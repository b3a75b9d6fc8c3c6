'use client';
import { forwardRef, useCallback, useSyncExternalStore } from 'react';
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
    const read = useCallback(() => {
      const { costNanoUsd, isLowerBound } = index.costOf(row.spanKey) ?? { isLowerBound: false };
      return format.cost(costNanoUsd, { isLowerBound });
    }, [index, row.spanKey, format]);
    const sum = useSyncExternalStore(
      row.hasChildren ? index.subscribe : never,
      row.hasChildren ? read : readNothing,
      readNothing,
    );
    const text = sum ?? format.cost(span?.costNanoUsd);
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

/** A row without children costs what its span says, and hears of nothing else. */
const never = () => () => undefined;
const readNothing = () => undefined;
