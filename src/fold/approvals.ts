import type { Approval, ApprovalState } from '../model/approval.ts';
import type { Detail, DetailRefs } from '../model/detail.ts';
import type { ApprovalEventType, EventFields, EventOf } from '../model/event.ts';
import type { RunId, SpanId } from '../model/ids.ts';
import { MergedFields, originOf } from './fact.ts';
import type { RunNode } from './runNode.ts';
import type { SpanNode } from './spanNode.ts';

type ApprovalFields = EventFields<'approval.requested'>;

/** One approval: what was asked, and what came of it. */
export class ApprovalNode {
  readonly fields = new MergedFields();
  approval: Approval;

  constructor(runId: RunId, callId: string) {
    this.approval = { runId, callId, state: 'pending', revision: 0 };
  }

  merge(event: EventOf<ApprovalEventType>): boolean {
    let isChanged = this.fields.merge(event);
    const origin = originOf(event);
    const outcome = outcomeOf(event);
    if (outcome !== undefined && this.fields.set('#outcome', outcome, origin)) isChanged = true;
    if (event.span !== undefined && this.fields.set('#span', event.span, origin)) isChanged = true;
    // An event that says nothing else still makes the approval known, and its facts have to say so.
    if (this.fields.set('#known', true, origin)) isChanged = true;
    if (event.type === 'approval.requested' && this.fields.set('#asked', event.ts, origin)) isChanged = true;
    return isChanged;
  }

  publish(): Approval {
    const { runId, callId, revision } = this.approval;
    const get = <Name extends keyof ApprovalFields>(name: Name) => this.fields.get(name) as ApprovalFields[Name];
    const state = (this.fields.get('#outcome') as ApprovalState | undefined) ?? 'pending';
    const isDecided = state === 'approved' || state === 'rejected';
    this.approval = {
      runId,
      callId,
      spanId: this.fields.get('#span') as SpanId | undefined,
      toolName: get('toolName'),
      agentName: get('agentName'),
      state,
      requestedAtMs: get('requestedAtMs') ?? (this.fields.get('#asked') as number | undefined),
      expiresAtMs: get('expiresAtMs'),
      decidedAtMs: isDecided ? (get('decidedAtMs') ?? this.fields.tsOf('#outcome')) : get('decidedAtMs'),
      decidedBy: get('decidedBy'),
      detail: this.fields.group<Detail>('detail'),
      detailRefs: this.fields.group<DetailRefs>('refs'),
      revision: revision + 1,
    };
    return this.approval;
  }
}

function outcomeOf(event: EventOf<ApprovalEventType>): ApprovalState | undefined {
  switch (event.type) {
    case 'approval.requested':
      return undefined;
    case 'approval.decided':
      return event.a.decision;
    case 'approval.expired':
      return 'expired';
    case 'approval.cancelled':
      return 'cancelled';
  }
}

/**
 * Publishes the approvals of a run that changed, and finds the spans that wait for them or no longer do.
 * O(changed approvals + waiting spans), and once O(run) for its first approval.
 */
export function settleApprovals(run: RunNode): void {
  if (run.dirtyApprovals.size === 0) return;
  if (!run.nodeByCallId) {
    run.nodeByCallId = new Map();
    for (const node of run.nodes.values()) if (node.span.callId) run.nodeByCallId.set(node.span.callId, node);
  }
  const concerned = new Set<SpanNode | undefined>();
  const callIds = new Set<string>();
  const toolNames = new Set<string | undefined>();
  const note = ({ spanId, callId, toolName }: Approval) => {
    concerned.add(spanId && run.nodes.get(spanId));
    concerned.add(run.nodeByCallId?.get(callId));
    callIds.add(callId);
    toolNames.add(toolName);
  };
  for (const dirty of run.dirtyApprovals) {
    note(dirty.approval);
    run.approvalBook.put(dirty.publish());
    note(dirty.approval);
  }
  run.dirtyApprovals.clear();
  for (const node of run.waiting) {
    const { callId, name } = node.span;
    if (callId === undefined ? toolNames.has(name) : callIds.has(callId)) concerned.add(node);
  }
  for (const node of concerned) if (node) run.context.queueDerive(node);
}
