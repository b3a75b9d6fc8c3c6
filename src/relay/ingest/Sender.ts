import type { InputIssue } from '../../model/errors.ts';
import type { MonitorEvent } from '../../model/event.ts';

/** Who hands events in, and what its word is worth. */
export interface Sender {
  /**
   * Its decisions about approvals are decisions: the host of the relay, and a token that holds `approvals.decide`. Those of anybody
   * else are reports of what a process decided by itself: shown, and never signed or told on.
   */
  readonly mayDecide: boolean;
  /** `native`: it writes events as the relay stores them, so it could write one that passes for the relay's own. */
  readonly format: 'native' | 'foreign';
}

/** The process that the relay runs in. */
export const host: Sender = { mayDecide: true, format: 'native' };
/** What comes over a Redis channel carries no token. */
export const channelPublisher: Sender = { mayDecide: false, format: 'foreign' };

const notAllowed: InputIssue = {
  path: 'type',
  code: 'ingest.decision-not-allowed',
  reason: 'Who sends this may not decide. It needs the capability approvals.decide beside ingest.',
};
const notItsOwn: InputIssue = {
  ...notAllowed,
  reason:
    'A decision without a producer stands for the relay. Name the producer (prod), or use a token with approvals.decide.',
};

/** Why a decision is not taken from this sender; `undefined`: it is, and so is everything that is no decision. */
export function refusalOf(
  { type, prod }: MonitorEvent,
  { mayDecide, format }: Sender,
  areReportsTaken: boolean,
): InputIssue | undefined {
  if (type !== 'approval.decided' || mayDecide) return undefined;
  if (!areReportsTaken) return notAllowed;
  return format === 'native' && !prod ? notItsOwn : undefined;
}
