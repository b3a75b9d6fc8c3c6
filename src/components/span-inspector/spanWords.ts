import type { Messages } from '../../hooks/messages/index.ts';
import type { Span } from '../../model/span.ts';
import { visibleName } from '../../store/content/index.ts';

/** What the span is called at the head. */
export function spanTitle(span: Span, messages: Messages): string {
  if (span.isPlaceholder) return messages.common.parentNotReceived;
  return visibleName(span.name || span.model || span.agentName || messages.inspector.unnamed);
}

export type ChipTone = 'live' | 'ok' | 'attn' | 'err' | undefined;
const toneByStatus: Readonly<Record<Span['status'], ChipTone>> = {
  running: 'live',
  waiting: 'attn',
  ok: 'ok',
  error: 'err',
  cancelled: undefined,
};
export const statusTone = (span: Span): ChipTone => toneByStatus[span.status];

export const durationOf = (span: Span): number | undefined =>
  span.startedAtMs === undefined || span.endedAtMs === undefined
    ? undefined
    : Math.max(0, span.endedAtMs - span.startedAtMs);

/** A role as people call it; a source may invent its own, `__proto__` too. */
export const roleWord = (role: string, words: Messages['inspector']): string =>
  (Object.hasOwn(words.role, role) ? words.role[role] : undefined) ?? visibleName(role);

/** Why there is no result, in words. */
export function noResultReason(span: Span, words: Messages['inspector']): string {
  const reasons = words.noResult;
  if (span.status === 'running') return reasons.running;
  if (span.status === 'waiting') return reasons.waiting;
  if (span.isExecuted === false) return span.errorCode === 'approval.rejected' ? reasons.rejected : reasons.skipped;
  if (span.status === 'error') return reasons.error;
  return span.status === 'cancelled' ? reasons.cancelled : reasons.notRecorded;
}
