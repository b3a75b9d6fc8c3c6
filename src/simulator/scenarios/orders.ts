import { createTicket, fromTool, fromUser, messages } from '../content.ts';
import { failedModelCall, modelCall } from '../modelCall.ts';
import { openRun } from '../runWriter.ts';
import { beginAgent, inTurn, requestOf, type ToolSpec, toolCall } from '../steps.ts';
import type { World } from '../world.ts';

/** Four calls at once, each ending when it likes; one fails and the agent gets over it. */
export function parallelTools(world: World): void {
  const { random } = world;
  const ticket = createTicket(random);
  const run = openRun(world, { name: 'Order lookup', userId: ticket.userId, detail: { input: ticket.question } });
  const task = run.begin({ kind: 'task', name: 'Order lookup', sourceType: 'task' });
  const agent = beginAgent(run, {
    name: 'Shipping Agent',
    parent: task,
    toolNames: ['order_status', 'track_parcel', 'inventory.check', 'get_invoice'],
  });
  const ask = fromUser(ticket.question);
  const wanted = [
    { ...requestOf(run, 'order_status', { order_id: ticket.orderId }), result: { status: 'shipped' } },
    { ...requestOf(run, 'track_parcel', { order_id: ticket.orderId }), result: { last_seen: 'Leipzig hub' } },
    { ...requestOf(run, 'inventory.check', { product: ticket.product }), result: { in_stock: random.whole(0, 40) } },
    { ...requestOf(run, 'get_invoice', { invoice_id: ticket.invoiceId }), result: { total_usd: ticket.amountUsd } },
  ];
  const failing = random.whole(0, wanted.length - 1);
  inTurn(run, agent, 1, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-4o-mini',
      durationMs: random.whole(500, 1500),
      inputTokens: random.whole(420, 800),
      outputTokens: random.whole(60, 140),
      input: messages('Shipping Agent', ask),
      calls: wanted,
    });
    run.parallel(
      wanted.map((call, index) => () => {
        const spec: ToolSpec = { ...call, parent: turn, durationMs: random.whole(150, 2400) };
        const error = {
          type: 'UpstreamError',
          code: 'http.502',
          message: `${call.toolName}: the carrier answered 502.`,
        };
        toolCall(run, index === failing ? { ...spec, error } : spec);
      }),
    );
  });
  const says = `Your parcel left our warehouse and was last seen in Leipzig. It should reach you tomorrow.`;
  inTurn(run, agent, 2, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-4o',
      durationMs: random.whole(700, 2200),
      inputTokens: random.whole(900, 1500),
      cachedInputTokens: 384,
      outputTokens: random.whole(50, 130),
      input: messages('Shipping Agent', ask, ...wanted.map(({ callId, result }) => fromTool(callId, result))),
      says,
    });
  });
  run.end(agent, {});
  run.end(task, {});
  run.finish({ output: says });
}

/** Two attempts are refused, the third model answers: each attempt is a call of its own, none fails the run. */
export function retryFallback(world: World): void {
  const { random } = world;
  const ticket = createTicket(random);
  const run = openRun(world, { name: 'Order lookup', userId: ticket.userId, detail: { input: ticket.question } });
  const task = run.begin({ kind: 'task', name: 'Order lookup', sourceType: 'task' });
  const agent = beginAgent(run, { name: 'Shipping Agent', parent: task, toolNames: ['track_parcel'] });
  const input = messages('Shipping Agent', fromUser(ticket.question));
  const says = 'The parcel is with the carrier. I have opened a search request and will write to you tomorrow.';
  inTurn(run, agent, 1, (turn) => {
    failedModelCall(
      run,
      { parent: turn, model: 'gpt-4o', durationMs: random.whole(200, 500), attempt: 1, input },
      { errorType: 'RateLimitError', errorCode: 'http.429', message: 'Rate limit reached for requests per minute.' },
    );
    run.log('warn', 'Shipping Agent', 'rate limit, retry in 1 s', turn);
    run.wait(1000);
    failedModelCall(
      run,
      { parent: turn, model: 'gpt-4o', durationMs: random.whole(900, 2600), attempt: 2, input },
      { errorType: 'InternalServerError', errorCode: 'http.503', message: 'The engine is overloaded.' },
    );
    run.log('warn', 'Shipping Agent', 'gpt-4o is not available, falling back to claude-sonnet-4-5', turn);
    run.wait(250);
    modelCall(run, {
      parent: turn,
      model: 'claude-sonnet-4-5',
      durationMs: random.whole(1200, 3000),
      inputTokens: random.whole(500, 900),
      outputTokens: random.whole(60, 160),
      attempt: 3,
      input,
      says,
    });
  });
  run.end(agent, {});
  run.end(task, {});
  run.finish({ output: says });
}
