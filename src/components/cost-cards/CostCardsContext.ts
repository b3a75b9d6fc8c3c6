'use client';
import { createContext, useContext } from 'react';
import type { CostBreakdown, CostDimension } from '../../hooks/useCostBreakdown.ts';
import { MonitorError } from '../../model/errors.ts';
import type { RunId } from '../../model/ids.ts';

export interface CostCardsContextValue {
  readonly breakdown: CostBreakdown;
  readonly dimension: CostDimension;
  readonly dimensions: readonly CostDimension[];
  readonly setDimension: (dimension: CostDimension) => void;
  readonly runId: RunId | undefined;
}

export const CostCardsContext = createContext<CostCardsContextValue | undefined>(undefined);

/** @throws {MonitorError} `components.no-cost-cards` outside of `CostCards.Root` */
export function useCostCardsContext(): CostCardsContextValue {
  const context = useContext(CostCardsContext);
  if (context) return context;
  throw new MonitorError('components.no-cost-cards', {
    happened: 'A part of CostCards was rendered outside of CostCards.Root.',
    follows: 'It does not know which costs to show.',
    todo: 'Put <CostCards.Root> around it.',
  });
}
