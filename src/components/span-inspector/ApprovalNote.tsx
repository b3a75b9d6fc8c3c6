'use client';
import { useApprovals } from '../../hooks/useApprovals.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useNow } from '../../hooks/useNow.ts';
import type { Approval } from '../../model/approval.ts';
import type { Span } from '../../model/span.ts';
import { visibleName } from '../../store/content/index.ts';
import { Icon } from '../internals/icons/Icon.tsx';

/** Who was asked for the call of this span, and what they said. Sets `data-tone`. */
export function ApprovalNote({ span }: { readonly span: Span }) {
  const approvals = useApprovals(span.runId);
  const approval = approvals.find(
    (one) => one.spanId === span.spanId || (span.callId !== undefined && one.callId === span.callId),
  );
  return approval ? <Note approval={approval} /> : null;
}

function Note({ approval }: { readonly approval: Approval }) {
  const { messages, format } = useMonitorContext();
  const words = messages.inspector;
  const { state, toolName, decidedBy, requestedAtMs, decidedAtMs } = approval;
  const title = words.approval[state](toolName === undefined ? '' : visibleName(toolName));
  const waitedMs =
    requestedAtMs === undefined || decidedAtMs === undefined ? undefined : Math.max(0, decidedAtMs - requestedAtMs);
  const by = decidedBy === undefined ? '' : words.decidedBy(visibleName(decidedBy));
  const after = waitedMs === undefined ? '' : words.decidedAfter(format.duration(waitedMs));
  const isOpen = state === 'pending';
  return (
    <div className="sl-span-inspector__callout" data-tone={isOpen ? 'attn' : undefined}>
      <span className="sl-status" data-status={isOpen ? 'waiting' : state === 'approved' ? 'ok' : 'cancelled'}>
        <Icon name={isOpen ? 'waiting' : state === 'approved' ? 'ok' : 'cancelled'} />
      </span>
      <div className="sl-span-inspector__callout-text">
        <p className="sl-span-inspector__callout-title">{title}</p>
        <p className="sl-span-inspector__callout-body">
          {isOpen && requestedAtMs !== undefined ? (
            <Waiting sinceMs={requestedAtMs} />
          ) : (
            [by, after].filter(Boolean).join(', ')
          )}
        </p>
      </div>
    </div>
  );
}

function Waiting({ sinceMs }: { readonly sinceMs: number }) {
  const { messages, format } = useMonitorContext();
  const nowMs = useNow();
  return <>{messages.inspector.waitingFor(format.duration(nowMs === 0 ? undefined : Math.max(0, nowMs - sinceMs)))}</>;
}
