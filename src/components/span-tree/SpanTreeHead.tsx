'use client';
import type { ReactNode } from 'react';
import { useIsRunStale } from '../../hooks/useIsRunStale.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useNow } from '../../hooks/useNow.ts';
import { useRun } from '../../hooks/useRun.ts';
import { useSpanTreeSummary } from '../../hooks/useSpanTree.ts';
import type { Run } from '../../model/run.ts';
import { CopyButton } from '../internals/CopyButton.tsx';
import { StatusIcon } from '../internals/icons/StatusIcon.tsx';
import { shownStatus } from '../internals/icons/shownStatus.ts';
import { PanelHead, PanelTitle } from '../internals/Panel.tsx';
import { ReadingChip } from '../internals/ReadingChip.tsx';
import { tip } from '../internals/tip.ts';
import { useSpanTreeContext } from './SpanTreeContext.ts';
import { SpanTreeGapNote } from './SpanTreeGapNote.tsx';

export interface SpanTreeHeadProps {
  readonly className?: string | undefined;
  /** Actions at the end of the head. */
  readonly children?: ReactNode;
}

/** Status, name and id of the run, whether events of it are missing; how long it took, how many spans and tokens, what it cost.
 * Sets `data-wide` on the facts that a narrow panel leaves out. */
export function SpanTreeHead({ className, children }: SpanTreeHeadProps) {
  const { runId } = useSpanTreeContext();
  const { messages, format } = useMonitorContext();
  const run = useRun(runId);
  const shortId = format.shortId(runId);
  const isStale = useIsRunStale(run);
  const status = run && shownStatus(run.status, isStale);
  const label = isStale && run ? messages.common.noSignalSince(format.shortTime(run.lastEventAtMs)) : undefined;
  return (
    <PanelHead className={className}>
      {status ? <StatusIcon status={status} label={label} /> : null}
      <PanelTitle {...tip()}>{run?.name || messages.runList.unnamed}</PanelTitle>
      <span className="sl-span-tree__run-id">
        <CopyButton
          value={runId}
          label={messages.spanTree.copyRunId(shortId)}
          hint={messages.spanTree.copyRunId(runId)}
        >
          <span className="sl-mono">{shortId}</span>
        </CopyButton>
      </span>
      {run ? <SpanTreeGapNote run={run} /> : null}
      {run ? <Reading run={run} /> : null}
      {run ? <Facts run={run} isStale={isStale} /> : null}
      {children}
    </PanelHead>
  );
}

/** A large run is read in parts. */
function Reading({ run }: { readonly run: Run }) {
  const { index } = useSpanTreeContext();
  const { isLoading, readCount } = useSpanTreeSummary(index);
  return isLoading ? <ReadingChip read={readCount} total={run.spanCount} /> : null;
}

function Facts({ run, isStale }: { readonly run: Run; readonly isStale: boolean }) {
  const { messages, format } = useMonitorContext();
  const { totals } = run;
  const isLive = run.status === 'running' || run.status === 'waiting';
  const words = messages.spanTree;
  return (
    <span className="sl-span-tree__facts">
      <b className="sl-span-tree__figure-text">
        {isLive && !isStale ? (
          <Elapsed run={run} />
        ) : (
          format.duration(lengthOf(run, isStale ? run.lastEventAtMs : run.endedAtMs))
        )}
      </b>
      <span className="sl-span-tree__fact" data-wide="">
        <b className="sl-span-tree__figure-text">{format.count(run.spanCount)}</b> {words.spansUnit(run.spanCount)}
      </span>
      {totals.isUsageKnown ? (
        <span className="sl-span-tree__fact" data-wide="" {...tip(format.exactCount(totals.totalTokens))}>
          <b className="sl-span-tree__figure-text">{format.tokens(totals.totalTokens)}</b> {words.tokensUnit}
        </span>
      ) : null}
      <b
        className="sl-span-tree__figure-text"
        {...tip(
          totals.unpricedCalls > 0
            ? messages.cost.unpricedCalls(totals.unpricedCalls, format.count(totals.unpricedCalls))
            : false,
        )}
      >
        {costText(run, format)}
      </b>
    </span>
  );
}

const lengthOf = (run: Run, endMs: number | undefined) =>
  run.startedAtMs === undefined || endMs === undefined ? undefined : Math.max(0, endMs - run.startedAtMs);

/** A total with unpriced calls is a lower bound; with nothing but unpriced calls it is unknown. */
function costText({ totals }: Run, format: ReturnType<typeof useMonitorContext>['format']): string {
  const isNonePriced = totals.unpricedCalls > 0 && totals.unpricedCalls >= totals.calls;
  if (isNonePriced || (!totals.isUsageKnown && totals.costNanoUsd === 0)) return format.cost(undefined);
  return format.cost(totals.costNanoUsd, { isLowerBound: totals.unpricedCalls > 0 });
}

function Elapsed({ run }: { readonly run: Run }) {
  const { format } = useMonitorContext();
  const nowMs = useNow(1);
  return format.duration(nowMs === 0 ? undefined : lengthOf(run, nowMs));
}
