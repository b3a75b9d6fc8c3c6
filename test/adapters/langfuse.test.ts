import { langfuseAdapter } from 'spanlight/adapters';
import { describe, expect, it } from 'vitest';
import type { EventOf, MonitorEvent } from '../../src/model/event.ts';

const observation = (fields: object = {}) => ({
  id: 'obs1',
  traceId: 'trace1',
  type: 'GENERATION',
  name: 'call',
  startTime: '2026-11-21T01:00:00.000Z',
  endTime: '2026-11-21T01:00:01.500Z',
  level: 'DEFAULT',
  ...fields,
});
const trace = { id: 'trace1', name: 'T', timestamp: '2026-11-21T01:00:00.000Z', userId: 'u', sessionId: 's' };

const isSpan = (event: MonitorEvent): event is EventOf<'span.end'> => event.type.startsWith('span.');

function readOne(fields: object): EventOf<'span.end'> {
  const { events } = langfuseAdapter.read(observation(fields));
  const [event] = events.filter(isSpan);
  if (!event) throw new Error('no span');
  return event;
}

describe('an export of Langfuse', () => {
  it.each([
    ['a download', { trace, observations: [observation()] }],
    ['a trace of the public API', { ...trace, observations: [observation()] }],
    ['a list of the public API', { data: [{ ...trace, observations: [observation()] }], meta: { page: 1 } }],
    ['several downloads', [{ trace, observations: [observation({ traceId: undefined })] }]],
  ])('is read as %s', (_name, raw) => {
    expect(langfuseAdapter.canRead(raw)).toBe(1);
    const { events, issues } = langfuseAdapter.read(raw);
    expect(issues).toEqual([]);
    expect(events).toMatchObject([
      { type: 'run.start', run: 'trace1', a: { name: 'T', userId: 'u', sessionId: 's', source: 'langfuse' } },
      { type: 'span.end', run: 'trace1', span: 'obs1', a: { kind: 'llm', status: 'ok' } },
    ]);
  });

  it('adds cached tokens that the total says stand beside the input', () => {
    const usageOf = (usageDetails: object) => readOne({ usageDetails }).a.usage;
    expect(usageOf({ input: 10, output: 5, input_cache_read: 4, total: 19 })).toMatchObject({
      inputTokens: 14,
      cachedInputTokens: 4,
    });
    expect(usageOf({ input: 10, output: 5, 'prompt_details.cache_read': 4, total: 15 })?.inputTokens).toBe(10);
  });

  it('adds all details that the total says stand beside input and output, of both sides, also those nobody counts', () => {
    const usageOf = (usageDetails: object) => readOne({ usageDetails }).a.usage;
    const details = { input_cached_tokens: 50, input_audio_tokens: 7, output_reasoning_tokens: 75 };
    expect(usageOf({ input: 150, output: 75, ...details, total: 357 })).toEqual({
      scope: 'leaf',
      inputTokens: 207,
      outputTokens: 150,
      cachedInputTokens: 50,
      reasoningTokens: 75,
      totalTokens: 357,
    });
    expect(usageOf({ input: 10, output: 5, cache_read_input_tokens: 4, output_audio: 1, total: 20 })).toMatchObject({
      inputTokens: 14,
      outputTokens: 6,
    });
    // inside: the total is input + output, or agrees with nothing
    for (const total of [225, 1000]) {
      expect(usageOf({ input: 150, output: 75, ...details, total })).toMatchObject({
        inputTokens: 150,
        outputTokens: 75,
      });
    }
  });

  it('counts tokens on generations; agents and steps repeat them', () => {
    const scopeOf = (type: string) => readOne({ type, usageDetails: { input: 1 } }).a.usage?.scope;
    for (const type of ['GENERATION', 'EMBEDDING']) expect(scopeOf(type)).toBe('leaf');
    for (const type of ['AGENT', 'SPAN', 'CHAIN', 'TOOL']) expect(scopeOf(type)).toBe('aggregate');
    expect(
      readOne({ usageDetails: { input: 10, output: 5, input_cache_read: 4, total: 100 } }).a.usage?.inputTokens,
    ).toBe(10);
  });

  it('knows the zeros of what was never counted for unknown', () => {
    const { a } = readOne({
      usageDetails: {},
      costDetails: {},
      inputUsage: 0,
      outputUsage: 0,
      totalUsage: 0,
      totalCost: 0,
    });
    expect(a.usage).toBeUndefined();
    expect(a.reportedCostNanoUsd).toBeUndefined();
  });

  it('prefers the reported cost, and adds its parts where there is no total', () => {
    expect(readOne({ costDetails: { input: 0.001, output: 0.002, total: 0.003 } }).a.reportedCostNanoUsd).toBe(
      3_000_000,
    );
    expect(readOne({ costDetails: { input: 0.001, output: 0.002 } }).a.reportedCostNanoUsd).toBe(3_000_000);
  });

  it('reads the costs and counts of older exports, and what stands in JSON within a text', () => {
    expect(readOne({ calculatedTotalCost: 0.004, totalCost: 0.005 }).a.reportedCostNanoUsd).toBe(4_000_000);
    expect(readOne({ totalCost: 0.005 }).a.reportedCostNanoUsd).toBe(5_000_000);
    expect(readOne({ costDetails: '{"total":0.006}', totalCost: 0.005 }).a.reportedCostNanoUsd).toBe(6_000_000);
    const usageOf = (fields: object) => readOne(fields).a.usage;
    const counts = { scope: 'leaf', inputTokens: 7, outputTokens: 3, totalTokens: 10 };
    expect(usageOf({ usage: { input: 7, output: 3, total: 10, unit: 'TOKENS' } })).toEqual(counts);
    expect(usageOf({ usage: { input: 0, output: 0, total: 0, unit: 'TOKENS' } })).toBeUndefined();
    expect(usageOf({ promptTokens: 7, completionTokens: 3, totalTokens: 10 })).toEqual(counts);
    expect(usageOf({ inputUsage: 7, outputUsage: 3, totalUsage: 10 })).toEqual(counts);
    expect(usageOf({ promptTokens: 7, completionTokens: 3, inputUsage: 1, outputUsage: 1 })).toMatchObject({
      inputTokens: 7,
      outputTokens: 3,
    });
    const details = { usageDetails: '{"input":7,"output":3,"total":10}', usage: { input: 1 }, promptTokens: 2 };
    expect(usageOf(details)).toEqual(counts);
    expect(usageOf({ usageDetails: { input: 7, output: 3, input_cache_read: 90 } })).toMatchObject({ inputTokens: 97 });
  });

  it('takes what came over OpenTelemetry from the attributes it keeps in its metadata', () => {
    const withAttributes = (type: string, attributes: object, more: object = {}) =>
      readOne({ type, metadata: JSON.stringify({ attributes: JSON.stringify(attributes) }), ...more }).a;
    expect(
      withAttributes('GENERATION', {
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'm',
        'ai.response.finishReason': 'stop',
      }),
    ).toMatchObject({ provider: 'openai', requestModel: 'm', finishReason: 'stop' });
    expect(
      withAttributes(
        'GENERATION',
        { 'llm.system': 'x', 'ai.model.id': 'n' },
        { modelParameters: { finishReason: 'length' } },
      ),
    ).toMatchObject({ provider: 'x', requestModel: 'n', finishReason: 'length' });
    expect(withAttributes('TOOL', { 'gen_ai.tool.call.id': 'call_1' }).callId).toBe('call_1');
    expect(withAttributes('TOOL', { 'ai.toolCall.id': 'call_2', 'gen_ai.system': 'openai' })).toEqual(
      expect.objectContaining({ callId: 'call_2' }),
    );
    expect(withAttributes('SPAN', { 'gen_ai.tool.call.id': 'call_1', 'gen_ai.system': 'x' })).not.toHaveProperty(
      'callId',
    );
  });

  it('knows when the first token came, and keeps a message that is no failure', () => {
    const completionStartTime = '2026-11-21T01:00:00.250Z';
    const { a, detail } = readOne({ completionStartTime, level: 'WARNING', statusMessage: 'retried' });
    expect(a).toMatchObject({ status: 'ok', firstTokenAtMs: Date.parse(completionStartTime) });
    expect(a).not.toHaveProperty('errorCode');
    expect(detail).toEqual({ error: { message: 'retried' } });
  });

  it('reads errors by level, moments as over, and what has no end as open', () => {
    expect(readOne({ level: 'ERROR', statusMessage: '429 slow down' }).a).toMatchObject({
      status: 'error',
      errorCode: 'http.429',
    });
    expect(readOne({ type: 'EVENT', endTime: null })).toMatchObject({ type: 'span.end', a: { status: 'ok' } });
    expect(readOne({ endTime: null })).toMatchObject({ type: 'span.start' });
    expect(readOne({ endTime: null, startTime: 'then' })).toMatchObject({ type: 'span.update' });
  });

  it('undoes JSON within JSON of content', () => {
    const { detail } = readOne({ input: JSON.stringify(JSON.stringify({ a: 1 })), output: 'plain' });
    expect(detail).toMatchObject({ input: { a: 1 }, output: 'plain' });
  });

  it('takes scores that are numbers', () => {
    const scores = [
      { name: 'helpful', value: 0.5, comment: 'fine', observationId: 'obs1' },
      { name: 'topic', value: null, stringValue: 'weather' },
      { name: 'mood', value: 2, stringValue: 'fine', dataType: 'CATEGORICAL' },
      { name: 'note', value: 0, stringValue: 'fine', dataType: 'TEXT' },
    ];
    const { events } = langfuseAdapter.read({ trace: { ...trace, scores }, observations: [] });
    expect(events.filter(({ type }) => type === 'score')).toMatchObject([
      { run: 'trace1', span: 'obs1', a: { name: 'helpful', value: 0.5 }, detail: { reason: 'fine' } },
    ]);
  });

  it('takes scores that stand alone for scores of their trace, and for no trace', () => {
    const score = { id: 'sc1', timestamp: '2026-11-21T01:00:03.000Z', name: 'helpful', value: 1, dataType: 'BOOLEAN' };
    const row = { ...score, project_id: 'p', trace_id: 'trace1', observation_id: 'obs1', data_type: 'NUMERIC' };
    const raw = [
      observation(),
      { ...score, traceId: 'trace1', observationId: null },
      row,
      { ...row, trace_id: null, session_id: 's' },
      { ...row, data_type: 'CATEGORICAL' },
      { ...score, traceId: 'trace1', timestamp: 'then' },
    ];
    expect(langfuseAdapter.canRead(raw)).toBe(1);
    const { events, issues } = langfuseAdapter.read(raw, { receivedAtMs: 7 });
    expect(new Set(events.map(({ run }) => run))).toEqual(new Set(['trace1']));
    const scores = events.filter(({ type }) => type === 'score');
    expect(scores.map(({ ts, span }) => [ts, span])).toEqual([
      [Date.parse(score.timestamp), undefined],
      [Date.parse(score.timestamp), 'obs1'],
      [7, undefined],
    ]);
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toEqual(['[5].timestamp langfuse.bad-time']);
  });

  it('takes what observations say of their trace, where there is no trace', () => {
    const { events } = langfuseAdapter.read(
      observation({ traceName: 'T', userId: 'u', sessionId: '', tags: ['a'], providedModelName: 'm' }),
    );
    expect(events).toMatchObject([
      { type: 'run.start', a: { name: 'T', userId: 'u', tags: ['a'], source: 'langfuse' } },
      { type: 'span.end', a: { model: 'm' } },
    ]);
    expect(events[0]?.a).not.toHaveProperty('sessionId');
    expect(events[1]?.detail).toBeUndefined();
  });

  it('counts characters, images and seconds of older exports for no tokens', () => {
    const usage = { input: 400, output: 90, total: 490 };
    expect(readOne({ usage: { ...usage, unit: 'CHARACTERS' } }).a.usage).toBeUndefined();
    expect(readOne({ promptTokens: 400, completionTokens: 90, unit: 'SECONDS' }).a.usage).toBeUndefined();
    expect(readOne({ usage: { ...usage, unit: 'TOKENS' } }).a.usage?.inputTokens).toBe(400);
    expect(readOne({ usage: { ...usage, unit: null }, unit: 'TOKENS' }).a.usage?.inputTokens).toBe(400);
  });

  it('takes amounts in texts, and nothing that is none', () => {
    expect(readOne({ costDetails: { input: '0.000001', output: '2e-6' } }).a.reportedCostNanoUsd).toBe(3000);
    expect(readOne({ calculatedTotalCost: '0.5' }).a.reportedCostNanoUsd).toBe(500_000_000);
    for (const total of ['', ' ', 'free', '-1', 'Infinity'])
      expect(readOne({ costDetails: { total } }).a.reportedCostNanoUsd).toBeUndefined();
  });

  it('tells observations that are none, and keeps the others', () => {
    const { events, issues } = langfuseAdapter.read({
      trace,
      observations: [7, observation({ id: '' }), observation()],
    });
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toEqual([
      'observations[0] langfuse.unknown-record',
      'observations[1].id langfuse.bad-id',
    ]);
    expect(events.filter(isSpan)).toHaveLength(1);
  });
});
