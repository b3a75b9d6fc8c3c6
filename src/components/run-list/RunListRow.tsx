'use client';
import { forwardRef } from 'react';
import { useIsRunStale } from '../../hooks/useIsRunStale.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRun } from '../../hooks/useRun.ts';
import type { RunId } from '../../model/ids.ts';
import type { Run } from '../../model/run.ts';
import { StatusIcon } from '../internals/icons/StatusIcon.tsx';
import { type ShownStatus, shownStatus } from '../internals/icons/shownStatus.ts';
import { type PartPropsOf, useRenderPart } from '../internals/renderPart.tsx';
import { tip } from '../internals/tip.ts';
import { useRunListContext } from './RunListContext.ts';
import { RunListReason } from './RunListReason.tsx';

export interface RunListRowState {
  readonly status: ShownStatus | undefined;
  readonly selected: boolean;
}

export interface RunListRowProps extends PartPropsOf<'div', RunListRowState> {
  readonly runId: RunId;
}

/** One run in two lines: status, name, id or reason, duration, cost. Sets `data-status`, `data-selected`, `data-index`. */
export const RunListRow = forwardRef<HTMLDivElement, RunListRowProps>(function RunListRow(
  { runId, ...partProps },
  ref,
) {
  const { messages, format } = useMonitorContext();
  const { selectedId, open } = useRunListContext();
  const run = useRun(runId);
  const isStale = useIsRunStale(run);
  const isSelected = runId === selectedId;
  const status = run && shownStatus(run.status, isStale);
  const lastHeard = run && isStale ? messages.common.noSignalSince(format.shortTime(run.lastEventAtMs)) : undefined;
  return useRenderPart('div', partProps, { status, selected: isSelected } satisfies RunListRowState, {
    ref,
    role: 'row',
    className: 'sl-run-list__row',
    'aria-selected': isSelected,
    onClick: () => open(runId),
    children: run ? (
      <>
        <div role="gridcell" className="sl-run-list__status">
          <StatusIcon
            status={status ?? 'queued'}
            label={lastHeard ?? messages.runList.status[isStale ? 'stale' : run.status]}
          />
        </div>
        <div role="gridcell" className="sl-run-list__what">
          <div className="sl-run-list__name" {...tip()}>
            <bdi className="sl-run-list__text">{run.name ?? messages.runList.unnamed}</bdi>
          </div>
          <RunListReason run={run} lastHeard={lastHeard} />
        </div>
        <div role="gridcell" className="sl-run-list__figures">
          <RunDuration run={run} />
          <RunCost run={run} />
        </div>
      </>
    ) : null,
  });
});

function RunDuration({ run }: { readonly run: Run }) {
  const { format } = useMonitorContext();
  if (run.startedAtMs === undefined) return <div className="sl-run-list__duration">{format.duration(undefined)}</div>;
  if (run.endedAtMs === undefined && !run.isBeforeRestart)
    return <ElapsedDuration startedAtMs={run.startedAtMs} lastEventAtMs={run.lastEventAtMs} />;
  const endedAtMs = run.endedAtMs ?? run.lastEventAtMs;
  return <div className="sl-run-list__duration">{format.duration(endedAtMs - run.startedAtMs)}</div>;
}

/** Only what runs ticks. */
function ElapsedDuration({
  startedAtMs,
  lastEventAtMs,
}: {
  readonly startedAtMs: number;
  readonly lastEventAtMs: number;
}) {
  const { messages, format } = useMonitorContext();
  const nowMs = Math.max(useNow(), lastEventAtMs);
  const text = format.duration(nowMs - startedAtMs);
  return (
    <div className="sl-run-list__duration" {...tip(messages.runList.started(format.fullTime(startedAtMs)))}>
      {text}
    </div>
  );
}

function RunCost({ run }: { readonly run: Run }) {
  const { messages, format } = useMonitorContext();
  const { calls, costNanoUsd, unpricedCalls } = run.totals;
  const isUnknown = calls > 0 && unpricedCalls >= calls;
  const text =
    calls === 0
      ? messages.common.unknown
      : format.cost(isUnknown ? undefined : costNanoUsd, { isLowerBound: unpricedCalls > 0 });
  const hint = unpricedCalls > 0 ? messages.cost.unpricedCalls(unpricedCalls, format.count(unpricedCalls)) : undefined;
  return (
    <div className="sl-run-list__cost" {...tip(hint ?? false)}>
      {text}
      {hint ? <span className="sl-vh">{hint}</span> : null}
    </div>
  );
}
