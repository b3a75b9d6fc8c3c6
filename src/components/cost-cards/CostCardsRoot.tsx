'use client';
import { forwardRef, useMemo, useState } from 'react';
import { type CostDimension, useCostBreakdown } from '../../hooks/useCostBreakdown.ts';
import type { RunId } from '../../model/ids.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { CostCardsContext, type CostCardsContextValue } from './CostCardsContext.ts';

export interface CostCardsRootState {
  readonly dimension: CostDimension;
}

export interface CostCardsRootProps extends PartPropsOf<'div', CostCardsRootState> {
  /** One run; without it all runs that are held. */
  readonly runId?: RunId | undefined;
  /** How costs can be cut, in the order of the tabs. Default agent, model, tool, and run for all runs. */
  readonly dimensions?: readonly CostDimension[] | undefined;
  /** Lines shown by name. Default 5. */
  readonly limit?: number | undefined;
}

const ofAll: readonly CostDimension[] = ['agent', 'model', 'tool', 'run'];
const ofRun: readonly CostDimension[] = ['agent', 'model', 'tool'];

/** Whose costs, cut how, for the parts inside it. Sets `data-dimension`. */
export const CostCardsRoot = forwardRef<HTMLDivElement, CostCardsRootProps>(function CostCardsRoot(props, ref) {
  const { runId, dimensions: given, limit, children, ...partProps } = props;
  const dimensions = given ?? (runId === undefined ? ofAll : ofRun);
  const [chosen, setDimension] = useState<CostDimension>();
  const dimension = chosen !== undefined && dimensions.includes(chosen) ? chosen : (dimensions[0] ?? 'agent');
  const breakdown = useCostBreakdown(dimension, runId, limit);
  const value = useMemo<CostCardsContextValue>(
    () => ({ breakdown, dimension, dimensions, setDimension, runId }),
    [breakdown, dimension, dimensions, runId],
  );
  return useRenderPart('div', partProps, { dimension } satisfies CostCardsRootState, {
    ref,
    className: 'sl-cost',
    children: <CostCardsContext.Provider value={value}>{children}</CostCardsContext.Provider>,
  });
});
