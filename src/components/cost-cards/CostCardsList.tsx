'use client';
import { forwardRef } from 'react';
import type { CostLine } from '../../hooks/useCostBreakdown.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useRun } from '../../hooks/useRun.ts';
import { asRunId } from '../../model/ids.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { tip } from '../internals/tip.ts';
import { useCssVars } from '../internals/useCssVars.ts';
import { useCostCardsContext } from './CostCardsContext.ts';

type NoState = Readonly<Record<never, never>>;

/** The lines, dearest first: name, money, share, bar. */
export const CostCardsList = forwardRef<HTMLUListElement, Omit<PartPropsOf<'ul', NoState>, 'children'>>(
  function CostCardsList(partProps, ref) {
    const { breakdown } = useCostCardsContext();
    return useRenderPart(
      'ul',
      partProps,
      {},
      {
        ref,
        role: 'list', // a list without markers is no list to some readers
        tabIndex: 0, // it scrolls, and holds nothing else that keys could reach
        className: 'sl-cost__list',
        children: breakdown.lines.map((line) => <CostCardsLine key={line.key} line={line} />),
      },
    );
  },
);

/** One line. Sets `data-line` (named, none, others, unsplit), `data-unpriced`; `--sl-w` is the length of its bar. */
export function CostCardsLine({ line }: { readonly line: CostLine }) {
  const { messages, format } = useMonitorContext();
  const barRef = useCssVars({ '--sl-w': `${(line.ofLargest * 100).toFixed(1)}%` });
  const cost = line.isUnpriced
    ? messages.common.unknown
    : format.cost(line.costNanoUsd, { isLowerBound: line.unpricedCalls > 0 });
  const hint =
    line.unpricedCalls === 0
      ? undefined
      : messages.cost.unpricedCalls(line.unpricedCalls, format.count(line.unpricedCalls));
  return (
    <li className="sl-cost__line" data-line={line.kind} data-unpriced={line.isUnpriced ? '' : undefined}>
      <LineName line={line} />
      <span className="sl-cost__money" {...tip(hint ?? false)}>
        {cost}
        {line.isUnpriced ? <span className="sl-cost__unpriced">{messages.cost.unpriced}</span> : null}
      </span>
      <span className="sl-cost__share">{line.isUnpriced ? messages.common.unknown : format.share(line.share)}</span>
      <span className="sl-bar" aria-hidden="true">
        <span ref={barRef} className="sl-bar__fill" />
      </span>
    </li>
  );
}

function LineName({ line }: { readonly line: CostLine }) {
  const { messages, format } = useMonitorContext();
  const { dimension } = useCostCardsContext();
  const run = useRun(dimension === 'run' && line.name !== undefined ? asRunId(line.name) : undefined);
  if (line.kind === 'others')
    return <span className="sl-cost__name">{messages.cost.others(line.lineCount, format.count(line.lineCount))}</span>;
  if (line.kind === 'unsplit') return <span className="sl-cost__name">{messages.cost.unsplit}</span>;
  if (line.name === undefined) return <span className="sl-cost__name">{messages.cost.none[dimension]}</span>;
  if (dimension !== 'run') {
    return (
      <span className="sl-cost__name" {...tip()}>
        <bdi className="sl-cost__text">{line.name}</bdi>
      </span>
    );
  }
  return (
    <span className="sl-cost__name" {...tip(line.name)}>
      <bdi className="sl-cost__text">{run?.name ?? messages.runList.unnamed}</bdi>{' '}
      <span className="sl-cost__id">{format.shortId(line.name)}</span>
    </span>
  );
}
