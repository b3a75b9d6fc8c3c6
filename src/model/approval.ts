import type { Detail, DetailRefs } from './detail.ts';
import type { RunId, SpanId } from './ids.ts';

export const approvalStates = ['pending', 'approved', 'rejected', 'expired', 'cancelled'] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** A sensitive call that waits for a person, or waited. Keyed by (run, call id). */
export interface Approval {
  readonly runId: RunId;
  readonly callId: string;
  readonly spanId?: SpanId | undefined;
  readonly toolName?: string | undefined;
  readonly agentName?: string | undefined;
  readonly state: ApprovalState;
  readonly requestedAtMs?: number | undefined;
  readonly expiresAtMs?: number | undefined;
  readonly decidedAtMs?: number | undefined;
  readonly decidedBy?: string | undefined;
  readonly detail?: Detail | undefined;
  readonly detailRefs?: DetailRefs | undefined;
  readonly revision: number;
}
