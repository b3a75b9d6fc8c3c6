'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { tip } from '../internals/tip.ts';
import { useCostCardsContext } from './CostCardsContext.ts';

/** The sum of the lines; `≥` while calls without a price or lost events make it a lower bound. */
export function CostCardsTotal() {
  const { messages, format } = useMonitorContext();
  const { totalNanoUsd, calls, unpricedCalls, isPartial } = useCostCardsContext().breakdown;
  const isUnknown = calls > 0 && unpricedCalls >= calls;
  const isLowerBound = unpricedCalls > 0 || isPartial;
  return (
    <span className="sl-cost__total" {...tip(isLowerBound && messages.cost.lowerBound)}>
      <span className="sl-vh">{messages.cost.total} </span>
      {calls === 0 ? messages.common.unknown : format.cost(isUnknown ? undefined : totalNanoUsd, { isLowerBound })}
    </span>
  );
}
