import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../model/canonicalJson.ts';

/** A decision as it stands on the control channel: a wake-up. It grants nothing: the host claims the approval over HTTP before it acts. */
export interface DecisionMessage {
  readonly v: 1;
  readonly type: 'approval.decision';
  /** Where it was decided. */
  readonly project: string;
  /** Id of the call that waits. */
  readonly approval_id: string;
  readonly trace_id: string;
  readonly decision: 'approved' | 'rejected';
  readonly by?: string | undefined;
  readonly message?: string | undefined;
  /** When it was decided, ISO time. */
  readonly at: string;
  /** When the relay told of it, ISO time. */
  readonly sent_at: string;
  /** HMAC-SHA256 in hex over the canonical JSON of all other members. */
  readonly sig: string;
}

export interface VerifyDecisionOptions {
  /** The project that this host works for: all projects of a relay share its control channel. Default `default`. */
  readonly project?: string | undefined;
  /** How long ago, by this host's clock, the relay may have signed it, ms; as far may it lie ahead. Default 60,000. */
  readonly maxAgeMs?: number | undefined;
  /** This host's clock, epoch ms. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Checks a message of the control channel.
 * @param key - the one that the relay has as `SPANLIGHT_CONTROL_KEY`
 * @returns the decision; `undefined` for anything that was not signed with the key and lately, was decided in another project, or says
 * something else. Within that time it may come again: take the stored state of the call once.
 */
export function verifyDecision(
  text: string,
  key: string,
  { project = 'default', maxAgeMs = 60_000, now = Date.now }: VerifyDecisionOptions = {},
): DecisionMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { sig, ...signed } = value as Partial<DecisionMessage>;
  if (typeof sig !== 'string' || !/^[0-9a-f]{64}$/.test(sig)) return undefined;
  const right = createHmac('sha256', key).update(canonicalJson(signed)).digest();
  if (!timingSafeEqual(Buffer.from(sig, 'hex'), right)) return undefined;
  const isDecision =
    signed.v === 1 &&
    signed.type === 'approval.decision' &&
    signed.project === project &&
    typeof signed.approval_id === 'string' &&
    typeof signed.trace_id === 'string' &&
    (signed.decision === 'approved' || signed.decision === 'rejected') &&
    typeof signed.at === 'string' &&
    typeof signed.sent_at === 'string' &&
    Math.abs(now() - Date.parse(signed.sent_at)) <= maxAgeMs;
  return isDecision ? (value as DecisionMessage) : undefined;
}
