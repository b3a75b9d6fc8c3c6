'use client';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useScores } from '../../hooks/useScores.ts';
import { useSpan } from '../../hooks/useSpan.ts';
import { spanKeyOf } from '../../model/ids.ts';
import type { Run } from '../../model/run.ts';
import type { Score } from '../../model/score.ts';
import { tip } from '../internals/tip.ts';

interface RunListReasonProps {
  readonly run: Run;
  /** "No signal since …", where that is so. */
  readonly lastHeard: string | undefined;
}

/** The second line of a row: why it needs a look, else what tells it from others. Sets `data-tone`. */
export function RunListReason({ run, lastHeard }: RunListReasonProps) {
  const { messages, format } = useMonitorContext();
  const breach = useScores(run.runId).find(isBreach);
  if (run.status === 'failed') return <FailureReason run={run} />;
  const pending = run.pendingApprovalCount;
  const { needsApproval, needsApprovals, beforeRestart, beforeRestartHint, breached } = messages.runList;
  const hasCause = pending > 0 || run.isBeforeRestart || lastHeard !== undefined;
  return (
    <div className="sl-run-list__reason">
      {pending > 0 ? (
        <span className="sl-run-list__cause" data-tone="attn">
          {pending === 1 ? needsApproval : needsApprovals(format.count(pending))}
        </span>
      ) : null}
      {run.isBeforeRestart ? (
        <span className="sl-run-list__cause" data-tone="attn" {...tip(beforeRestartHint)}>
          {beforeRestart}
        </span>
      ) : null}
      {lastHeard ? <span className="sl-run-list__cause">{lastHeard}</span> : null}
      {breach && !hasCause ? (
        <span className="sl-run-list__cause" data-tone="attn" {...tip()}>
          {breached(breach.name, format.score(breach.value), format.score(breach.threshold))}
        </span>
      ) : null}
      <span className="sl-run-list__id" {...tip(run.runId)}>
        {format.shortId(run.runId)}
      </span>
      {hasCause || breach ? null : (
        <span className="sl-run-list__who" {...tip()}>
          {run.userId ?? run.groupId ?? run.agentNames[0]}
        </span>
      )}
    </div>
  );
}

const isBreach = ({ value, threshold }: Score) => threshold !== undefined && value < threshold;

/** "ToolTimeout · refund_policy.lookup": class and place, never the text of the error. */
function FailureReason({ run }: { readonly run: Run }) {
  const { messages } = useMonitorContext();
  const span = useSpan(run.failedSpanId && spanKeyOf(run.runId, run.failedSpanId));
  const kind = run.errorType ?? run.errorCode ?? span?.errorType ?? span?.errorCode ?? '';
  const words = messages.runList.failure(kind, span?.name ?? '') || messages.runList.failedWithoutReason;
  return (
    <div className="sl-run-list__reason">
      <span className="sl-run-list__cause" data-tone="err" {...tip()}>
        {words}
      </span>
    </div>
  );
}
