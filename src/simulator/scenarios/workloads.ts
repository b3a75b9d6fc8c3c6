import { fromTool, fromUser, messages } from '../content.ts';
import { modelCall } from '../modelCall.ts';
import { openRun } from '../runWriter.ts';
import { beginAgent, inTurn, requestOf, toolCall } from '../steps.ts';
import type { World } from '../world.ts';

/**
 * A page of the catalogue after the other: a long run of many small steps.
 * @param restMs - between two pages
 */
export function catalogSync(world: World, pages = 12, restMs = 0): void {
  const { random } = world;
  const run = openRun(world, {
    name: 'Catalog sync',
    tags: ['cron'],
    detail: { input: 'Bring the catalogue up to date.' },
  });
  const task = run.begin({ kind: 'task', name: 'Catalog sync', sourceType: 'task' });
  const agent = beginAgent(run, {
    name: 'Catalog Agent',
    parent: task,
    toolNames: ['catalog.fetch_page', 'inventory.check'],
  });
  for (let page = 1; page <= pages; page += 1) {
    const fetch = requestOf(run, 'catalog.fetch_page', { page });
    const products = Array.from({ length: 3 }, (_unused, index) => ({
      sku: `SKU-${page * 100 + index}`,
      price: random.whole(9, 900),
    }));
    inTurn(run, agent, page, (turn) => {
      modelCall(run, {
        parent: turn,
        model: 'gpt-4o-mini',
        durationMs: random.whole(400, 1400),
        inputTokens: random.whole(900, 2600),
        cachedInputTokens: 640,
        outputTokens: random.whole(30, 240),
        input: messages('Catalog Agent', fromUser(`Page ${page}`)),
        calls: [fetch],
      });
      toolCall(run, { parent: turn, ...fetch, durationMs: random.whole(150, 1100), result: products });
    });
    run.log('debug', 'Catalog Agent', `page ${page} of ${pages}`);
    run.wait(restMs);
  }
  run.end(agent, {});
  run.end(task, {});
  run.finish({ output: `${pages * 3} products compared.` });
}

/** An agent that is a tool of another: the whole inner run stands under the tool call. */
export function agentsAsTools(world: World): void {
  const { random } = world;
  const run = openRun(world, { name: 'Market brief', detail: { input: 'Write a brief on heat pumps.' } });
  const task = run.begin({ kind: 'task', name: 'Market brief', sourceType: 'task' });
  const outer = beginAgent(run, { name: 'Outreach Agent', parent: task, toolNames: ['ask_research_agent'] });
  const wanted = ['market size', 'vendors'].map((topic) => requestOf(run, 'ask_research_agent', { input: topic }));
  inTurn(run, outer, 1, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-4o',
      durationMs: random.whole(900, 2000),
      inputTokens: random.whole(300, 600),
      outputTokens: random.whole(40, 90),
      input: messages('Outreach Agent', fromUser('Write a brief on heat pumps.')),
      calls: wanted,
    });
    run.parallel(
      wanted.map((call) => () => {
        toolCall(run, {
          parent: turn,
          ...call,
          durationMs: 50,
          result: 'The market grows by a tenth a year.',
          inside: (tool) => {
            const inner = run.begin({ kind: 'task', name: 'Agent workflow', parent: tool, sourceType: 'task' });
            const agent = beginAgent(run, { name: 'Research Agent', parent: inner, toolNames: ['web_search'] });
            const search = requestOf(run, 'web_search', call.args);
            inTurn(run, agent, 1, (innerTurn) => {
              modelCall(run, {
                parent: innerTurn,
                model: 'gpt-5-mini',
                durationMs: random.whole(600, 1500),
                inputTokens: random.whole(200, 500),
                outputTokens: random.whole(80, 300),
                reasoningTokens: 64,
                input: messages('Research Agent', fromUser('What is known?')),
                calls: [search],
              });
              toolCall(run, {
                parent: innerTurn,
                ...search,
                durationMs: random.whole(300, 1600),
                result: ['Report A', 'Report B'],
              });
            });
            run.end(agent, {});
            run.end(inner, {});
          },
        });
      }),
    );
  });
  const says = 'The market for heat pumps grows by a tenth a year; three vendors lead it.';
  inTurn(run, outer, 2, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-4o',
      durationMs: random.whole(1500, 4000),
      inputTokens: random.whole(700, 1200),
      outputTokens: random.whole(200, 500),
      input: messages('Outreach Agent', ...wanted.map(({ callId }) => fromTool(callId, 'The market grows.'))),
      says,
    });
  });
  run.end(outer, {});
  run.end(task, {});
  run.finish({ output: says });
}

/** One call with a whole archive in its context: it costs what a hundred others cost. */
export function costSpike(world: World): void {
  const { random } = world;
  const run = openRun(world, { name: 'Market brief', detail: { input: 'Summarise the whole archive.' } });
  const task = run.begin({ kind: 'task', name: 'Market brief', sourceType: 'task' });
  const agent = beginAgent(run, { name: 'Research Agent', parent: task, toolNames: ['web_search'] });
  const says = 'A summary of 214 reports, by region and year.';
  inTurn(run, agent, 1, (turn) => {
    modelCall(run, {
      parent: turn,
      model: 'gpt-5',
      durationMs: random.whole(24_000, 48_000),
      inputTokens: random.whole(210_000, 260_000),
      outputTokens: random.whole(9_000, 16_000),
      reasoningTokens: random.whole(4_000, 8_000),
      input: messages('Research Agent', fromUser('Summarise the whole archive.')),
      says,
    });
  });
  run.end(agent, {});
  run.end(task, {});
  run.log('warn', 'Research Agent', 'one call read 214 reports');
  run.finish({ output: says });
}

/** The smallest run there is: one agent, one call. */
export function quickAnswer(world: World, slowdown = 1): void {
  const { random } = world;
  const run = openRun(world, {
    name: 'Order lookup',
    userId: `u_${random.whole(1000, 9999)}`,
    detail: { input: 'Where is my order?' },
  });
  const agent = beginAgent(run, { name: 'Shipping Agent', toolNames: ['order_status'] });
  const call = requestOf(run, 'order_status', { order_id: random.whole(40_000, 59_999) });
  modelCall(run, {
    parent: agent,
    model: 'gpt-4o-mini',
    durationMs: random.whole(380, 900) * slowdown,
    inputTokens: random.whole(200, 460),
    outputTokens: random.whole(20, 70),
    input: messages('Shipping Agent', fromUser('Where is my order?')),
    calls: [call],
  });
  toolCall(run, {
    parent: agent,
    ...call,
    durationMs: random.whole(60, 240) * slowdown,
    result: { status: 'shipped' },
  });
  run.end(agent, {});
  run.finish({ output: 'It was shipped yesterday.' });
}
