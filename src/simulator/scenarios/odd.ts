import { createTicket, fromUser, messages } from '../content.ts';
import { modelCall } from '../modelCall.ts';
import { openRun } from '../runWriter.ts';
import { beginAgent, toolCall } from '../steps.ts';
import type { World } from '../world.ts';

/** Children come before their parents; one parent comes last, one never. */
export function lateParent(world: World): void {
  const { random } = world;
  const ticket = createTicket(random);
  const run = openRun(world, { name: 'Order lookup', userId: ticket.userId, detail: { input: ticket.question } });
  const agent = run.begin({ kind: 'agent', name: 'Shipping Agent', agentName: 'Shipping Agent', arrivesAfterMs: 6000 });
  const group = run.begin({ kind: 'custom', name: 'carrier checks', parent: agent, arrivesAfterMs: 'never' });
  run.wait(40);
  modelCall(run, {
    parent: agent,
    model: 'gpt-4o-mini',
    durationMs: random.whole(500, 900),
    inputTokens: 420,
    outputTokens: 60,
    input: messages('Shipping Agent', fromUser(ticket.question)),
  });
  run.parallel([
    () =>
      void toolCall(run, {
        parent: group,
        toolName: 'track_parcel',
        args: { carrier: 'north' },
        durationMs: 900,
        result: 'found',
      }),
    () =>
      void toolCall(run, {
        parent: group,
        toolName: 'track_parcel',
        args: { carrier: 'south' },
        durationMs: 1300,
        result: 'unknown',
      }),
  ]);
  run.wait(6000);
  run.end(group);
  run.end(agent);
  run.finish();
}

/** The service behind a tool has a clock that is three seconds behind: its spans begin before their parent does. */
export function clockSkew(world: World): void {
  const { random } = world;
  const ticket = createTicket(random);
  const run = openRun(world, { name: 'Order lookup', userId: ticket.userId, detail: { input: ticket.question } });
  const agent = beginAgent(run, { name: 'Shipping Agent', toolNames: ['order_status', 'inventory.check'] });
  run.wait(200);
  toolCall(run, {
    parent: agent,
    toolName: 'order_status',
    args: { order_id: ticket.orderId },
    durationMs: 2400,
    result: { status: 'packed' },
    inside: (tool) => {
      const behind = { clockSkewMs: -3000, parent: tool } as const;
      const server = run.begin({ ...behind, kind: 'custom', name: 'GET /orders' });
      run.wait(120);
      run.step({ ...behind, parent: server, kind: 'retrieval', name: 'orders_by_id' }, 700);
      run.wait(90);
      run.end(server);
    },
  });
  run.step({ kind: 'tool', name: 'inventory.check', parent: agent, clockSkewMs: 4000 }, random.whole(200, 500));
  run.end(agent);
  run.finish();
}

/** Names and content that try to be something else than text. Every part has to show them as they are. */
const hostileTexts: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  '![a](https://tracker.example/pixel.png)',
  '[click](javascript:alert(1))',
  '\u202egnp.exe',
  'a\u200bb\u2060c',
  '=HYPERLINK("https://example.com","x")',
  '\u{1f469}\u200d\u{1f4bb} \u{1f1ea}\u{1f1fa} \u0646\u0635 \u05d8\u05e7\u05e1\u05d8',
  '__proto__',
  'x'.repeat(256),
];

/** A run whose every name is hostile, with a result of 100 kB and one that is no text at all. */
export function hostileText(world: World): void {
  const run = openRun(world, {
    name: hostileTexts[0] ?? '',
    userId: hostileTexts[1],
    detail: { input: hostileTexts.join('\n') },
  });
  const agent = run.begin({ kind: 'agent', name: hostileTexts[2] ?? '', agentName: hostileTexts[2] });
  for (const text of hostileTexts) {
    run.step({ kind: 'tool', name: text, parent: agent, detail: { input: { [text]: text } } }, 100, {
      detail: { output: [text, { nested: { text, deep: [[[[text]]]] } }, null, 1e21, -0] },
    });
  }
  const long = 'A very long line of a log, written by a tool that never stops. '.repeat(1600);
  run.step({ kind: 'tool', name: 'export_ledger', parent: agent }, 400, { detail: { output: long } });
  run.step({ kind: 'tool', name: 'send_bulk_email', parent: agent }, 80, {
    errorType: hostileTexts[0],
    errorCode: 'tool.failed',
    detail: { error: { type: hostileTexts[0], message: hostileTexts.join(' '), stack: 'at main (/app/agent.js:1:1)' } },
  });
  run.end(agent);
  run.finish({ output: hostileTexts.join('\n') });
}
