'use client';
import type { ReactNode } from 'react';
import { useConnection } from '../../hooks/useConnection.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { EmptyState } from '../internals/EmptyState.tsx';
import { PanelFoot } from '../internals/Panel.tsx';
import { Skeleton } from '../internals/Skeleton.tsx';
import { useCostCardsContext } from './CostCardsContext.ts';

/** The faces without lines; its children otherwise. */
export function CostCardsEmpty({ children }: { readonly children: ReactNode }): ReactNode {
  const { messages } = useMonitorContext();
  const { breakdown } = useCostCardsContext();
  const { phase } = useConnection();
  if (breakdown.lines.length > 0) return children;
  if (phase === 'connecting' || phase === 'catching-up') return <Skeleton lines={4} />;
  return <EmptyState title={messages.cost.empty} />;
}

/** What the sums miss: calls without a price, runs that were let go. Nothing while they miss nothing. */
export function CostCardsNotes() {
  const { messages, format } = useMonitorContext();
  const { unpricedCalls, isPartial } = useCostCardsContext().breakdown;
  if (unpricedCalls === 0 && !isPartial) return null;
  return (
    <PanelFoot>
      {unpricedCalls > 0 ? (
        <span className="sl-cost__note">{messages.cost.unpricedCalls(unpricedCalls, format.count(unpricedCalls))}</span>
      ) : null}
      {isPartial ? <span className="sl-cost__note">{messages.cost.partial}</span> : null}
    </PanelFoot>
  );
}
