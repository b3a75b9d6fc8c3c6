import { otlpAdapter } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import type { EventOf, MonitorEvent } from '../../src/model/event.ts';
import { foldAll } from '../fold/foldState.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

type Plain = string | number | boolean | readonly string[];

const wrap = (value: Plain): object =>
  typeof value === 'string'
    ? { stringValue: value }
    : typeof value === 'boolean'
      ? { boolValue: value }
      : typeof value === 'number'
        ? { intValue: value }
        : { arrayValue: { values: value.map((item) => ({ stringValue: item })) } };

const attributesOf = (plain: Readonly<Record<string, Plain>>) =>
  Object.entries(plain).map(([key, value]) => ({ key, value: wrap(value) }));

const span = (plain: Readonly<Record<string, Plain>> = {}, fields: object = {}) => ({
  traceId,
  spanId,
  parentSpanId: '00f067aa0ba902b7',
  name: 'step',
  kind: 1,
  startTimeUnixNano: '1795224555702000001',
  endTimeUnixNano: '1795224555765252549',
  attributes: attributesOf(plain),
  status: { code: 0 },
  ...fields,
});

const request = (...spans: readonly object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });

const isSpan = (event: MonitorEvent): event is EventOf<'span.end'> => event.type.startsWith('span.');
const readAll = (raw: unknown) => otlpAdapter.read(raw);
function readOne(raw: object): EventOf<'span.end'> {
  const { events, issues } = readAll(request(raw));
  expect(issues).toEqual([]);
  const [event] = events.filter(isSpan);
  if (!event) throw new Error('no span');
  return event;
}

describe('the spellings of OTLP in JSON', () => {
  const wanted = { run: traceId, span: spanId, parent: '00f067aa0ba902b7', a: { status: 'ok', name: 'step' } };

  it('takes ids in base64, in capitals and as bytes as the same ids', () => {
    const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
    const parentSpanId = base64('00f067aa0ba902b7');
    expect(readOne(span({}, { traceId: base64(traceId), spanId: base64(spanId), parentSpanId }))).toMatchObject(wanted);
    expect(readOne(span({}, { traceId: traceId.toUpperCase() }))).toMatchObject(wanted);
    expect(readOne(span({}, { spanId: new Uint8Array(Buffer.from(spanId, 'hex')) }))).toMatchObject(wanted);
  });

  it('knows a parent of zeros for none', () => {
    expect(readOne(span({}, { parentSpanId: '0000000000000000' })).parent).toBeUndefined();
    expect(readOne(span({}, { parentSpanId: '' })).parent).toBeUndefined();
  });

  it('keeps fractions of a millisecond, whatever holds the nanoseconds', () => {
    const endedAtMs = 1_795_224_555_765 + 0.252549;
    const nanos = 1795224555765252549n;
    const halves = { low: Number(nanos & 0xffffffffn) | 0, high: Number(nanos >> 32n), unsigned: true };
    for (const endTimeUnixNano of [String(nanos), nanos, halves]) {
      expect(readOne(span({}, { endTimeUnixNano })).a.endedAtMs).toBeCloseTo(endedAtMs, 3);
    }
  });

  it('takes codes by number and by name, and leaves out what is neither', () => {
    for (const code of [2, 'STATUS_CODE_ERROR']) {
      expect(readOne(span({}, { status: { code, message: 'no' } })).a.status).toBe('error');
    }
    for (const code of [0, 1, 'STATUS_CODE_OK', undefined])
      expect(readOne(span({}, { status: { code } })).a.status).toBe('ok');
    const { events, issues } = readAll(request(span({}, { status: { code: 7 } })));
    expect(events.filter(isSpan)[0]?.a.status).toBeUndefined();
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'resourceSpans[0].scopeSpans[0].spans[0].status otlp.bad-status',
    ]);
  });

  it('takes the names of the protobuf file, of older versions, and spans without a request', () => {
    const old = {
      trace_id: traceId,
      span_id: spanId,
      parent_span_id: '00f067aa0ba902b7',
      name: 'step',
      start_time_unix_nano: '1795224555702000001',
      end_time_unix_nano: '1795224555765252549',
      attributes: [{ key: 'gen_ai.operation.name', value: { string_value: 'chat' } }],
    };
    for (const raw of [
      { resource_spans: [{ scope_spans: [{ spans: [old] }] }] },
      { batches: [{ instrumentationLibrarySpans: [{ spans: [old] }] }] },
      [old],
      old,
      [{ at: 'now', body: { resourceSpans: [{ scopeSpans: [{ spans: [old] }] }] } }],
    ]) {
      const { events, issues } = readAll(raw);
      expect(issues).toEqual([]);
      expect(events.filter(isSpan)[0]).toMatchObject({ ...wanted, a: { ...wanted.a, kind: 'llm' } });
    }
  });

  it('is open without an end, and unknown without times', () => {
    expect(readOne(span({}, { endTimeUnixNano: undefined }))).toMatchObject({ type: 'span.start' });
    const event = readOne(span({}, { endTimeUnixNano: '0', startTimeUnixNano: undefined }));
    expect(event.type).toBe('span.update');
    expect(event.a.startedAtMs).toBeUndefined();
  });
});

describe('what conventions call things', () => {
  it.each([
    ['a chat', { 'gen_ai.operation.name': 'chat' }, { kind: 'llm' }],
    ['an embedding', { 'gen_ai.operation.name': 'embeddings' }, { kind: 'llm', operation: 'embedding' }],
    ['an unknown operation', { 'gen_ai.operation.name': 'agent_step' }, { kind: 'custom', sourceType: 'agent_step' }],
    [
      'a workflow of OpenLLMetry',
      { 'traceloop.span.kind': 'workflow', 'traceloop.entity.name': 'W' },
      { kind: 'task', name: 'W' },
    ],
    [
      'an agent of OpenLLMetry',
      { 'traceloop.span.kind': 'agent', 'traceloop.entity.name': 'A' },
      { kind: 'agent', name: 'A' },
    ],
    [
      'a call of OpenLLMetry',
      { 'llm.request.type': 'chat', 'gen_ai.system': 'OpenAI' },
      { kind: 'llm', provider: 'OpenAI' },
    ],
    ['a generation of Langfuse', { 'langfuse.observation.type': 'generation' }, { kind: 'llm' }],
    ['a retriever', { 'openinference.span.kind': 'RETRIEVER' }, { kind: 'retrieval' }],
    [
      'a tool call of an MCP client',
      { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 't' },
      { kind: 'tool', name: 't' },
    ],
    ['a listing of an MCP client', { 'mcp.method.name': 'tools/list' }, { kind: 'mcp' }],
    ['a call without a kind', { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 }, { kind: 'llm' }],
    ['an unnamed call of the AI SDK', { 'ai.operationId': 'ai.generateText' }, { kind: 'task' }],
    [
      'a named call of the AI SDK',
      { 'ai.operationId': 'ai.generateText', 'ai.telemetry.functionId': 'f' },
      { kind: 'agent', name: 'f' },
    ],
  ])('%s', (_name, plain, wanted) => {
    expect(readOne(span(plain as unknown as Record<string, Plain>)).a).toMatchObject(wanted);
  });

  it('counts the server half of an MCP call as no second call', () => {
    const plain = { 'mcp.method.name': 'tools/call', 'gen_ai.operation.name': 'execute_tool' };
    expect(readOne(span(plain, { kind: 2 })).a.kind).toBe('custom');
    expect(readOne(span(plain, { kind: 3 })).a.kind).toBe('tool');
  });

  it('reads tokens once, whichever names stand beside each other, as strings too', () => {
    const plain = {
      'ai.operationId': 'ai.generateText.doGenerate',
      'gen_ai.usage.input_tokens': '350',
      'ai.usage.inputTokens': 350,
    };
    expect(readOne(span(plain)).a.usage).toEqual({ scope: 'leaf', inputTokens: 350 });
    expect(readOne(span({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 9 })).a.usage).toEqual({
      scope: 'aggregate',
      inputTokens: 9,
    });
  });

  it('adds cached tokens that the total says stand beside the input, and leaves those inside', () => {
    const plain = (total: number) => ({
      'openinference.span.kind': 'LLM',
      'llm.token_count.prompt': 10,
      'llm.token_count.completion': 5,
      'llm.token_count.total': total,
      'llm.token_count.prompt_details.cache_read': 4,
    });
    expect(readOne(span(plain(19))).a.usage?.inputTokens).toBe(14);
    expect(readOne(span(plain(15))).a.usage?.inputTokens).toBe(10);
  });

  it('takes a cost that is said, and says nothing of one that is not', () => {
    const cost = { key: 'llm.cost.total', value: { doubleValue: 0.0025 } };
    expect(readOne({ ...span(), attributes: [cost] }).a.reportedCostNanoUsd).toBe(2_500_000);
    expect(readOne(span()).a.reportedCostNanoUsd).toBeUndefined();
  });

  it('takes a handoff from an explicit one only', () => {
    const plain = {
      'openinference.span.kind': 'TOOL',
      'tool.name': 'handoff_to_B',
      'input.value': '{"from_agent":"A"}',
    };
    expect(readOne(span(plain, { name: 'handoff to B' })).a).toMatchObject({
      kind: 'handoff',
      fromAgent: 'A',
      toAgent: 'B',
    });
    expect(readOne(span({ ...plain, 'tool.name': 'transfer_to_b' }, { name: 'transfer' })).a.kind).toBe('tool');
  });
});

describe('content', () => {
  it('puts flattened messages together in the order of their numbers', () => {
    const { detail } = readOne(
      span({
        'openinference.span.kind': 'LLM',
        'input.value': '[]',
        'llm.input_messages.10.message.role': 'user',
        'llm.input_messages.2.message.content': 'two',
        'llm.input_messages.2.message.tool_calls.0.tool_call.function.name': 't',
        'gen_ai.completion.0.content': 'done',
      }),
    );
    expect(detail?.input).toEqual([{ content: 'two', tool_calls: [{ function: { name: 't' } }] }, { role: 'user' }]);
    expect(detail?.output).toEqual([{ content: 'done' }]);
    expect(detail?.attributes).toEqual({ 'input.value': '[]' });
  });

  it('undoes JSON within JSON, and leaves text that only looks like it', () => {
    const plain = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.call.arguments': JSON.stringify('{"a":1}') };
    expect(readOne(span({ ...plain, 'gen_ai.tool.call.result': '{no json}' })).detail).toEqual({
      input: { a: 1 },
      output: '{no json}',
    });
  });

  it('takes messages of events, exceptions and what else happened', () => {
    const at = '1795224555702000000';
    const events = [
      { name: 'gen_ai.user.message', timeUnixNano: at, attributes: attributesOf({ content: 'hi' }) },
      {
        name: 'exception',
        timeUnixNano: at,
        attributes: attributesOf({ 'exception.type': 'E', 'exception.message': '503 busy' }),
      },
      { name: 'cache.miss', timeUnixNano: at, attributes: [] },
    ];
    const event = readOne(span({ 'gen_ai.operation.name': 'chat' }, { events, status: { code: 2 } }));
    expect(event.a).toMatchObject({ status: 'error', errorType: 'E', errorCode: 'http.503' });
    expect(event.detail).toMatchObject({
      input: [{ role: 'user', content: 'hi' }],
      error: { message: '503 busy', type: 'E' },
      attributes: { 'otlp.events': [{ name: 'cache.miss' }] },
    });
  });

  it('tells a known attribute of another type, and keeps it', () => {
    const { events, issues } = readAll(request(span({ 'gen_ai.usage.input_tokens': 'many' })));
    expect(issues[0]).toMatchObject({ code: 'otlp.bad-value' });
    expect(issues[0]?.path).toContain('spans[0].attributes[gen_ai.usage.input_tokens]');
    expect(events.filter(isSpan)[0]?.detail?.attributes).toEqual({ 'gen_ai.usage.input_tokens': 'many' });
  });
});

describe('runs', () => {
  it('come apart by trace, and take user, session and conversation from any span', () => {
    const other = '1af7651916cd43dd8448eb211c80319c';
    const { events } = readAll(
      request(span({ 'user.id': 'u', 'session.id': 's', 'gen_ai.conversation.id': 'c' }), span({}, { traceId: other })),
    );
    const { reader } = foldAll(events);
    expect(reader.runIds).toEqual([traceId, other]);
    expect(reader.getRun(reader.runIds[0] ?? ('' as never))).toMatchObject({
      userId: 'u',
      sessionId: 's',
      groupId: 'c',
    });
  });

  it('take the name of their top span over any other, whichever came last', () => {
    const top = readAll(request(span({}, { spanId: '00f067aa0ba902b7', parentSpanId: undefined, name: 'top' }))).events;
    const inner = readAll(request(span({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'A' }))).events;
    for (const events of [
      [...top, ...inner],
      [...inner, ...top],
    ]) {
      const { reader } = foldAll(events);
      expect(reader.getRun(reader.runIds[0] ?? ('' as never))?.name).toBe('top');
    }
  });
});

describe('log records', () => {
  it('become lines tied to their span', () => {
    const record = {
      traceId,
      spanId,
      timeUnixNano: '1795224555702000000',
      severityNumber: 17,
      body: { stringValue: 'it broke' },
      attributes: attributesOf({ code: 7 }),
    };
    const resource = { attributes: attributesOf({ 'service.name': 'api' }) };
    const { events, issues } = readAll({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record, 7] }] }] });
    expect(events).toMatchObject([
      {
        type: 'log',
        run: traceId,
        span: spanId,
        ts: 1795224555702,
        a: { level: 'error', sourceName: 'api' },
        detail: { message: 'it broke', attributes: { code: 7 } },
      },
    ]);
    expect(issues.map(({ code }) => code)).toEqual(['otlp.no-record']);
  });
});
