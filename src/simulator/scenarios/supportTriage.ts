import { asSpanId } from '../../model/ids.ts';
import { fromTool, fromUser, messages } from '../content.ts';
import { modelCall } from '../modelCall.ts';
import { type OpenSpan, openRun, type RunWriter } from '../runWriter.ts';
import { handOff, requestOf, toolCall } from '../steps.ts';
import type { World } from '../world.ts';

/** How far the run of the reference picture has come, ms: `issue_refund` is running, everything before it is over. */
export const SUPPORT_TRIAGE_SEEN_MS = 41_200;

const question =
  'Order 48213 arrived broken and I have sent it back. The shop promised me my 249.00 euros last week. Where are they?';
const args = {
  order_id: '48213',
  amount: 249.0,
  customer_email: 'ines.maier@example.com',
  goods_returned: true,
};
const seconds = (value: number) => Math.round(value * 1000);

/**
 * The run of the reference picture: 14 spans, a tool that times out and works at the second attempt, a hand-off, a person
 * who approves, a refund that still runs after 41.2 s. The same for every seed but for its call ids.
 */
export function supportTriage(world: World): void {
  const run = openRun(world, {
    name: 'Support triage',
    runId: world.runId('run_8f2c41'),
    userId: 'u_2291',
    groupId: 'conv_2291',
    detail: { input: question, metadata: { channel: 'web' } },
  });
  const at = (offsetSec: number) => {
    run.nowMs = run.startedAtMs + seconds(offsetSec);
  };
  const triage = run.begin({
    kind: 'agent',
    name: 'Triage Agent',
    agentName: 'Triage Agent',
    spanId: asSpanId('span_triage'),
    toolNames: ['search_knowledge_base'],
    handoffNames: ['Billing Agent', 'Shipping Agent'],
  });
  const ask = fromUser(question);
  at(0.1);
  const check = { kind: 'guardrail', name: 'pii_check', parent: triage, spanId: asSpanId('span_pii_check') } as const;
  run.step({ ...check, detail: { input: question } }, 400, { triggered: false });

  at(0.5);
  const search = requestOf(run, 'search_knowledge_base', { query: 'refund broken goods', top: 8 });
  modelCall(run, {
    parent: triage,
    name: 'classify',
    model: 'gpt-4o-mini',
    durationMs: seconds(2.6),
    inputTokens: 3120,
    outputTokens: 96,
    reportedCostNanoUsd: 2_300_000,
    input: messages('Triage Agent', ask),
    calls: [search],
  });
  at(3.1);
  const articles = [{ id: 'kb_118', title: 'Returns within 30 days', score: 0.91 }];
  toolCall(run, {
    parent: triage,
    ...search,
    durationMs: seconds(1.8),
    result: articles,
    inside: (tool) => {
      const spec = { kind: 'retrieval', name: 'kb_vectors', parent: tool, operation: 'top 8' } as const;
      run.step({ ...spec, detail: { input: { query: 'refund broken goods', top: 8 } } }, seconds(1.4), {
        detail: { output: articles },
      });
    },
  });
  at(4.95);
  modelCall(run, {
    parent: triage,
    name: 'plan',
    model: 'gpt-4o',
    durationMs: seconds(4.7),
    inputTokens: 4870,
    cachedInputTokens: 2048,
    outputTokens: 612,
    reportedCostNanoUsd: 21_400_000,
    input: messages('Triage Agent', ask, fromTool(search.callId, articles)),
    says: 'The customer wants money back for returned goods. Billing has to check the policy. I hand over.',
  });
  at(9.9);
  handOff(run, triage, 'Triage Agent', 'Billing Agent');
  at(10);
  billing(run, triage, ask, at);
  run.end(triage);
  run.finish({ output: 'Your 249.00 euros are on their way.' });
}

function billing(run: RunWriter, triage: OpenSpan, ask: object, at: (offsetSec: number) => void): void {
  const agent = run.begin({
    kind: 'agent',
    name: 'Billing Agent',
    agentName: 'Billing Agent',
    parent: triage,
    spanId: asSpanId('span_billing'),
    toolNames: ['get_invoice', 'refund_policy.lookup', 'issue_refund'],
  });
  at(10.2);
  const invoice = { id: 'INV-48213', total: 249.0, currency: 'EUR', status: 'paid' };
  toolCall(run, {
    parent: agent,
    ...requestOf(run, 'get_invoice', { order_id: '48213' }),
    durationMs: 800,
    result: invoice,
  });

  at(11.3);
  const lookup = { parent: agent, ...requestOf(run, 'refund_policy.lookup', args) };
  const message = 'No response from policy-service after 8,000 ms.';
  const error = { type: 'ToolTimeout', code: 'tool.timeout', message };
  const first = toolCall(run, { ...lookup, durationMs: seconds(8.1), attempt: 1, error });
  run.log('warn', 'Billing Agent', 'ToolTimeout refund_policy.lookup, retry in 250 ms', first);
  at(19.65);
  const policy = { allowed: true, max_amount: 500, needs: 'a person from 200.00' };
  toolCall(run, { ...lookup, durationMs: seconds(2.7), attempt: 2, result: policy, retryOf: first });

  at(22.5);
  const refund = requestOf(run, 'issue_refund', { order_id: '48213', amount: 249.0 });
  const decide = modelCall(run, {
    parent: agent,
    name: 'decide',
    model: 'gpt-4o',
    durationMs: seconds(8.3),
    inputTokens: 8940,
    cachedInputTokens: 4096,
    outputTokens: 762,
    reportedCostNanoUsd: 59_300_000,
    input: messages('Billing Agent', ask, fromTool(lookup.callId, policy)),
    says: 'The policy allows the refund: the goods came back within 30 days. Above 200.00 a person has to agree.',
    calls: [refund],
  });
  run.log('info', 'Billing Agent', 'decide: 762 output tokens', decide);

  at(31);
  const names = { toolName: 'issue_refund', agentName: 'Billing Agent' };
  const requestedAtMs = run.nowMs;
  const wait = run.begin({ kind: 'approval', name: 'approve issue_refund', parent: agent, callId: refund.callId });
  const asked = { ref: refund.callId, span: wait.spanId };
  run.note('approval.requested', { ...names, requestedAtMs }, { ...asked, detail: { arguments: refund.args } });
  at(38.9);
  const decision = { decision: 'approved', decidedAtMs: run.nowMs, decidedBy: 'M. Osei' } as const;
  run.note('approval.decided', { ...names, ...decision }, asked);
  run.end(wait, { callId: refund.callId });
  run.log('info', 'Billing Agent', 'approval granted by M. Osei', wait);

  at(39.1);
  run.log('info', 'Billing Agent', 'issue_refund started');
  toolCall(run, { parent: agent, ...refund, durationMs: seconds(3.4), result: { status: 'sent' } });
  run.end(agent);
}
