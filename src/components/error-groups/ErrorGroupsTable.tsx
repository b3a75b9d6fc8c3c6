'use client';
import { forwardRef } from 'react';
import { useCan } from '../../hooks/useCan.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useNow } from '../../hooks/useNow.ts';
import type { ErrorGroup } from '../../model/history.ts';
import { spanKeyOf } from '../../model/ids.ts';
import { Chip } from '../internals/Chip.tsx';
import { StatusIcon } from '../internals/icons/StatusIcon.tsx';
import { RedactedChip } from '../internals/RedactedChip.tsx';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { TimeText } from '../internals/TimeText.tsx';
import { tip } from '../internals/tip.ts';
import { TrendBars } from './TrendBars.tsx';

export interface ErrorGroupsTableState {
  readonly stale: boolean;
}

export interface ErrorGroupsTableProps extends Omit<PartPropsOf<'table', ErrorGroupsTableState>, 'children'> {
  readonly groups: readonly ErrorGroup[];
  /** The stretch of the trend, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  /** A group that was first seen after this moment is new, epoch ms. */
  readonly newAfterMs: number;
  /** The numbers are older than they should be. */
  readonly isStale?: boolean | undefined;
}

/** Errors that are alike, one a row; a row's button opens the last example. Sets `data-stale`. */
export const ErrorGroupsTable = forwardRef<HTMLTableElement, ErrorGroupsTableProps>(
  function ErrorGroupsTable(props, ref) {
    const { groups, fromMs, toMs, bucketMs, newAfterMs, isStale = false, ...partProps } = props;
    const { messages } = useMonitorContext();
    const words = messages.history;
    return useRenderPart('table', partProps, { stale: isStale } satisfies ErrorGroupsTableState, {
      ref,
      className: 'sl-error-groups__table',
      children: (
        <>
          <caption className="sl-vh">{words.errorsTitle}</caption>
          <thead>
            <tr className="sl-error-groups__head">
              <th scope="col">{words.columnError}</th>
              <th scope="col" className="sl-error-groups__number">
                {words.columnCount}
              </th>
              <th scope="col" className="sl-error-groups__wide">
                {words.columnTrend}
              </th>
              <th scope="col" className="sl-error-groups__number">
                {words.columnLast}
              </th>
              <th scope="col" className="sl-error-groups__wide">
                {words.columnAgents}
              </th>
            </tr>
          </thead>
          <tbody>
            {groups.map((group) => (
              <GroupRow
                key={JSON.stringify([group.errorType, group.errorCode, group.template])}
                group={group}
                isNew={group.firstAtMs > newAfterMs}
                trend={<TrendBars points={group.trend} fromMs={fromMs} toMs={toMs} bucketMs={bucketMs} />}
              />
            ))}
          </tbody>
        </>
      ),
    });
  },
);

interface GroupRowProps {
  readonly group: ErrorGroup;
  readonly isNew: boolean;
  readonly trend: React.ReactNode;
}

function GroupRow({ group, isNew, trend }: GroupRowProps) {
  const { messages, format, select, navigate } = useMonitorContext();
  const words = messages.history;
  const { errorType, errorCode, template, sample } = group;
  const canRead = useCan('read.payload');
  const name =
    [errorType, errorCode].filter((part) => part !== undefined && part !== '').join(' · ') || words.unclassified;
  const agents = group.agentNames.join(', ');
  const open = () => {
    const spanKey = spanKeyOf(sample.runId, sample.spanId);
    select({ runId: sample.runId, spanKey });
    navigate({ to: 'span', runId: sample.runId, spanKey });
  };
  return (
    <tr className="sl-error-groups__row" onClick={open}>
      <th scope="row" className="sl-error-groups__what">
        <span className="sl-error-groups__title">
          <StatusIcon status="error" size="s" label={false} />
          <button
            type="button"
            className="sl-error-groups__name"
            aria-label={words.openSample(name)}
            onClick={(event) => {
              event.stopPropagation();
              open();
            }}
          >
            <bdi>{name}</bdi>
          </button>
          {isNew ? (
            <Chip tone="attn" hint={words.isNewHint(format.fullTime(group.firstAtMs))}>
              {words.isNew}
            </Chip>
          ) : null}
        </span>
        {template === undefined ? (
          !canRead && <RedactedChip what={words.messageHidden} />
        ) : (
          <bdi className="sl-error-groups__template" {...tip(template)}>
            {template}
          </bdi>
        )}
      </th>
      <td className="sl-error-groups__number">
        <span className="sl-num">{format.count(group.count)}</span>
        <span className="sl-error-groups__runs">{words.inRuns(format.count(group.runCount))}</span>
      </td>
      <td className="sl-error-groups__wide sl-error-groups__trend-cell">{trend}</td>
      <td className="sl-error-groups__number">
        <LastSeen group={group} />
      </td>
      <td className="sl-error-groups__wide">
        <bdi className="sl-error-groups__agents" {...tip(agents)}>
          {agents === '' ? messages.common.unknown : agents}
        </bdi>
      </td>
    </tr>
  );
}

/** Only this ticks. */
function LastSeen({ group: { firstAtMs, lastAtMs } }: { readonly group: ErrorGroup }) {
  const { messages, format } = useMonitorContext();
  const nowMs = useNow(0.1);
  return (
    <>
      <TimeText atMs={lastAtMs} text={format.ago(lastAtMs, Math.max(nowMs, lastAtMs))} />
      <span className="sl-vh">{messages.history.seen(format.shortTime(firstAtMs), format.shortTime(lastAtMs))}</span>
    </>
  );
}
