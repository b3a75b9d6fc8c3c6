'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { useAsOf } from '../internals/useAsOf.ts';
import * as StatCard from './index.parts.ts';
import { type StatCardData, type StatName, useStatCards } from './useStatCards.ts';

interface StatStripState {
  readonly stale: boolean;
}

export interface StatStripPrefabProps extends Omit<PartPropsOf<'section', StatStripState>, 'children'> {
  /** Which figures, in which order. Default: all. */
  readonly stats?: readonly StatName[] | undefined;
}

/** The key figures in a row; cells wrap at 150 px. Sets `data-stale`. */
export function StatStripPrefab({ stats, ...partProps }: StatStripPrefabProps) {
  const { messages } = useMonitorContext();
  const { cards, isLoading, isStale } = useStatCards(stats);
  const asOf = useAsOf();
  return useRenderPart('section', partProps, { stale: isStale } satisfies StatStripState, {
    className: 'sl-stat-strip',
    'aria-label': messages.stat.strip,
    'aria-busy': isLoading || undefined,
    children: cards.map((card) => <Cell key={card.name} card={card} isLoading={isLoading} asOf={asOf} />),
  });
}

interface CellProps {
  readonly card: StatCardData;
  readonly isLoading: boolean;
  readonly asOf: string | undefined;
}

function Cell({ card, isLoading, asOf }: CellProps) {
  const { messages } = useMonitorContext();
  const { label, value, unit, exact, status, foot, footTone, spark } = card;
  const shownFoot = asOf ?? foot;
  const words = [
    `${label} ${isLoading ? messages.common.loading : `${value}${unit ?? ''}`}`,
    shownFoot ?? '',
    status ? messages.common.status[status] : '',
  ];
  return (
    <StatCard.Root label={messages.stat.card(words)} status={status} isStale={asOf !== undefined}>
      <StatCard.Label status={status}>{label}</StatCard.Label>
      {isLoading ? <StatCard.Skeleton /> : <StatCard.Value value={value} unit={unit} exact={exact} />}
      {isLoading ? null : <StatCard.Sparkline values={spark} tone={status === 'warn' ? 'attn' : undefined} />}
      {shownFoot && !isLoading ? <StatCard.Foot tone={asOf ? undefined : footTone}>{shownFoot}</StatCard.Foot> : null}
    </StatCard.Root>
  );
}
