import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  adapters,
  detectFormat,
  openaiAgentsAdapter,
  parseText,
  readSpanItem,
  readTraceItem,
} from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import type { MonitorEvent } from '../../src/model/event.ts';
import { isMonitorEvent } from '../../src/model/guardEvent.generated.ts';
import { parseEvent } from '../../src/model/validateEvent.ts';
import { shuffledBatches } from '../fold/arbitraryEvents.ts';
import { foldAll, foldBatches, stateOf } from '../fold/foldState.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const files = ['openai-agents-js', 'openai-agents-python'].flatMap((folder) =>
  readdirSync(`${fixtures}${folder}`).map((name) => `${folder}/${name}`),
);
const traceFiles = files.filter((file) => /\.(callbacks\.jsonl|ingest\.json)$/.test(file));
const valueOf = (file: string): unknown => parseText(readFileSync(`${fixtures}${file}`, 'utf8')).value;
const eventsOf = (file: string): readonly MonitorEvent[] => openaiAgentsAdapter.read(valueOf(file)).events;

const item = (spanData: object, fields: object = {}) => ({
  object: 'trace.span',
  id: 'span_1',
  trace_id: 'trace_1',
  parent_id: 'span_0',
  started_at: '2026-11-21T01:12:24.100Z',
  ended_at: '2026-11-21T01:12:24.200Z',
  span_data: spanData,
  error: null,
  ...fields,
});

describe('reading captured files', () => {
  it.each(traceFiles)('reads %s whole, as valid events', (file) => {
    const { events, issues } = openaiAgentsAdapter.read(valueOf(file));
    expect(issues).toEqual([]);
    for (const event of events) {
      expect(isMonitorEvent(event), JSON.stringify(event)).toBe(true);
      expect(parseEvent(event).event).toEqual(JSON.parse(JSON.stringify(event)));
    }
  });

  it('gives one id to what is read twice, and another to whatever differs', () => {
    for (const file of traceFiles) expect(eventsOf(file)).toEqual(eventsOf(file));
    // A batch of a resumed run repeats its trace record: nothing in it tells that from a retry. Callbacks do.
    for (const file of traceFiles.filter((name) => name.endsWith('.jsonl'))) {
      const ids = eventsOf(file).map(({ id }) => id);
      expect(new Set(ids).size, file).toBe(ids.length);
    }
  });

  it('gives the same state in any order, in any batches, with repeats', () => {
    for (const file of traceFiles) {
      const events = eventsOf(file);
      const wanted = stateOf(foldAll(events).reader);
      fc.assert(
        fc.property(shuffledBatches(events), (batches) => {
          expect(stateOf(foldBatches(batches).reader)).toEqual(wanted);
        }),
        { numRuns: 4 },
      );
    }
  });

  it('counts nothing twice when a processor and the exporter report the same run', () => {
    for (const file of traceFiles.filter((name) => name.endsWith('.callbacks.jsonl'))) {
      const live = eventsOf(file);
      const exported = eventsOf(file.replace('.callbacks.jsonl', '.ingest.json'));
      const once = foldAll(live).reader;
      const both = foldAll([...exported, ...live]).reader;
      for (const runId of once.runIds) {
        expect(both.getRun(runId)?.spanCount, file).toBe(once.getRun(runId)?.spanCount);
        expect(both.getRun(runId)?.totals, file).toEqual(once.getRun(runId)?.totals);
        expect(both.getRun(runId)?.status, file).toBe(once.getRun(runId)?.status);
      }
    }
  });

  it('tells the SDK by its client and by the form of its times', () => {
    for (const file of traceFiles) {
      const [runId] = foldAll(eventsOf(file)).reader.runIds;
      const run = runId && foldAll(eventsOf(file)).reader.getRun(runId);
      expect(run?.source).toBe(file.split('/')[0]);
    }
  });
});

describe('the shapes of the exporter', () => {
  const trace = {
    object: 'trace',
    id: 'trace_1',
    workflow_name: 'W',
    group_id: 'g',
    metadata: { user_id: 'u', session_id: 's' },
  };
  const span = item({ type: 'agent', name: 'A', handoffs: [], tools: ['t'] });

  it.each([
    ['a bare record', span],
    ['a list of records', [trace, span]],
    ['a body', { data: [trace, span] }],
    [
      'a POST with its envelope',
      { at: '2026-11-21T01:12:25.000Z', path: '/v1/traces/ingest', body: { data: [trace, span] } },
    ],
    ['a list of POSTs', [{ body: { data: [trace] } }, { body: { data: [span] } }]],
    [
      'callback lines',
      [
        { event: 'trace_start', item: trace },
        { event: 'span_end', item: span },
      ],
    ],
  ])('reads %s', (_name, raw) => {
    expect(openaiAgentsAdapter.canRead(raw)).toBe(1);
    const { events, issues } = openaiAgentsAdapter.read(raw);
    expect(issues).toEqual([]);
    expect(events.find(({ type }) => type === 'span.end')).toMatchObject({
      run: 'trace_1',
      span: 'span_1',
      parent: 'span_0',
      a: { name: 'A' },
    });
  });

  it('lifts user and session out of the metadata, which stays as content', () => {
    expect(readTraceItem(trace)).toEqual({
      run: 'trace_1',
      a: { name: 'W', groupId: 'g', userId: 'u', sessionId: 's' },
      detail: { metadata: { user_id: 'u', session_id: 's' } },
    });
    expect(readTraceItem({ ...trace, group_id: null, metadata: null })).toEqual({
      run: 'trace_1',
      a: { name: 'W' },
      detail: undefined,
    });
  });

  it('names a run by the metadata of its spans when its own record is missing', () => {
    const lines = [{ event: 'span_end', item: span, trace_metadata: { user_id: 'u' } }];
    const { events } = openaiAgentsAdapter.read(lines);
    expect(events.find(({ type }) => type === 'run.start')).toMatchObject({ a: { userId: 'u' } });
  });

  it('gives a run that is opened again another event, and a batch that is sent again the same', () => {
    const opened = (at: string) => openaiAgentsAdapter.read({ event: 'trace_start', at, item: trace }).events[0]?.id;
    expect(opened('2026-11-21T01:12:25.000Z')).not.toBe(opened('2026-11-21T01:12:26.000Z'));
    const posted = (at: string) => openaiAgentsAdapter.read({ at, body: { data: [trace] } }).events[0]?.id;
    expect(posted('2026-11-21T01:12:25.000Z')).toBe(posted('2026-11-21T01:12:26.000Z'));
  });
});

describe('what only the whole tells, of an input that comes in parts', () => {
  const trace = { object: 'trace', id: 'trace_1', workflow_name: 'W', group_id: null, metadata: null };
  const spanAt = (started_at: string) => item({ type: 'agent', name: 'A' }, { started_at, ended_at: null });
  const startOf = (...parts: readonly unknown[]) => {
    const reading = openaiAgentsAdapter.begin();
    const events = [...parts.flatMap((part) => reading.read(part).events), ...reading.end()];
    return events.find(({ type }) => type === 'run.start');
  };

  it('is the SDK: that of the first record that tells, whichever part the trace stands in', () => {
    const js = spanAt('2026-11-21T01:12:24.100Z');
    const python = spanAt('2026-11-21T01:12:24.100000+00:00');
    expect(startOf([js], [trace])?.a).toMatchObject({ source: 'openai-agents-js' });
    expect(startOf([js], [python, trace])?.a).toMatchObject({ source: 'openai-agents-js' });
    expect(startOf([trace], [python], [js])?.a).toMatchObject({ source: 'openai-agents-python' });
    const post = { at: '2026-11-21T01:12:26.000Z', body: { data: [trace] } };
    expect(startOf([post], [python])).toMatchObject({ ts: Date.parse(post.at), a: { source: 'openai-agents-python' } });
    expect(startOf([trace])?.a).toMatchObject({ source: 'openai-agents' });
  });

  it('is the time of a trace that carries none: the earliest of all, also where the SDK is known at once', () => {
    const post = { headers: { 'user-agent': 'Agents/JavaScript 0.20.0' }, body: { data: [trace] } };
    const early = '2026-11-21T01:12:24.100Z';
    const late = '2026-11-21T01:12:25.100Z';
    for (const parts of [
      [[post], [spanAt(early), spanAt(late)]],
      [[post, spanAt(late)], [spanAt(early)]],
      [[spanAt(early)], [post], [spanAt(late)]],
    ]) {
      expect(startOf(...parts)?.ts).toBe(Date.parse(early));
    }
    expect(startOf([post])?.ts).toBe(0);
  });
});

describe('readSpanItem', () => {
  const fieldsOf = (spanData: object, fields?: object, inProcess?: object) =>
    readSpanItem(item(spanData, fields), inProcess);

  it('keeps microseconds and offsets of times', () => {
    const times = { started_at: '2026-11-21T01:14:04.219131+00:00', ended_at: '2026-11-21T03:14:04+02:00' };
    const base = Date.parse('2026-11-21T01:14:04Z');
    const facts = fieldsOf({ type: 'agent' }, times);
    expect(facts?.a.startedAtMs).toBeCloseTo(base + 219.131, 3);
    expect(facts?.a.endedAtMs).toBe(base);
  });

  it('reads a running span without guessing a status', () => {
    const facts = fieldsOf({ type: 'function', name: 't', input: '', output: '' }, { ended_at: null });
    expect(facts).toMatchObject({ isEnded: false, a: { kind: 'tool', name: 't', sourceType: 'function' } });
    expect(facts?.a).not.toHaveProperty('status');
    expect(facts?.detail).toBeUndefined();
  });

  it('takes what a response span hides in the process', () => {
    const response = {
      model: 'gpt-5.4-2026-03-17',
      output: [{ type: 'message' }],
      instructions: 'Be kind',
      status: 'completed',
      usage: {
        input_tokens: 4,
        input_tokens_details: { cached_tokens: 1 },
        output_tokens: 2,
        output_tokens_details: { reasoning_tokens: 1 },
        total_tokens: 6,
      },
    };
    expect(fieldsOf({ type: 'response', response_id: 'r' }, {}, { input: ['hi'], response })).toMatchObject({
      a: {
        kind: 'llm',
        model: 'gpt-5.4-2026-03-17',
        provider: 'openai',
        finishReason: 'completed',
        usage: {
          scope: 'leaf',
          inputTokens: 4,
          cachedInputTokens: 1,
          outputTokens: 2,
          reasoningTokens: 1,
          totalTokens: 6,
        },
      },
      detail: {
        input: ['hi'],
        output: [{ type: 'message' }],
        instructions: 'Be kind',
        attributes: { response_id: 'r' },
      },
    });
  });

  it('adds up the details that the SDK keeps of each request', () => {
    const usage = {
      inputTokens: 30,
      outputTokens: 9,
      inputTokensDetails: [{ cached_tokens: 4 }, {}, { cached_tokens: 5 }],
      outputTokensDetails: [{}, null, { reasoning_tokens: 2 }],
    };
    const facts = fieldsOf({ type: 'response', response_id: 'r' }, {}, { response: { usage } });
    expect(facts?.a.usage).toEqual({
      scope: 'leaf',
      inputTokens: 30,
      outputTokens: 9,
      cachedInputTokens: 9,
      reasoningTokens: 2,
    });
  });

  it('finds the usage of a generation where its SDK puts it', () => {
    const inOutput = {
      type: 'generation',
      model: 'm',
      output: [{ model: 'm-2026-01-01', usage: { prompt_tokens: 5, completion_tokens: 1 } }],
    };
    expect(fieldsOf(inOutput)?.a).toMatchObject({
      model: 'm-2026-01-01',
      requestModel: 'm',
      usage: { scope: 'leaf', inputTokens: 5, outputTokens: 1 },
    });
    // as the SDK's exporter posts it: only two counts may stand on their own
    const details = {
      total_tokens: 15,
      input_tokens_details: { cached_tokens: 8 },
      output_tokens_details: { reasoning_tokens: 2 },
    };
    const posted = { type: 'generation', model: 'm', usage: { input_tokens: 10, output_tokens: 5, details } };
    const whole = { type: 'generation', model: 'm', usage: { input_tokens: 10, output_tokens: 5, ...details } };
    expect(fieldsOf(posted)?.a.usage).toEqual({
      scope: 'leaf',
      inputTokens: 10,
      outputTokens: 5,
      cachedInputTokens: 8,
      reasoningTokens: 2,
      totalTokens: 15,
    });
    expect(fieldsOf(posted)?.a).toEqual(fieldsOf(whole)?.a);
    const direct = {
      type: 'generation',
      model: 'litellm/x',
      usage: { input_tokens: '7' },
      output: [{ usage: { prompt_tokens: 5 } }],
    };
    expect(fieldsOf(direct)?.a).toMatchObject({ provider: 'litellm', usage: { scope: 'leaf', inputTokens: 7 } });
  });

  it('knows tasks and turns by the type that custom hides, and in the process by their own', () => {
    const usage = { input_tokens: 3, cached_input_tokens: 1, cache_write_input_tokens: 0 };
    const counts = { scope: 'aggregate', inputTokens: 3, cachedInputTokens: 1, cacheWriteTokens: 0 };
    for (const data of [
      { type: 'custom', name: 'turn', data: { sdk_span_type: 'turn', turn: 2, agent_name: 'A', usage } },
      { type: 'turn', turn: 2, agent_name: 'A', usage },
    ]) {
      expect(fieldsOf(data)?.a).toMatchObject({ kind: 'turn', turn: 2, agentName: 'A', name: 'turn 2', usage: counts });
    }
    const task = { type: 'custom', name: 'task', data: { sdk_span_type: 'task', name: 'Support', usage } };
    expect(fieldsOf(task)?.a).toMatchObject({ kind: 'task', name: 'Support', sourceType: 'task', usage: counts });
    expect(fieldsOf({ type: 'custom', name: 'step', data: { k: 1 } })).toMatchObject({
      a: { kind: 'custom', name: 'step' },
      detail: { attributes: { k: 1 } },
    });
  });

  it.each([
    [
      'a non-fatal tool error',
      { type: 'function', name: 't' },
      { message: 'Error running tool (non-fatal)', data: { error: 'x' } },
      { errorCode: 'tool.failed' },
    ],
    [
      'a failed run',
      { type: 'agent', name: 'A' },
      { message: 'Error in agent run', data: { error: 'MaxTurnsExceeded: Max turns (3) exceeded' } },
      { errorCode: 'agent.failed', errorType: 'MaxTurnsExceeded' },
    ],
    [
      'a tripped guardrail',
      { type: 'turn' },
      { message: 'Guardrail tripwire triggered', data: {} },
      { errorCode: 'guardrail.tripped' },
    ],
    ['an overloaded model', { type: 'response' }, { message: '503 overloaded' }, { errorCode: 'http.503' }],
    [
      'a refused request',
      { type: 'response' },
      { message: 'Error getting response', data: { error: "Error code: 400 - {'error': 1}" } },
      { errorCode: 'http.400' },
    ],
    [
      'two handoffs at once',
      { type: 'handoff', from_agent: 'A', to_agent: 'B' },
      { message: 'Multiple handoffs requested', data: { requested_agents: ['B', 'C'] } },
      { errorCode: 'handoff.multiple', toAgent: 'B' },
    ],
    ['an error as text', { type: 'custom', name: 'x' }, 'boom', { errorCode: 'span.failed' }],
  ])('names %s by a code', (_name, data, error, wanted) => {
    const facts = fieldsOf(data, { error });
    expect(facts?.a).toMatchObject({ status: 'error', ...wanted });
    expect(facts?.detail?.error).toBeDefined();
  });

  it('knows a rejected call, and that it never ran', () => {
    const error = {
      message: 'Declined by supervisor',
      data: { tool_name: 'refund', error: 'Tool execution for call_9 was manually rejected by user.' },
    };
    expect(fieldsOf({ type: 'function', name: 'refund', input: '{}', output: 'no' }, { error })?.a).toMatchObject({
      status: 'error',
      errorCode: 'approval.rejected',
      isExecuted: false,
      callId: 'call_9',
    });
  });

  it('takes a Python call that waits for what it is, and drops its repr', () => {
    const facts = fieldsOf({
      type: 'function',
      name: 'refund',
      input: '{"a":1}',
      output: 'FunctionToolResult(tool=<at 0x7f18>)',
      mcp_data: null,
    });
    expect(facts?.a).toMatchObject({ status: 'waiting', isExecuted: false });
    expect(facts?.detail).toEqual({ input: '{"a":1}' });
  });

  it('keeps names within their bounds and whole characters', () => {
    const long = `${'x'.repeat(254)}\u{1f600}tail`;
    const facts = fieldsOf({ type: 'agent', name: long, tools: Array(300).fill('t'), handoffs: ['B', 7, null] });
    expect(facts?.a.name).toBe(`${'x'.repeat(254)}…`);
    expect(facts?.a.toolNames).toHaveLength(256);
    expect(facts?.a.handoffNames).toEqual(['B']);
  });

  it('knows the server of an MCP tool, what a handoff leads to once it is over, and what a guardrail said', () => {
    const call = { type: 'function', name: 't', input: '{}', output: 'done', mcp_data: { server: 'files' } };
    expect(fieldsOf(call)?.a).toMatchObject({ kind: 'tool', server: 'files' });
    const listed = { type: 'mcp_tools', server: 'files', result: ['read', 'write'] };
    expect(fieldsOf(listed)).toMatchObject({
      a: { kind: 'mcp', name: 'list tools', server: 'files' },
      detail: { output: ['read', 'write'] },
    });
    const start = fieldsOf({ type: 'handoff', from_agent: 'A' }, { ended_at: null });
    expect(start?.a).toMatchObject({ kind: 'handoff', name: 'handoff', fromAgent: 'A' });
    expect(start?.a).not.toHaveProperty('toAgent', expect.anything());
    expect(fieldsOf({ type: 'handoff', from_agent: 'A', to_agent: 'B' })?.a).toMatchObject({
      name: 'handoff to B',
      toAgent: 'B',
    });
    for (const triggered of [true, false]) {
      const guardrail = { type: 'guardrail', name: 'pii', triggered };
      expect(fieldsOf(guardrail)?.a).toMatchObject({ kind: 'guardrail', name: 'pii', triggered, status: 'ok' });
    }
  });

  it('knows when speech began, and keeps what Python says beside the span', () => {
    const audio = { data: 'UklGRg==', format: 'wav' };
    const speech = { type: 'speech', model: 'tts-1', input: 'hello', output: audio };
    const times = { first_content_at: '2026-11-21T01:12:24.150000+00:00' };
    expect(fieldsOf({ ...speech, ...times }, { metadata: { agent_harness_id: 'h1' } })).toMatchObject({
      a: { kind: 'speech', model: 'tts-1', firstTokenAtMs: Date.parse('2026-11-21T01:12:24.150Z') },
      detail: { input: 'hello', output: audio, metadata: { agent_harness_id: 'h1' } },
    });
    expect(fieldsOf({ type: 'transcription', model: 'stt-1', input: audio, output: 'hello' })?.a).toMatchObject({
      kind: 'speech',
      name: 'transcription',
    });
    expect(fieldsOf({ type: 'speech_group', input: 'hello' })?.a.kind).toBe('custom');
  });

  it('says that tokens are unknown where the exporter cut the output that held them', () => {
    const cut = { truncated: true, original_type: 'list', preview: '[{"usage": …' };
    for (const output of [cut, 'a long text... [truncated]', [], null]) {
      const facts = fieldsOf({ type: 'generation', model: 'm', output });
      expect(facts?.a.usage).toBeUndefined();
      expect(facts?.a).toMatchObject({ kind: 'llm', model: 'm', status: 'ok' });
    }
    expect(fieldsOf({ type: 'generation', model: 'm', output: cut })?.detail?.output).toEqual(cut);
  });

  it('reads a type of a later SDK as custom, with all it carries', () => {
    const facts = fieldsOf({ type: 'teleport', name: 'to Mars', speed: 3 });
    expect(facts).toMatchObject({
      a: { kind: 'custom', name: 'to Mars', sourceType: 'teleport', status: 'ok' },
      detail: { attributes: { speed: 3 } },
    });
  });

  it('says nothing of what has no usable ids', () => {
    expect(readSpanItem(item({}, { id: '' }))).toBeUndefined();
    expect(readSpanItem(item({}, { trace_id: 'a\u0000b' }))).toBeUndefined();
    expect(readSpanItem('span')).toBeUndefined();
  });
});

describe('what the host knows', () => {
  const trace = { event: 'trace_start', at: '2026-11-21T01:12:25.000Z', item: { object: 'trace', id: 'trace_1' } };
  const at = '2026-11-21T01:12:26.000Z';

  it('becomes approvals and failures of the run that was last heard of', () => {
    const call = {
      rawItem: { callId: 'call_1', name: 'refund', arguments: '{"n":1}' },
      agent: { name: 'A' },
      toolName: 'refund',
    };
    const lines = [
      trace,
      { event: 'host.interrupted', at, interruptions: [call] },
      { event: 'host.decided', at, call_id: 'call_1', decision: 'rejected', by: 'ann', reason: 'too much' },
      { event: 'host.run_rejected', at, error_name: 'BadRequestError', error_message: '400' },
    ];
    const { events, issues } = openaiAgentsAdapter.read(lines);
    expect(issues).toEqual([]);
    expect(events.slice(1)).toMatchObject([
      {
        type: 'approval.requested',
        run: 'trace_1',
        ref: 'call_1',
        a: { toolName: 'refund', agentName: 'A' },
        detail: { arguments: '{"n":1}' },
      },
      {
        type: 'approval.decided',
        run: 'trace_1',
        ref: 'call_1',
        a: { decision: 'rejected', decidedBy: 'ann' },
        detail: { reason: 'too much' },
      },
      { type: 'run.fail', run: 'trace_1', a: { errorType: 'BadRequestError' }, detail: { error: { message: '400' } } },
    ]);
  });

  it('is an issue when it cannot be placed', () => {
    const { events, issues } = openaiAgentsAdapter.read([
      { event: 'host.decided', at, call_id: 'c', decision: 'approved' },
    ]);
    expect(events).toEqual([]);
    expect(issues).toMatchObject([{ path: '[0]', code: 'openai-agents.no-trace' }]);
  });
});

describe('input that is broken', () => {
  it('is told by place and code, and its neighbours are kept', () => {
    const bad = [item({ type: 'agent' }, { id: 7 }), 'text', item({ type: 'agent' }, { started_at: 'yesterday' })];
    const { events, issues } = openaiAgentsAdapter.read({ data: bad });
    expect(events).toHaveLength(1);
    expect(events[0]?.a).not.toHaveProperty('startedAtMs');
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'data[0] openai-agents.bad-id',
      'data[1] openai-agents.unknown-record',
      'data[2].started_at openai-agents.bad-time',
    ]);
  });

  it('never makes an adapter throw, and never makes an event that is not valid', () => {
    const loose = fc.anything({ maxDepth: 4, withNullPrototype: true });
    const records = fc.record({
      object: fc.constantFrom('trace', 'trace.span'),
      id: fc.oneof(fc.constant('x'), loose),
      trace_id: fc.oneof(fc.constant('t'), loose),
      parent_id: loose,
      started_at: loose,
      ended_at: fc.oneof(fc.constant('2026-11-21T01:12:26.000Z'), loose),
      error: loose,
      metadata: loose,
      span_data: fc.oneof(
        loose,
        fc.record({
          type: fc.constantFrom('agent', 'function', 'generation', 'response', 'custom'),
          name: loose,
          data: loose,
          usage: loose,
          output: loose,
          tools: loose,
        }),
      ),
    });
    const callbacks = fc.record({
      event: fc.constantFrom('span_end', 'host.interrupted', 'host.decided'),
      item: records,
      interruptions: loose,
      private_span_data: loose,
      at: loose,
    });
    fc.assert(
      fc.property(
        fc.oneof(loose, fc.array(records), fc.array(callbacks), fc.record({ data: loose, body: loose })),
        (raw) => {
          for (const adapter of adapters) {
            adapter.canRead(raw);
            for (const event of adapter.read(raw).events)
              expect(isMonitorEvent(event), JSON.stringify(event)).toBe(true);
          }
          detectFormat(raw);
        },
      ),
      { numRuns: 500 },
    );
    expect(() => openaiAgentsAdapter.read(JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`))).not.toThrow();
  });
});
