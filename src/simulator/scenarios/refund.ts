import { fromTool, messages } from '../content.ts';
import { modelCall, type ToolRequest } from '../modelCall.ts';
import type { RunWriter } from '../runWriter.ts';
import { beginAgent, inTurn, toolCall } from '../steps.ts';

/** What becomes of a refund that waits for a person. */
export type RefundOutcome = 'pending' | 'approved' | 'rejected' | 'expired';

/** How long an approval is open, ms. */
const OPEN_FOR_MS = 15 * 60_000;
const agentName = 'Billing Agent';

/** As the SDK does it: the call waits outside of any span, and all spans end while it waits. */
export function askForRefund(run: RunWriter, { callId, toolName, args }: ToolRequest): void {
  const requestedAtMs = run.nowMs;
  const expiresAtMs = requestedAtMs + OPEN_FOR_MS;
  const a = { toolName, agentName, requestedAtMs, expiresAtMs };
  run.note('approval.requested', a, { ref: callId, detail: { arguments: args } });
  run.log('info', agentName, `${toolName} waits for a person`);
}

/** The decision, and what the resumed run makes of it. */
export function settleRefund(run: RunWriter, call: ToolRequest, outcome: RefundOutcome): void {
  const { random } = run.world;
  const names = { toolName: call.toolName, agentName };
  if (outcome === 'pending') return;
  if (outcome === 'expired') {
    run.wait(OPEN_FOR_MS);
    run.note('approval.expired', names, { ref: call.callId, isRelayMade: true });
    return;
  }
  run.wait(random.whole(4000, 30_000));
  const decision = { decision: outcome, decidedAtMs: run.nowMs, decidedBy: 'm.osei' };
  const reason = outcome === 'rejected' ? 'The goods have not come back yet.' : undefined;
  const detail = reason ? { reason } : undefined;
  run.note('approval.decided', { ...names, ...decision }, { ref: call.callId, detail });
  run.log('info', agentName, `${call.toolName} ${outcome} by M. Osei`);
  run.wait(random.whole(80, 400));
  resume(run, call, reason);
}

/** A second task in the same run: the call, or its refusal, and the last words. */
function resume(run: RunWriter, call: ToolRequest, refusal: string | undefined): void {
  const { random } = run.world;
  run.note('run.start', {});
  const task = run.begin({ kind: 'task', name: 'Support triage', sourceType: 'task' });
  const agent = beginAgent(run, { name: agentName, parent: task, toolNames: ['issue_refund', 'cancel_subscription'] });
  const result = refusal ?? { status: 'sent', arrives_in_days: 3 };
  inTurn(run, agent, 3, (turn) => {
    if (refusal === undefined) {
      toolCall(run, { parent: turn, ...call, durationMs: random.whole(700, 2600), result });
      return;
    }
    const { callId, toolName, args } = call;
    run.step(
      { kind: 'tool', name: toolName, parent: turn, callId, sourceType: 'function', detail: { input: args } },
      2,
      {
        callId,
        errorType: 'ApprovalRejected',
        errorCode: 'approval.rejected',
        isExecuted: false,
        detail: { error: { type: 'ApprovalRejected', message: refusal } },
      },
    );
  });
  const says = refusal
    ? 'I cannot refund this yet: the goods have not come back. I will write to you as soon as they are here.'
    : 'The refund is on its way. It reaches your account in two to three working days.';
  inTurn(run, agent, 4, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-4o',
      durationMs: random.whole(900, 2400),
      inputTokens: random.whole(2100, 3000),
      cachedInputTokens: 1536,
      outputTokens: random.whole(30, 90),
      input: messages(agentName, fromTool(call.callId, result)),
      says,
    });
  });
  run.end(agent, {});
  run.end(task, {});
  run.finish({ output: says });
}
