import type { Approval } from '../model/approval.ts';
import type { SpanId } from '../model/ids.ts';

interface Tally {
  known: number;
  pending: number;
}

/** The published approvals of a run, counted in the ways that are asked for: no question looks through all of them. */
export class ApprovalBook {
  pendingCount = 0;
  private readonly byCallId = new Map<string, Approval>();
  private readonly askedBySpan = new Map<SpanId, number>();
  private readonly byTool = new Map<string, Tally>();
  private sorted: readonly Approval[] | undefined = [];

  /** Oldest request first; the same list until an approval changes. O(n log n) once, then O(1). */
  get list(): readonly Approval[] {
    this.sorted ??= [...this.byCallId.values()].sort(compareApprovals);
    return this.sorted;
  }

  put(approval: Approval): void {
    const known = this.byCallId.get(approval.callId);
    if (known) this.count(known, -1);
    this.count(approval, 1);
    this.byCallId.set(approval.callId, approval);
    this.sorted = undefined;
  }

  isPending(callId: string): boolean {
    return this.byCallId.get(callId)?.state === 'pending';
  }

  /** Whether a pending approval names the span. */
  isSpanAsked(spanId: SpanId): boolean {
    return this.askedBySpan.has(spanId);
  }

  /** Whether a call waits, or nothing is known of anyone who decided about it. Without a call id any call of the tool counts. */
  isUndecided(callId: string | undefined, toolName: string): boolean {
    if (callId !== undefined) return this.isPending(callId) || !this.byCallId.has(callId);
    const tally = this.byTool.get(toolName);
    return tally === undefined || tally.pending > 0;
  }

  private count({ spanId, toolName, state }: Approval, sign: 1 | -1): void {
    const isPending = state === 'pending';
    if (isPending) this.pendingCount += sign;
    if (isPending && spanId !== undefined) {
      const asked = (this.askedBySpan.get(spanId) ?? 0) + sign;
      if (asked > 0) this.askedBySpan.set(spanId, asked);
      else this.askedBySpan.delete(spanId);
    }
    if (toolName === undefined) return;
    const tally = this.byTool.get(toolName) ?? { known: 0, pending: 0 };
    tally.known += sign;
    if (isPending) tally.pending += sign;
    if (tally.known > 0) this.byTool.set(toolName, tally);
    else this.byTool.delete(toolName);
  }
}

const compareApprovals = (left: Approval, right: Approval): number =>
  (left.requestedAtMs ?? Number.MAX_VALUE) - (right.requestedAtMs ?? Number.MAX_VALUE) ||
  (left.callId < right.callId ? -1 : 1);
