import { createHmac } from 'node:crypto';
import { canonicalJson } from '../../model/canonicalJson.ts';
import type { MonitorEvent } from '../../model/event.ts';

/**
 * What the control channel says of a decision, signed. `undefined` for what is none, and for what an agent reported itself: it
 * knows. The reason stays with the relay: the host gets it when it claims.
 * @param project - signed as well: all projects share the channel and its key, and who decides in one must not decide in another
 * @param nowMs - signed as well: who recorded the message must not repeat it for ever
 */
export function decisionMessageOf(
  project: string,
  event: MonitorEvent,
  key: string,
  nowMs: number,
): string | undefined {
  if (event.type !== 'approval.decided' || event.prod) return undefined;
  const { decision, decidedBy, decidedAtMs } = event.a;
  if (!event.ref || !event.run || !decision) return undefined;
  const message = {
    v: 1,
    type: 'approval.decision',
    project,
    approval_id: event.ref,
    trace_id: event.run,
    decision,
    by: decidedBy,
    at: new Date(decidedAtMs ?? event.ts).toISOString(),
    sent_at: new Date(nowMs).toISOString(),
  };
  const sig = createHmac('sha256', key).update(canonicalJson(message)).digest('hex');
  return JSON.stringify({ ...message, sig });
}
