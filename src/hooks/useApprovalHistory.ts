'use client';
import type { Approval } from '../model/approval.ts';
import type { ApprovalHistoryQuery } from '../model/history.ts';
import { approvalKind } from '../store/history/entityKinds.ts';
import {
  type HistoryListControl,
  type HistoryListSource,
  isOneOf,
  isWithin,
  useJoinedHistory,
} from './internals/useJoinedHistory.ts';
import { useTopic } from './useTopic.ts';

/** What {@link useApprovalHistory} lists; newest request first. */
export type ApprovalHistoryFilter = Omit<ApprovalHistoryQuery, 'order'>;

/**
 * Approvals that wait and those that were decided, live and as far back as somebody asks. One that is decided while it is shown shows
 * that at once, or leaves a list that asks for other states. Asks the relay for approvals while it is mounted; nothing older is loaded
 * before `loadMore`. Content is not in them. `useApprovals` has what is held, without a question.
 */
export function useApprovalHistory(filter: ApprovalHistoryFilter = {}): HistoryListControl<Approval> {
  useTopic('approvals');
  return useJoinedHistory(filter, approvals);
}

const approvals: HistoryListSource<ApprovalHistoryFilter, Approval> = {
  kind: approvalKind,
  async load(source, query, options) {
    const page = await source.loadApprovals(query, options);
    return { items: page.approvals, next: page.next };
  },
  isWanted: ({ states, tools, runIds, ...range }, { state, toolName, runId, requestedAtMs }) =>
    isOneOf(states, state) && isOneOf(tools, toolName) && isOneOf(runIds, runId) && isWithin(range, requestedAtMs),
};
