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
  /** ISO time. */
  readonly at: string;
  /** HMAC-SHA256 in hex over the canonical JSON of all other members. */
  readonly sig: string;
}

export interface VerifyDecisionOptions {
  /** The project that this host works for: all projects of a relay share its control channel. Default `default`. */
  readonly project?: string | undefined;
}

/**
 * Checks a message of the control channel.
 * @param key - the one that the relay has as `SPANLIGHT_CONTROL_KEY`
 * @returns the decision; `undefined` for anything that was not signed with the key, was decided in another project, or says something else
 */
export function verifyDecision(
  text: string,
  key: string,
  { project = 'default' }: VerifyDecisionOptions = {},
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
    typeof signed.at === 'string';
  return isDecision ? (value as DecisionMessage) : undefined;
}
