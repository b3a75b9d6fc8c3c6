import { readFileSync } from 'node:fs';
import * as sdk from '@openai/agents';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDemoAgents } from '../../../src/cli/demo/demoAgents.ts';
import { agentNames, pickScenario, scenarioOf, scenarios } from '../../../src/cli/demo/scenarios.ts';
import { type ScriptedModel, startScriptedModel } from '../../../src/cli/demo/scriptedModel.ts';
import { workflowSchema } from '../../../src/model/workflow.ts';
import { createSeededRandom } from '../../../src/simulator/seededRandom.ts';

let model: ScriptedModel;
beforeAll(async () => {
  model = await startScriptedModel({ seed: 1, pace: 0 });
});
afterAll(() => model.close());

const post = (path: string, body: object) =>
  fetch(`${model.url}${path}`, { method: 'POST', body: JSON.stringify(body) });
const asked = (agent: string, text: string) => ({
  model: 'gpt-5.4-mini',
  instructions: `You are the ${agent}.`,
  input: [{ role: 'user', content: text }],
});

describe('startScriptedModel', () => {
  it('answers on the Responses wire, with cached and reasoning tokens', async () => {
    const response = await post('/responses', asked('Support Agent', 'Where is my order?'));
    const body = (await response.json()) as { usage: Record<string, unknown> };
    expect(body).toMatchObject({
      object: 'response',
      status: 'completed',
      model: 'gpt-5.4-mini',
      output: [{ type: 'function_call', name: 'get_order_status', call_id: expect.stringMatching(/^call_/) }],
      usage: {
        input_tokens_details: { cached_tokens: 0 },
        output_tokens_details: { reasoning_tokens: expect.any(Number) },
      },
    });
    expect(body.usage.total_tokens).toBe(Number(body.usage.input_tokens) + Number(body.usage.output_tokens));
  });

  it('streams the same answer as numbered events that end with the whole', async () => {
    const response = await post('/responses', { ...asked('Support Agent', 'Where is my order?'), stream: true });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, json]) => JSON.parse(json ?? '') as { type: string; sequence_number: number },
    );
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index));
    expect(events[0]?.type).toBe('response.created');
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } });
  });

  it('answers on the Chat Completions wire', async () => {
    const messages = [
      { role: 'system', content: 'You are the Research Agent.' },
      { role: 'user', content: 'Write a brief on heat pumps' },
    ];
    const response = await post('/chat/completions', { model: 'gpt-4.1-mini', messages });
    expect(await response.json()).toMatchObject({
      object: 'chat.completion',
      choices: [{ finish_reason: 'tool_calls', message: { tool_calls: [{}, {}, {}] } }],
      usage: { completion_tokens_details: { reasoning_tokens: 0 } },
    });
  });

  it('fails as its scenario says, in order, then works; what is not cured by asking again stays', async () => {
    const busy = asked('Research Agent', 'Please compare the vendors');
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await post('/responses', busy)).status);
    expect(statuses).toEqual([429, 503, 200]);
    const refused = await post('/responses', asked('Research Agent', 'Please compare the vendors'));
    expect(refused.headers.get('x-should-retry')).toBe('false'); // attempts are the agents', so that they show
    const history = [{ type: 'function_call', name: 'lookup_invoice', call_id: 'c', arguments: '{}' }];
    const tooLong = asked('Billing Agent', 'my whole invoice history');
    const failed = await post('/responses', { ...tooLong, input: [...tooLong.input, ...history] });
    expect(failed.status).toBe(400);
  });

  it('knows no other path', async () => {
    expect((await post('/embeddings', {})).status).toBe(404);
  });
});

describe('the scenarios', () => {
  const random = createSeededRandom(1);
  const agents = createDemoAgents({ sdk, random, pace: 0 });

  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    '%s is known by its text and calls tools that exist',
    (_id, scenario) => {
      expect(scenarioOf(scenario.ask(random))).toBe(scenario);
      for (const [id, turns] of Object.entries(scenario.turns)) {
        const agent = agents[id as keyof typeof agents];
        const handoffs = agent.handoffs.map((one) => `transfer_to_${(one as sdk.Agent).name.replaceAll(' ', '_')}`);
        const known = [...agent.tools.map(({ name }) => name), ...handoffs];
        const called = turns.flatMap((turn) => ('calls' in turn ? turn.calls.map(({ tool }) => tool) : []));
        expect(known).toEqual(expect.arrayContaining(called));
      }
    },
  );

  it('come in the same order for the same seed, each of them sooner or later', () => {
    const order = (seed: number) => {
      const chance = createSeededRandom(seed);
      return Array.from({ length: 300 }, () => pickScenario(chance).id);
    };
    expect(order(3)).toEqual(order(3));
    expect(new Set(order(3)).size).toBe(scenarios.length);
  });

  it('are drawn in the declared workflow: every agent, every tool, every hand-off', () => {
    const workflow = workflowSchema.parse(JSON.parse(readFileSync('demo/public/workflow.json', 'utf8')));
    const matches = workflow.nodes.map(({ match }) => match?.agent ?? match?.tool ?? match?.name);
    const tools = Object.values<sdk.Agent>({ ...agents }).flatMap((agent) => agent.tools.map((tool) => tool.name));
    expect(matches).toEqual(expect.arrayContaining([...Object.values(agentNames), ...tools]));
    const ids = new Set(workflow.nodes.map(({ id }) => id));
    for (const { from, to } of workflow.edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
  });
});
