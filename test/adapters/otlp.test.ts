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

  it('takes no id for base64 that only looks like it: two that differ in bits that base64 has no byte for stay two', () => {
    const read = (id: string) =>
      readOne(span({}, { traceId: `my-own-trace-with-22-${id}`, spanId: `customid-A${id}` }));
    expect(read('1')).toMatchObject({ run: 'my-own-trace-with-22-1', span: 'customid-A1' });
    expect(read('2')).toMatchObject({ run: 'my-own-trace-with-22-2', span: 'customid-A2' });
  });

  it('takes codes by number and by name, and leaves out what is neither', () => {
    for (const code of [2, '2', 'STATUS_CODE_ERROR', 'ERROR', 'Error']) {
      expect(readOne(span({}, { status: { code, message: 'no' } })).a.status).toBe('error');
    }
    for (const code of [0, 1, '0', '1', '', null, 'STATUS_CODE_OK', 'Ok', 'unset', undefined])
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

  it('gives a start and an end of one span ids of their own, the same each time', () => {
    const open = { endTimeUnixNano: undefined };
    const ids = [open, {}].map((fields) => readOne(span({}, fields)).id);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect([open, {}].map((fields) => readOne(span({ name: 'x' }, fields)).id)).toEqual(ids);
  });

  it('is open without an end, and unknown without times', () => {
    expect(readOne(span({}, { endTimeUnixNano: undefined }))).toMatchObject({ type: 'span.start' });
    const event = readOne(span({}, { endTimeUnixNano: '0', startTimeUnixNano: undefined }));
    expect(event.type).toBe('span.update');
    expect(event.a.startedAtMs).toBeUndefined();
  });
});

describe('links', () => {
  it('lead to spans and to runs, in any spelling of ids, and say how the other end is related', () => {
    const links = [
      { traceId, spanId },
      { trace_id: Buffer.from(traceId, 'hex').toString('base64') },
      { traceId, spanId, attributes: attributesOf({ 'spanlight.relation': 'resumes', 'spanlight.run.id': 'trace_7' }) },
      { spanId },
      7,
    ];
    expect(readOne(span({}, { links })).a.links).toEqual([
      { runId: traceId, spanId, relation: 'link' },
      { runId: traceId, relation: 'link' },
      { runId: 'trace_7', spanId, relation: 'resumes' },
    ]);
    expect(readOne(span({}, { links: [7] })).a).not.toHaveProperty('links');
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
    for (const kind of [2, 'SPAN_KIND_SERVER']) expect(readOne(span(plain, { kind })).a.kind).toBe('custom');
    expect(readOne(span({ ...plain, 'spanlight.kind': 'tool' }, { kind: 2 })).a.kind).toBe('tool'); // our own export knows
    expect(readOne(span(plain, { kind: 3 })).a.kind).toBe('tool');
  });

  it('is no model call by a model alone, nor by model and tokens beside an operation of another name', () => {
    expect(readOne(span({ 'gen_ai.request.model': 'm' })).a.kind).toBe('custom');
    expect(readOne(span({ 'gen_ai.usage.input_tokens': 3 })).a.kind).toBe('custom');
    const step = { 'gen_ai.operation.name': 'agent_step', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 };
    expect(readOne(span(step)).a).toMatchObject({ kind: 'custom', usage: { scope: 'aggregate' } });
  });

  it('goes by the first name that is known; where none is, by the best', () => {
    const unknown = { 'gen_ai.operation.name': 'agent_step', 'traceloop.span.kind': 'hologram' };
    expect(readOne(span(unknown)).a).toMatchObject({ kind: 'custom', sourceType: 'agent_step' });
    const known = { ...unknown, 'traceloop.span.kind': 'agent' };
    expect(readOne(span(known)).a).toMatchObject({ kind: 'agent', sourceType: 'agent' });
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

  it('takes messages in structured form as those in JSON, with every kind of part', () => {
    const messages = [
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'What is this?' },
          { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'iVBORw0KGgo=' },
          { type: 'uri', modality: 'image', uri: 'https://example.com/a.png' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'hm' },
          { type: 'tool_call', id: 'call_1', name: 'look', arguments: { at: 1, deep: [true, null] } },
        ],
        finish_reason: 'tool_call',
      },
    ];
    const structured = (value: unknown): object => {
      if (value === null) return {};
      if (Array.isArray(value)) return { arrayValue: { values: value.map(structured) } };
      if (typeof value !== 'object') return wrap(value as Plain);
      const values = Object.entries(value).map(([key, item]) => ({ key, value: structured(item) }));
      return { kvlistValue: { values } };
    };
    const text = readOne(span({ 'gen_ai.operation.name': 'chat', 'gen_ai.input.messages': JSON.stringify(messages) }));
    const operation = attributesOf({ 'gen_ai.operation.name': 'chat' });
    const attributes = [...operation, { key: 'gen_ai.input.messages', value: structured(messages) }];
    expect(text.detail?.input).toEqual(messages);
    expect(readOne(span({}, { attributes })).detail).toEqual(text.detail);
  });

  it('knows the first token by the event that tells of it', () => {
    for (const name of ['ai.stream.firstChunk', 'First Token Stream Event']) {
      const events = ['1795224555702500000', '1795224555703000000'].map((timeUnixNano) => ({ name, timeUnixNano }));
      expect(readOne(span({}, { events })).a.firstTokenAtMs).toBe(1_795_224_555_702.5);
    }
    expect(readOne(span({}, { events: [{ name: 'other', timeUnixNano: '5' }] })).a).not.toHaveProperty(
      'firstTokenAtMs',
    );
  });

  it('takes the answers of message events for output, each with who speaks', () => {
    const event = (name: string, plain: Readonly<Record<string, Plain>>) => ({ name, attributes: attributesOf(plain) });
    const events = [
      event('gen_ai.system.message', { content: 'Be kind', 'gen_ai.system': 'openai' }),
      event('gen_ai.tool.message', { content: 'rain', id: 'call_1' }),
      event('gen_ai.choice', { index: 0, finish_reason: 'stop', message: '{"content":"It rains."}' }),
    ];
    expect(readOne(span({ 'gen_ai.operation.name': 'chat' }, { events })).detail).toEqual({
      input: [
        { role: 'system', content: 'Be kind' },
        { role: 'tool', id: 'call_1', content: 'rain' },
      ],
      output: [{ role: 'assistant', index: 0, finish_reason: 'stop', content: 'It rains.' }],
    });
  });

  it('keeps the exception of a span that got over it, which is no failure', () => {
    const attributes = attributesOf({
      'exception.type': 'Timeout',
      'exception.message': 'slow',
      'exception.stacktrace': 'at /app',
    });
    const event = readOne(span({ 'error.type': 'timeout' }, { events: [{ name: 'exception', attributes }] }));
    expect(event.a.status).toBe('ok');
    expect(event.a).not.toHaveProperty('errorType');
    expect(event.a).not.toHaveProperty('errorCode');
    expect(event.detail).toEqual({
      error: { type: 'Timeout', message: 'slow', stack: 'at /app' },
      attributes: { 'error.type': 'timeout' },
    });
  });

  it('takes the first of two attributes of one name, and keeps the other', () => {
    const attributes = [
      ...attributesOf({ 'gen_ai.usage.input_tokens': 5 }),
      ...attributesOf({ 'gen_ai.usage.input_tokens': 7 }),
    ];
    const { a, detail } = readOne(span({}, { attributes }));
    expect(a.usage?.inputTokens).toBe(5);
    expect(detail?.attributes).toEqual({ 'gen_ai.usage.input_tokens': 7 });
  });

  it('tells a known attribute of another type, and keeps it', () => {
    const { events, issues } = readAll(request(span({ 'gen_ai.usage.input_tokens': 'many' })));
    expect(issues[0]).toMatchObject({ code: 'otlp.bad-value' });
    expect(issues[0]?.path).toContain('spans[0].attributes[gen_ai.usage.input_tokens]');
    expect(events.filter(isSpan)[0]?.detail?.attributes).toEqual({ 'gen_ai.usage.input_tokens': 'many' });
  });
});

describe('tokens of a run', () => {
  const totalsOf = (...spans: readonly object[]) => {
    const { reader } = foldAll(readAll(request(...spans)).events);
    return reader.getRun(reader.runIds[0] ?? ('' as never))?.totals;
  };
  const outer = '00f067aa0ba902b7';

  it('of an embedding are those of the inner call, also where the outer one repeats them', () => {
    const inner = span({ 'ai.operationId': 'ai.embed.doEmbed', 'ai.usage.tokens': 5 });
    const silent = { 'ai.operationId': 'ai.embed' };
    for (const plain of [silent, { ...silent, 'ai.usage.tokens': 5 }]) {
      const around = span(plain, { spanId: outer, parentSpanId: '' });
      expect(totalsOf(inner, around)).toMatchObject({ inputTokens: 5, calls: 1 });
    }
    const chat = { 'gen_ai.operation.name': 'embeddings', 'gen_ai.usage.input_tokens': 5 };
    const around = span({ 'gen_ai.operation.name': 'embeddings' }, { spanId: outer, parentSpanId: '' });
    expect(totalsOf(around, span(chat))).toMatchObject({ inputTokens: 5, calls: 1 });
  });

  it('are not those of an agent that repeats its calls, nor of one call that two instrumentations report', () => {
    const agent = span(
      { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.usage.input_tokens': 12 },
      { spanId: outer, parentSpanId: '' },
    );
    const call = { 'openinference.span.kind': 'LLM', 'llm.token_count.prompt': 12 };
    const again = { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 12 };
    const below = span(again, { spanId: '00000000000000aa', parentSpanId: spanId });
    for (const order of [
      [agent, span(call), below],
      [below, span(call), agent],
    ]) {
      expect(totalsOf(...order)).toMatchObject({ inputTokens: 12, calls: 1 });
    }
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

describe('the name of a run', () => {
  const nameIn = (spans: readonly object[]) => {
    const { reader } = foldAll(readAll(request(...spans)).events);
    return reader.getRun(reader.runIds[0] ?? ('' as never))?.name;
  };
  const part = (name: string, endedAtSec: number, fields: object = {}) =>
    span(
      { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name },
      { name, spanId: name.padEnd(16, '0'), endTimeUnixNano: `${1_795_224_556 + endedAtSec}000000000`, ...fields },
    );

  it('is that of the top span that ended last, wherever it stands among several', () => {
    const tops = ['aa', 'bb', 'cc'].map((name, at) => part(name, [1, 3, 2][at] ?? 0, { parentSpanId: '' }));
    for (const order of [tops, [...tops].reverse(), [1, 0, 2].map((at) => tops[at] ?? {})]) {
      expect(nameIn(order)).toBe('bb');
    }
  });

  it('is that of the orphan that ended last where no top span came, wherever it stands', () => {
    const orphans = ['aa', 'bb', 'cc'].map((name, at) => part(name, [1, 3, 2][at] ?? 0));
    for (const order of [orphans, [...orphans].reverse(), [1, 0, 2].map((at) => orphans[at] ?? {})]) {
      expect(nameIn(order)).toBe('bb');
    }
    const below = part('dd', 9, { parentSpanId: 'bb'.padEnd(16, '0') });
    expect(nameIn([...orphans, below])).toBe('bb');
    expect(nameIn([below, ...orphans])).toBe('bb');
  });
});

describe('what our own export kept beside the spans', () => {
  it('is taken once of a resource whose spans stand in several groups, and its faults are told once', () => {
    const start = { id: 'e1', type: 'run.start', sv: 1, ts: 5, run: traceId, a: { name: 'kept' } };
    const attributes = attributesOf({ 'spanlight.events': JSON.stringify([start, { id: 'e2', type: 'run.start' }]) });
    const scopeSpans = ['b7ad6b7169203331', 'b7ad6b7169203332'].map((id) => ({
      spans: [span({ 'spanlight.kind': 'tool' }, { spanId: id })],
    }));
    const document = { resourceSpans: [{ resource: { attributes }, scopeSpans }] };
    const { events, issues } = readAll(document);
    expect(events.map(({ type }) => type).sort()).toEqual(['run.start', 'span.end', 'span.end']);
    expect(issues).toHaveLength(1);
    const twice = readAll({ resourceSpans: [...document.resourceSpans, structuredClone(document.resourceSpans[0])] });
    expect(twice.events.filter(({ type }) => type === 'run.start')).toHaveLength(2);
    expect(new Set(twice.events.map(({ id }) => id)).size).toBe(3);
  });
});

describe('a judgement of the GenAI conventions', () => {
  const judged = {
    'gen_ai.evaluation.name': 'Relevance',
    'gen_ai.evaluation.score.label': 'relevant',
    'gen_ai.evaluation.explanation': 'to the point',
  };
  const attributes = [...attributesOf(judged), { key: 'gen_ai.evaluation.score.value', value: { doubleValue: 0.75 } }];
  const at = '1795224555702000000';
  const wanted = {
    type: 'score',
    run: traceId,
    span: spanId,
    ts: 1795224555702,
    a: { name: 'Relevance', value: 0.75 },
    detail: { reason: 'to the point' },
  };
  const scoresIn = (raw: unknown) => readAll(raw).events.filter(({ type }) => type === 'score');

  it('is a score of the span whose event it is, or that its log record is tied to', () => {
    const events = [{ name: 'gen_ai.evaluation.result', timeUnixNano: at, attributes }];
    const record = { traceId, spanId, timeUnixNano: at, eventName: 'gen_ai.evaluation.result', attributes };
    const logs = (logRecords: readonly object[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    expect(scoresIn(request(span({}, { events })))).toMatchObject([wanted]);
    expect(scoresIn(logs([record]))).toMatchObject([wanted]);
    expect(readAll(logs([record])).events.map(({ type }) => type)).toEqual(['log', 'score']);
    expect(scoresIn(logs([{ ...record, traceId: undefined }]))).toEqual([]);
    expect(scoresIn(logs([{ ...record, eventName: 'other' }]))).toEqual([]);
    const both = [...scoresIn(request(span({}, { events }))), ...scoresIn(logs([record]))];
    expect(foldAll(both).reader.scoresOf(both[0]?.run ?? ('' as never))).toHaveLength(1);
  });

  it('without a figure is none', () => {
    const events = [{ name: 'gen_ai.evaluation.result', timeUnixNano: at, attributes: attributesOf(judged) }];
    expect(scoresIn(request(span({}, { events })))).toEqual([]);
  });
});

describe('a log record that says little', () => {
  const lineOf = (record: object, group: object = {}, receivedAtMs?: number) =>
    otlpAdapter.read({ resourceLogs: [{ scopeLogs: [{ logRecords: [record], ...group }] }] }, { receivedAtMs })
      .events[0];

  it('is of the time it was seen, else of that when it came', () => {
    expect(lineOf({ observedTimeUnixNano: '1795224555702000000' }, {}, 7)?.ts).toBe(1_795_224_555_702);
    expect(lineOf({ timeUnixNano: '0', observedTimeUnixNano: '1795224555702000000' }, {}, 7)?.ts).toBe(
      1_795_224_555_702,
    );
    expect(lineOf({}, {}, 7)?.ts).toBe(7);
  });

  it('has its level by number, by the name of the number, or by its text', () => {
    const levelOf = (record: object) => (lineOf(record)?.a as { level?: string } | undefined)?.level;
    const numbers = [1, 5, 8, 9, 12, 13, 16, 17, 24].map((severityNumber) => levelOf({ severityNumber }));
    expect(numbers).toEqual(['debug', 'debug', 'debug', 'info', 'info', 'warn', 'warn', 'error', 'error']);
    for (const [name, level] of [
      ['SEVERITY_NUMBER_FATAL4', 'error'],
      ['SEVERITY_NUMBER_WARN', 'warn'],
      ['SEVERITY_NUMBER_TRACE2', 'debug'],
    ]) {
      expect(levelOf({ severityNumber: name })).toBe(level);
    }
    expect(levelOf({ severityNumber: 0, severityText: 'Warning' })).toBe('warn');
    expect(levelOf({ severityText: 'loud' })).toBeUndefined();
  });

  it('goes by the service that wrote it, else by its scope', () => {
    expect(lineOf({}, { scope: { name: 'shop.cart' } })?.a).toMatchObject({ sourceName: 'shop.cart' });
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
