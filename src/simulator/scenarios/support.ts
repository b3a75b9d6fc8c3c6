import { createTicket, fromTool, fromUser, messages } from '../content.ts';
import { modelCall, type ToolRequest } from '../modelCall.ts';
import { type OpenSpan, openRun, type RunWriter } from '../runWriter.ts';
import { beginAgent, handOff, inTurn, requestOf, toolCall } from '../steps.ts';
import type { World } from '../world.ts';
import { askForRefund, type RefundOutcome, settleRefund } from './refund.ts';

/** Triage looks the question up and hands off; billing reads the invoice, then answers or asks for a refund. */
export function supportHandoff(world: World, refund?: RefundOutcome): void {
  const { random } = world;
  const ticket = createTicket(random);
  const name = 'Support triage';
  const run = openRun(world, {
    name,
    userId: ticket.userId,
    sessionId: ticket.sessionId,
    groupId: `conv_${random.hex(8)}`,
    detail: { input: ticket.question, metadata: { channel: 'web', locale: 'en' } },
  });
  const ask = fromUser(ticket.question);
  run.wait(random.whole(2, 12));
  const task = run.begin({ kind: 'task', name, sourceType: 'task' });
  const triage = beginAgent(run, {
    name: 'Triage Agent',
    parent: task,
    toolNames: ['search_knowledge_base', 'order_status'],
    handoffNames: ['Billing Agent', 'Shipping Agent'],
  });
  run.step({ kind: 'guardrail', name: 'pii_check', parent: triage, sourceType: 'guardrail' }, random.whole(120, 420), {
    triggered: false,
  });

  const search = requestOf(run, 'search_knowledge_base', { query: `refund ${ticket.product}` });
  const articles = [
    { id: 'kb_118', title: 'Returns within 30 days' },
    { id: 'kb_204', title: 'Damaged goods' },
  ];
  inTurn(run, triage, 1, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-4o-mini',
      durationMs: random.whole(600, 1800),
      inputTokens: random.whole(380, 720),
      outputTokens: random.whole(18, 60),
      input: messages('Triage Agent', ask),
      calls: [search],
    });
    searchKnowledge(run, turn, search.callId, articles);
  });
  inTurn(run, triage, 2, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-4o',
      durationMs: random.whole(900, 3200),
      inputTokens: random.whole(900, 1600),
      cachedInputTokens: 256,
      outputTokens: random.whole(20, 80),
      input: messages('Triage Agent', ask, fromTool(search.callId, articles)),
      says: 'This is about money, I hand over to billing.',
    });
    handOff(run, turn, 'Triage Agent', 'Billing Agent');
  });
  run.end(triage, {});

  const refundCall = billing(run, task, ask, refund !== undefined);
  if (refund && refundCall) askForRefund(run, refundCall);
  run.end(task, {});
  run.finish(refund ? undefined : { output: 'Your refund is on its way.' });
  if (refund && refundCall) settleRefund(run, refundCall, refund);
  else score(run, random.chance(0.8) ? 0.76 + random.next() * 0.23 : 0.4 + random.next() * 0.3);
}

/** @returns the refund it wants to make */
function billing(run: RunWriter, task: OpenSpan, ask: object, wantsRefund: boolean): ToolRequest | undefined {
  const { random } = run.world;
  const agent = beginAgent(run, {
    name: 'Billing Agent',
    parent: task,
    toolNames: ['get_invoice', 'refund_policy.lookup', 'issue_refund', 'cancel_subscription'],
  });
  const invoice = { id: `INV-${random.whole(2000, 9999)}`, total_usd: random.whole(40, 400), status: 'paid' };
  const invoiceCall = requestOf(run, 'get_invoice', { invoice_id: invoice.id });
  const policyCall = requestOf(run, 'refund_policy.lookup', { amount: invoice.total_usd, goods_returned: true });
  inTurn(run, agent, 1, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-4o',
      durationMs: random.whole(800, 2600),
      inputTokens: random.whole(1200, 2100),
      cachedInputTokens: 512,
      outputTokens: random.whole(40, 110),
      input: messages('Billing Agent', ask),
      calls: [invoiceCall, policyCall],
    });
    run.parallel([
      () => void toolCall(run, { parent: turn, ...invoiceCall, durationMs: random.whole(200, 900), result: invoice }),
      () =>
        void toolCall(run, {
          parent: turn,
          ...policyCall,
          durationMs: random.whole(240, 1400),
          result: { allowed: true, max_usd: 500, reason: 'within 30 days' },
        }),
    ]);
  });

  const refundCall = requestOf(run, 'issue_refund', { invoice_id: invoice.id, amount_usd: invoice.total_usd });
  inTurn(run, agent, 2, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-4o',
      durationMs: random.whole(1400, 4600),
      inputTokens: random.whole(1900, 2900),
      cachedInputTokens: 1024,
      outputTokens: random.whole(90, 320),
      input: messages('Billing Agent', ask, fromTool(invoiceCall.callId, invoice)),
      says: wantsRefund
        ? 'I will refund this payment. A colleague has to confirm it first.'
        : 'The money for your return was booked this morning. It reaches your account in two to three working days.',
      calls: wantsRefund ? [refundCall] : [],
    });
  });
  run.end(agent, {});
  return wantsRefund ? refundCall : undefined;
}

/** A search, with the vector store inside it. */
function searchKnowledge(run: RunWriter, parent: OpenSpan, callId: string, articles: readonly object[]): void {
  const { random } = run.world;
  toolCall(run, {
    parent,
    toolName: 'search_knowledge_base',
    callId,
    args: { query: 'refund', top: 8 },
    durationMs: random.whole(300, 1800),
    result: articles,
    inside: (tool) =>
      void run.step(
        { kind: 'retrieval', name: 'kb_vectors', parent: tool, detail: { input: { top: 8 } } },
        random.whole(120, 900),
        {
          detail: { output: articles },
        },
      ),
  });
}

function score(run: RunWriter, value: number): void {
  run.note(
    'score',
    { name: 'faithfulness', value: Math.round(value * 100) / 100, threshold: 0.75 },
    { isRelayMade: true },
  );
}
