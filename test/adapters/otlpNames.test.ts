import { otlpAdapter } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import type { EventOf, MonitorEvent } from '../../src/model/event.ts';

/** Attributes as JSON of OTLP has them: numbers as strings, lists wrapped. */
const wrap = (value: unknown): object => {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(wrap) } };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
};

type Plain = Readonly<Record<string, unknown>>;
const isEnd = (event: MonitorEvent): event is EventOf<'span.end'> => event.type === 'span.end';

/** What is read of one span that has these attributes, and of its run. */
function readOne(plain: Plain, name = 'step') {
  const attributes = Object.entries(plain).map(([key, value]) => ({ key, value: wrap(value) }));
  const span = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name,
    startTimeUnixNano: '1795224555702000000',
    endTimeUnixNano: '1795224556702000000',
    attributes,
  };
  const { events, issues } = otlpAdapter.read({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
  expect(issues).toEqual([]);
  const end = events.find(isEnd);
  const run = events.find(({ type }) => type === 'run.start');
  return { a: end?.a, detail: end?.detail, run: run?.a };
}

const chat = { 'gen_ai.operation.name': 'chat' };
const counts = (input: string, output: string, cached: string, written: string, reasoning: string) => ({
  [input]: 90,
  [output]: 9,
  [cached]: 30,
  [written]: 20,
  [reasoning]: 4,
});
const usage = {
  scope: 'leaf',
  inputTokens: 90,
  outputTokens: 9,
  cachedInputTokens: 30,
  cacheWriteTokens: 20,
  reasoningTokens: 4,
};

describe('token counts under the names of each convention', () => {
  const genAi = 'gen_ai.usage.';
  const names: readonly (readonly [name: string, kind: Plain, counts: Plain])[] = [
    [
      'GenAI, newest',
      chat,
      counts(
        `${genAi}input_tokens`,
        `${genAi}output_tokens`,
        `${genAi}cache_read.input_tokens`,
        `${genAi}cache_write.input_tokens`,
        `${genAi}reasoning.output_tokens`,
      ),
    ],
    [
      'GenAI, with the cache_creation of before',
      chat,
      counts(
        `${genAi}input_tokens`,
        `${genAi}output_tokens`,
        `${genAi}cache_read.input_tokens`,
        `${genAi}cache_creation.input_tokens`,
        `${genAi}reasoning.output_tokens`,
      ),
    ],
    [
      'GenAI up to 1.36, with what instrumentations added',
      chat,
      counts(
        `${genAi}prompt_tokens`,
        `${genAi}completion_tokens`,
        `${genAi}cache_read_input_tokens`,
        `${genAi}cache_creation_input_tokens`,
        `${genAi}reasoning_tokens`,
      ),
    ],
    [
      'OpenInference',
      { 'openinference.span.kind': 'LLM' },
      counts(
        'llm.token_count.prompt',
        'llm.token_count.completion',
        'llm.token_count.prompt_details.cache_read',
        'llm.token_count.prompt_details.cache_write',
        'llm.token_count.completion_details.reasoning',
      ),
    ],
    [
      'the AI SDK, current',
      { 'ai.operationId': 'ai.streamText.doStream' },
      counts(
        'ai.usage.inputTokens',
        'ai.usage.outputTokens',
        'ai.usage.inputTokenDetails.cacheReadTokens',
        'ai.usage.inputTokenDetails.cacheWriteTokens',
        'ai.usage.outputTokenDetails.reasoningTokens',
      ),
    ],
    [
      'OpenLLMetry',
      { 'llm.request.type': 'chat' },
      counts(
        `${genAi}input_tokens`,
        `${genAi}output_tokens`,
        'llm.usage.cache_read_input_tokens',
        'llm.usage.cache_creation_input_tokens',
        'llm.usage.reasoning_tokens',
      ),
    ],
  ];

  it.each(names)('%s', (_name, kind, plain) => {
    expect(readOne({ ...kind, ...plain }).a).toMatchObject({ kind: 'llm', usage });
  });

  it('the AI SDK, of 4 and of 5 to 6', () => {
    const call = { 'ai.operationId': 'ai.generateText.doGenerate' };
    expect(readOne({ ...call, 'ai.usage.promptTokens': 7, 'ai.usage.completionTokens': 2 }).a?.usage).toEqual({
      scope: 'leaf',
      inputTokens: 7,
      outputTokens: 2,
    });
    expect(
      readOne({ ...call, 'ai.usage.inputTokens': 7, 'ai.usage.cachedInputTokens': 3, 'ai.usage.reasoningTokens': 1 }).a
        ?.usage,
    ).toEqual({ scope: 'leaf', inputTokens: 7, cachedInputTokens: 3, reasoningTokens: 1 });
    expect(readOne({ 'ai.operationId': 'ai.embed.doEmbed', 'ai.usage.tokens': 5 }).a).toMatchObject({
      operation: 'embedding',
      usage: { inputTokens: 5 },
    });
  });

  it('totals: of OpenLLMetry, of OpenInference, of the AI SDK, of GenAI', () => {
    for (const name of [
      'llm.usage.total_tokens',
      'llm.token_count.total',
      'ai.usage.totalTokens',
      'gen_ai.usage.total_tokens',
    ]) {
      expect(readOne({ ...chat, [name]: 12 }).a?.usage).toEqual({ scope: 'leaf', totalTokens: 12 });
    }
  });

  it('of Langfuse, as one record with its cost', () => {
    const read = readOne({
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': 'm',
      'langfuse.observation.usage_details': '{"input":10,"output":5,"input_cache_read":4,"total":19}',
      'langfuse.observation.cost_details': '{"input":0.001,"output":0.002}',
    });
    expect(read.a).toMatchObject({
      kind: 'llm',
      model: 'm',
      usage: { scope: 'leaf', inputTokens: 14, cachedInputTokens: 4 },
      reportedCostNanoUsd: 3_000_000,
    });
  });

  it('are left alone where a total agrees with neither way to count', () => {
    const plain = counts(
      'llm.token_count.prompt',
      'llm.token_count.completion',
      'llm.token_count.prompt_details.cache_read',
      'llm.token_count.prompt_details.cache_write',
      'llm.token_count.completion_details.reasoning',
    );
    const read = readOne({ 'openinference.span.kind': 'LLM', ...plain, 'llm.token_count.total': 1000 });
    expect(read.a?.usage).toEqual({ ...usage, totalTokens: 1000 });
  });

  it('are added where the cached and written ones are more than all the input, which then cannot hold them', () => {
    const plain = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5 };
    const cached = { 'gen_ai.usage.cache_read.input_tokens': 90, 'gen_ai.usage.cache_write.input_tokens': 7 };
    const wanted = { scope: 'leaf', inputTokens: 107, outputTokens: 5, cachedInputTokens: 90, cacheWriteTokens: 7 };
    expect(readOne({ ...chat, ...plain, ...cached }).a?.usage).toEqual(wanted);
    for (const total of [15, 112]) {
      expect(readOne({ ...chat, ...plain, ...cached, 'gen_ai.usage.total_tokens': total }).a?.usage).toEqual({
        ...wanted,
        totalTokens: 112,
      });
    }
    const inside = { ...plain, 'gen_ai.usage.cache_read.input_tokens': 10 };
    expect(readOne({ ...chat, ...inside }).a?.usage?.inputTokens).toBe(10);
  });

  it('are added to the output where the total, or the output itself, says that reasoning stands beside it', () => {
    const call = { 'openinference.span.kind': 'LLM', 'llm.token_count.prompt': 90, 'llm.token_count.completion': 9 };
    const reasoning = 'llm.token_count.completion_details.reasoning';
    const total = 'llm.token_count.total';
    const cached = 'llm.token_count.prompt_details.cache_read';
    const read = (plain: Plain) => {
      const { inputTokens, outputTokens, totalTokens } = readOne({ ...call, ...plain }).a?.usage ?? {};
      return [inputTokens, outputTokens, totalTokens];
    };
    expect(read({ [reasoning]: 4, [total]: 103 })).toEqual([90, 13, 103]);
    expect(read({ [reasoning]: 4, [total]: 99 })).toEqual([90, 9, 99]);
    expect(read({ [reasoning]: 40 })).toEqual([90, 49, undefined]);
    expect(read({ [reasoning]: 40, [total]: 99 })).toEqual([90, 49, 139]);
    expect(read({ [reasoning]: 4, [cached]: 30, [total]: 133 })).toEqual([120, 13, 133]);
    expect(read({ [reasoning]: 4, [cached]: 30, [total]: 129 })).toEqual([120, 9, 129]);
    expect(read({ [reasoning]: 4, [cached]: 4, [total]: 103 })).toEqual([94, 9, 103]);
    expect(read({ [reasoning]: 4, [cached]: 4, [total]: 107 })).toEqual([94, 13, 107]);
  });

  it('repeat on what is no model call what stands below it', () => {
    for (const kind of [
      { 'gen_ai.operation.name': 'invoke_agent' },
      { 'gen_ai.operation.name': 'invoke_workflow' },
      { 'openinference.span.kind': 'CHAIN' },
      { 'ai.operationId': 'ai.generateText' },
      { 'traceloop.span.kind': 'workflow' },
      { 'langfuse.observation.type': 'agent' },
    ]) {
      expect(readOne({ ...kind, 'gen_ai.usage.input_tokens': 3 }).a?.usage?.scope).toBe('aggregate');
    }
  });
});

describe('models, providers and costs', () => {
  it('know the model that answered from the one that was asked for, and either alone', () => {
    expect(readOne({ ...chat, 'gen_ai.request.model': 'm', 'gen_ai.response.model': 'm-2026-01-01' }).a).toMatchObject({
      model: 'm-2026-01-01',
      requestModel: 'm',
    });
    expect(readOne({ ...chat, 'gen_ai.request.model': 'm' }).a).toMatchObject({ requestModel: 'm' });
    expect(readOne({ 'ai.operationId': 'ai.generateText.doGenerate', 'ai.model.id': 'm' }).a?.requestModel).toBe('m');
    expect(readOne({ 'openinference.span.kind': 'LLM', 'llm.model_name': 'm' }).a?.model).toBe('m');
  });

  it('name the provider without the API that it was spoken to by', () => {
    expect(readOne({ ...chat, 'gen_ai.system': 'openai' }).a?.provider).toBe('openai');
    expect(readOne({ ...chat, 'gen_ai.system': 'old', 'gen_ai.provider.name': 'new' }).a?.provider).toBe('new');
    const call = { 'ai.operationId': 'ai.generateText.doGenerate' };
    expect(readOne({ ...call, 'ai.model.provider': 'openai.responses' }).a?.provider).toBe('openai');
    expect(readOne({ ...call, 'ai.model.provider': 'azure.ai.custom' }).a?.provider).toBe('azure.ai.custom');
    expect(readOne({ 'openinference.span.kind': 'LLM', 'llm.system': 'x' }).a?.provider).toBe('x');
  });

  it('take a cost that is reported under any of its names, 0 too', () => {
    for (const name of ['llm.cost.total', 'gen_ai.usage.cost', 'gen_ai.usage.total_cost']) {
      expect(readOne({ ...chat, [name]: 0.5 }).a?.reportedCostNanoUsd).toBe(500_000_000);
      expect(readOne({ ...chat, [name]: 0 }).a?.reportedCostNanoUsd).toBe(0);
    }
  });
});

describe('costs that come in parts', () => {
  const call = { 'openinference.span.kind': 'LLM', 'llm.token_count.completion': 7 };
  const parts = { 'llm.cost.prompt': 0.002, 'llm.cost.completion': 0.003 };

  it('of OpenInference are added where both sides are known, and stay beside a total, which counts', () => {
    const both = readOne({ ...call, ...parts });
    expect(both.a?.reportedCostNanoUsd).toBe(5_000_000);
    expect(both.detail?.attributes).toEqual(parts);
    expect(readOne({ ...call, ...parts, 'llm.cost.total': 0.004 }).a?.reportedCostNanoUsd).toBe(4_000_000);
  });

  it('are unknown where one side is, but where there is no other', () => {
    expect(readOne({ ...call, 'llm.cost.prompt': 0.002 }).a?.reportedCostNanoUsd).toBeUndefined();
    expect(readOne({ ...call, 'llm.cost.completion': 0.003 }).a?.reportedCostNanoUsd).toBeUndefined();
    const silent = { ...call, 'llm.token_count.completion': 0, 'llm.cost.prompt': 0.002 };
    expect(readOne(silent).a?.reportedCostNanoUsd).toBe(2_000_000);
    const embedding = { 'openinference.span.kind': 'EMBEDDING', 'llm.cost.prompt': 0.001 };
    expect(readOne(embedding).a?.reportedCostNanoUsd).toBe(1_000_000);
  });

  it('of OpenInference know tokens from the cache under either name', () => {
    const read = (plain: Plain) => readOne({ ...call, ...plain }).a?.usage?.cachedInputTokens;
    expect(read({ 'llm.token_count.prompt_details.cache_input': 4 })).toBe(4);
    const both = { 'llm.token_count.prompt_details.cache_input': 4, 'llm.token_count.prompt_details.cache_read': 3 };
    expect(read(both)).toBe(3);
  });
});

describe('kinds', () => {
  const kindOf = (plain: Plain) => readOne(plain).a?.kind;

  it('of each operation of GenAI', () => {
    const kinds = {
      chat: 'llm',
      text_completion: 'llm',
      generate_content: 'llm',
      embeddings: 'llm',
      invoke_agent: 'agent',
      create_agent: 'custom',
      invoke_workflow: 'task',
      execute_tool: 'tool',
      retrieval: 'retrieval',
      plan: 'custom',
    };
    for (const [operation, kind] of Object.entries(kinds))
      expect([operation, kindOf({ 'gen_ai.operation.name': operation })]).toEqual([operation, kind]);
  });

  it('of each kind of OpenInference, in any case', () => {
    const kinds = {
      LLM: 'llm',
      AGENT: 'agent',
      TOOL: 'tool',
      CHAIN: 'custom',
      RETRIEVER: 'retrieval',
      RERANKER: 'retrieval',
      EMBEDDING: 'llm',
      GUARDRAIL: 'guardrail',
      EVALUATOR: 'eval',
      PROMPT: 'custom',
      UNKNOWN: 'custom',
    };
    for (const [name, kind] of Object.entries(kinds)) {
      expect([name, kindOf({ 'openinference.span.kind': name })]).toEqual([name, kind]);
      expect([name, kindOf({ 'openinference.span.kind': name.toLowerCase() })]).toEqual([name, kind]);
    }
    expect(readOne({ 'openinference.span.kind': 'EMBEDDING' }).a?.operation).toBe('embedding');
  });

  it('of the AI SDK, of OpenLLMetry, of MCP', () => {
    expect(kindOf({ 'ai.operationId': 'ai.toolCall' })).toBe('tool');
    expect(kindOf({ 'ai.operationId': 'ai.streamObject.doStream' })).toBe('llm');
    for (const operation of ['ai.transcribe', 'ai.streamTranscribe', 'ai.generateSpeech']) {
      for (const name of ['ai.operationId', 'gen_ai.operation.name']) {
        const read = readOne({ [name]: operation, 'gen_ai.usage.input_tokens': 3 });
        expect(read.a).toMatchObject({
          kind: 'speech',
          sourceType: operation,
          usage: { scope: 'leaf', inputTokens: 3 },
        });
      }
    }
    expect(kindOf({ 'ai.operationId': 'ai.workflowAgent.stream' })).toBe('task');
    expect(kindOf({ 'ai.operationId': 'ai.workflowAgent.stream', 'ai.telemetry.functionId': 'f' })).toBe('agent');
    expect(kindOf({ 'gen_ai.operation.name': 'rerank' })).toBe('retrieval');
    expect(kindOf({ 'traceloop.span.kind': 'workflow' })).toBe('task');
    expect(kindOf({ 'traceloop.span.kind': 'task' })).toBe('custom');
    expect(kindOf({ 'llm.request.type': 'rerank' })).toBe('retrieval');
    expect(kindOf({ 'mcp.method.name': 'tools/list' })).toBe('mcp');
    expect(kindOf({ 'mcp.method.name': 'initialize' })).toBe('custom');
  });
});

describe('who, where and how', () => {
  it('of a run: conversation, session, user, tags, name', () => {
    expect(
      readOne({ 'gen_ai.conversation.id': 'c', 'session.id': 's', 'enduser.id': 'u', 'tag.tags': ['x'] }).run,
    ).toMatchObject({ groupId: 'c', sessionId: 's', userId: 'u', tags: ['x'] });
    expect(readOne({ 'ai.settings.context.userId': 'u', 'ai.telemetry.metadata.sessionId': 's' }).run).toMatchObject({
      userId: 'u',
      sessionId: 's',
    });
    expect(
      readOne({
        'traceloop.association.properties.user_id': 'u',
        'traceloop.association.properties.chat_id': 's',
      }).run,
    ).toMatchObject({ userId: 'u', sessionId: 's' });
    expect(
      readOne({ 'langfuse.trace.name': 'n', 'langfuse.user.id': 'u', 'langfuse.session.id': 's' }).run,
    ).toMatchObject({ name: 'n', userId: 'u', sessionId: 's' });
  });

  it('of a tool: its own name and call, its arguments and what it gave', () => {
    expect(
      readOne({
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 't',
        'gen_ai.tool.call.id': 'call_1',
        'gen_ai.tool.call.arguments': '{"a":1}',
        'gen_ai.tool.call.result': '"b"',
      }),
    ).toMatchObject({ a: { name: 't', callId: 'call_1' }, detail: { input: { a: 1 }, output: 'b' } });
    expect(
      readOne({
        'ai.operationId': 'ai.toolCall',
        'ai.toolCall.name': 't',
        'ai.toolCall.id': 'call_2',
        'ai.toolCall.args': '{"a":1}',
      }),
    ).toMatchObject({ a: { name: 't', callId: 'call_2' }, detail: { input: { a: 1 } } });
    expect(
      readOne({ 'mcp.method.name': 'tools/call', 'mcp.tool.name': 't', 'mcp.server.name': 'files' }).a,
    ).toMatchObject({ name: 't', server: 'files' });
    expect(readOne({ 'mcp.method.name': 'tools/call' }, 'tools/call search').a?.name).toBe('search');
    expect(
      readOne({
        'traceloop.span.kind': 'tool',
        'traceloop.entity.name': 't',
        'traceloop.entity.input': '{"a":1}',
        'traceloop.entity.output': '"b"',
      }),
    ).toMatchObject({ a: { kind: 'tool', name: 't' }, detail: { input: { a: 1 }, output: 'b' } });
    expect(readOne({ 'gen_ai.operation.name': 'execute_tool' }, 'execute_tool search').a?.name).toBe('search');
  });

  it('of an agent: its name, and that of the call that the AI SDK was given', () => {
    expect(readOne({ 'gen_ai.operation.name': 'invoke_agent' }, 'invoke_agent Billing').a?.name).toBe('Billing');
    expect(readOne({ 'openinference.span.kind': 'AGENT', 'agent.name': 'A' }).a?.name).toBe('A');
    const remote = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.id': 'asst_5j66' };
    expect(readOne(remote, 'invoke_agent')).toMatchObject({
      a: { name: 'asst_5j66' },
      detail: { attributes: { 'gen_ai.agent.id': 'asst_5j66' } },
    });
    expect(readOne(remote, 'invoke_agent Billing').a?.name).toBe('Billing');
    expect(readOne({ ...remote, 'gen_ai.agent.name': 'Named' }, 'invoke_agent').a?.name).toBe('Named');
    expect(readOne({ 'ai.operationId': 'ai.streamText', 'ai.telemetry.functionId': 'f' }).a).toMatchObject({
      kind: 'agent',
      name: 'f',
    });
  });

  it('of a call: when its first token came and why it ended', () => {
    const call = { 'ai.operationId': 'ai.streamText.doStream', 'ai.response.msToFirstChunk': 250.5 };
    expect(readOne({ ...call, 'ai.response.finishReason': 'stop' }).a).toMatchObject({
      firstTokenAtMs: 1_795_224_555_702 + 250.5,
      finishReason: 'stop',
    });
    expect(readOne({ ...chat, 'gen_ai.response.finish_reasons': ['length'] }).a?.finishReason).toBe('length');
    for (const name of ['llm.response.finish_reason', 'gen_ai.completion.0.finish_reason', 'llm.finish_reason']) {
      expect(readOne({ 'llm.request.type': 'chat', [name]: 'length' }).a?.finishReason).toBe('length');
    }
    expect(readOne({ ...chat, 'gen_ai.response.time_to_first_chunk': 0.25 }).a?.firstTokenAtMs).toBe(1_795_224_555_952);
    const time = '2026-11-21T01:29:15.952Z';
    for (const written of [time, JSON.stringify(time)]) {
      expect(readOne({ 'langfuse.observation.completion_start_time': written }).a?.firstTokenAtMs).toBe(
        Date.parse(time),
      );
    }
  });

  it('of a step that is no model call: messages that were taken apart, where nothing else is its content', () => {
    const step = {
      'traceloop.span.kind': 'workflow',
      'gen_ai.prompt.0.content': 'hi',
      'gen_ai.completion.0.content': 'ho',
    };
    expect(readOne(step).detail).toEqual({ input: [{ content: 'hi' }], output: [{ content: 'ho' }] });
    expect(readOne({ ...step, 'traceloop.entity.input': 'whole' }).detail?.input).toBe('whole');
  });

  it('of a retrieval: what was asked and what was found', () => {
    const found = [{ id: 'doc_1', score: 0.9 }];
    expect(
      readOne({
        'gen_ai.operation.name': 'retrieval',
        'gen_ai.retrieval.query.text': 'where is it',
        'gen_ai.retrieval.documents': JSON.stringify(found),
      }),
    ).toMatchObject({ a: { kind: 'retrieval' }, detail: { input: 'where is it', output: found } });
  });

  it('of a failure: the level of an observation of Langfuse, whose span says nothing', () => {
    const failed = { 'langfuse.observation.type': 'generation', 'langfuse.observation.level': 'ERROR' };
    const read = readOne({ ...failed, 'langfuse.observation.status_message': '429 slow down' });
    expect(read.a).toMatchObject({ status: 'error', errorCode: 'http.429' });
    expect(read.detail).toMatchObject({ error: { message: '429 slow down' } });
    expect(readOne(failed).a).toMatchObject({ status: 'error', errorCode: 'model.failed' });
    const warned = readOne({ ...failed, 'langfuse.observation.level': 'WARNING' });
    expect(warned.a?.status).toBe('ok');
    expect(warned.detail?.attributes).toEqual({ 'langfuse.observation.level': 'WARNING' });
  });

  it('of a handoff: only where both the tool and the span say it', () => {
    const tool = { 'openinference.span.kind': 'TOOL', 'tool.name': 'handoff_to_B' };
    expect(readOne(tool, 'handoff to B').a?.kind).toBe('handoff');
    expect(readOne(tool, 'call').a?.kind).toBe('tool');
  });

  it('of a guardrail and of what stands beside a span as JSON', () => {
    const guardrail = { 'openinference.span.kind': 'GUARDRAIL', metadata: '{"team":"a"}', 'tag.tags': ['x', 'y'] };
    for (const triggered of [true, 'true']) {
      const read = readOne({ ...guardrail, 'guardrail.triggered': triggered });
      expect(read.a).toMatchObject({ kind: 'guardrail', triggered: true });
      expect(read).toMatchObject({ detail: { metadata: { team: 'a' } }, run: { tags: ['x', 'y'] } });
    }
    expect(readOne({ ...guardrail, 'guardrail.triggered': false }).a?.triggered).toBe(false);
    const tool = { 'openinference.span.kind': 'TOOL', 'tool.name': 't', 'tool.parameters': '{"a":1}' };
    expect(readOne(tool).detail).toEqual({ input: { a: 1 } });
  });

  it('of other attributes: 64-bit numbers as numbers where they fit, as they came where they do not', () => {
    const attributes = [
      { key: 'fits', value: { intValue: '9007199254740991' } },
      { key: 'too.large', value: { intValue: '9007199254740993' } },
      { key: 'share', value: { doubleValue: '0.5' } },
      { key: 'none', value: { doubleValue: 'NaN' } },
      { key: 'bytes', value: { bytes_value: 'AP8Q' } },
      { key: 'list', value: { array_value: { values: [{ bool_value: true }, { double_value: 0.5 }, {}] } } },
      { key: 'filled', value: { stringValue: null, intValue: null, boolValue: false, arrayValue: null } },
      { key: 'nothing', value: { stringValue: null, int_value: null } },
      { key: 'bare', value: [1, { a: { stringValue: 'x' }, b: [true] }] },
    ];
    const span = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      endTimeUnixNano: '1795224556702000000',
      attributes,
    };
    const { events } = otlpAdapter.read({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    expect(events.find(isEnd)?.detail?.attributes).toEqual({
      fits: 9_007_199_254_740_991,
      'too.large': '9007199254740993',
      share: 0.5,
      none: 'NaN',
      bytes: 'AP8Q',
      list: [true, 0.5, null],
      filled: false,
      bare: [1, { a: 'x', b: [true] }],
    });
  });

  it('of ids: base64 with either alphabet, and zeros for none in every spelling', () => {
    const read = (ids: object) => otlpAdapter.read([{ endTimeUnixNano: '1795224556702000000', ...ids }]);
    const trace = Buffer.from('fbf7651916cdffdd8448eb211c8031ff', 'hex').toString('base64url');
    const span = Buffer.from('fbffbfff69203331', 'hex').toString('base64url');
    expect(read({ traceId: trace, spanId: span, startTimeUnixNano: '1' }).events[0]).toMatchObject({
      run: 'fbf7651916cdffdd8448eb211c8031ff',
      span: 'fbffbfff69203331',
    });
    for (const traceId of ['0'.repeat(32), Buffer.alloc(16).toString('base64')]) {
      const { events, issues } = read({ traceId, spanId: span, startTimeUnixNano: '1' });
      expect(events).toEqual([]);
      expect(issues.map(({ code }) => code)).toEqual(['otlp.bad-id']);
    }
  });
});
