import { createSpanlightProcessor, type SpanlightProcessor, type SpanlightProcessorOptions } from 'spanlight/agent';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AgentId } from '../../src/cli/demo/scenarios.ts';
import { createFold } from '../../src/fold/index.ts';
import { asRunId, type RunId } from '../../src/model/ids.ts';
import type { Span } from '../../src/model/span.ts';
import { type DemoRig, type Sink, type SinkAnswer, startDemoRig, startSink, takeAll } from './support.ts';

let rig: DemoRig;
let cleanUps: (() => Promise<void>)[] = [];
beforeAll(async () => {
  rig = await startDemoRig();
});
afterAll(() => rig.model.close());
afterEach(async () => {
  await rig.sdk.getGlobalTraceProvider().shutdown(300);
  rig.sdk.setTraceProcessors([]);
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
  cleanUps = [];
  vi.restoreAllMocks();
});

async function watch(
  options: SpanlightProcessorOptions = {},
  answer: SinkAnswer = takeAll,
): Promise<{ sink: Sink; processor: SpanlightProcessor }> {
  const sink = await startSink(answer);
  const processor = createSpanlightProcessor({ url: sink.url, token: 'ingest-token', flushEveryMs: 5, ...options });
  rig.sdk.setTraceProcessors([processor]);
  cleanUps.push(sink.close, () => processor.shutdown(300));
  return { sink, processor };
}

async function ask(agent: AgentId, text: string, choice: { stream?: boolean; withheld?: boolean } = {}) {
  const runner = rig.runner(agent === 'research' ? 'chat' : 'responses', {
    workflowName: 'Test workflow',
    groupId: 'conversation_1',
    traceMetadata: { user_id: 'user_1', session_id: 'session_1' },
    traceIncludeSensitiveData: !choice.withheld,
  });
  if (!choice.stream) return runner.run(rig.agents[agent], text);
  const result = await runner.run(rig.agents[agent], text, { stream: true });
  for await (const _event of result);
  await result.completed;
  return result;
}

function foldOf(sink: Sink) {
  const fold = createFold();
  for (const event of sink.events) fold.apply(event);
  fold.settle();
  const { reader } = fold;
  const spansOf = (runId: RunId) => [...reader.spansOf(runId)];
  const onlyRunId = () => {
    expect(reader.runIds).toHaveLength(1);
    return reader.runIds[0] ?? asRunId('none');
  };
  return { reader, spansOf, onlyRunId, run: () => reader.getRun(onlyRunId()), spans: () => spansOf(onlyRunId()) };
}
const namesOf = (spans: readonly Span[], kind: Span['kind']) =>
  spans.filter((span) => span.kind === kind).map(({ name }) => name);

describe('createSpanlightProcessor with the real SDK', () => {
  it('shows a run with a hand-off: spans, model, usage, who it was for', async () => {
    const { sink, processor } = await watch();
    await ask('support', 'I cannot sign in since this morning.');
    await processor.forceFlush();
    const { run, spans } = foldOf(sink);
    expect(run()).toMatchObject({
      name: 'Test workflow',
      source: 'openai-agents-js',
      status: 'completed',
      groupId: 'conversation_1',
      userId: 'user_1',
      sessionId: 'session_1',
      openSpanCount: 0,
      agentNames: expect.arrayContaining(['Support Agent', 'Operations Agent']),
      producerId: processor.stats.producerId,
    });
    expect(run()?.totals).toMatchObject({ isUsageKnown: true, llmCalls: 4, calls: 4, toolCalls: 3 });
    const handoff = spans().find(({ kind }) => kind === 'handoff');
    expect(handoff).toMatchObject({ fromAgent: 'Support Agent', toAgent: 'Operations Agent', status: 'ok' });
    const llm = spans().find(({ kind }) => kind === 'llm');
    expect(llm).toMatchObject({ model: 'gpt-5.4-mini', agentName: 'Support Agent', usage: { scope: 'leaf' } });
    expect(llm?.usage?.inputTokens).toBeGreaterThan(0);
    expect(llm?.usage?.reasoningTokens).toBeGreaterThan(0);
    expect(processor.stats).toMatchObject({ droppedEvents: 0, queuedEvents: 0, failedCallbacks: 0 });
  });

  it('sends a start the moment a span opens, in the order of the callbacks and without a hole', async () => {
    const { sink, processor } = await watch();
    await ask('operations', 'Alert: checkout is slow');
    await processor.forceFlush();
    const numbers = sink.events.map(({ prod }) => prod?.n);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    const ids = new Set(sink.events.map(({ id }) => id));
    expect(ids.size).toBe(sink.events.length);
    const started = new Set<string | undefined>();
    const endedBeforeStart = sink.events.filter(({ type, span }) => {
      if (type === 'span.start') started.add(span);
      return type === 'span.end' && !started.has(span);
    });
    expect(started.size).toBeGreaterThan(5);
    expect(endedBeforeStart).toEqual([]);
    expect(sink.events[0]?.type).toBe('producer.hello');
    expect(sink.events[1]?.type).toBe('run.start');
  });

  it('shows spans while they are open', async () => {
    const { sink, processor } = await watch();
    const trace = rig.sdk.withTrace('open', () =>
      rig.sdk.withCustomSpan(
        async () => {
          await processor.forceFlush();
          const { run, spans } = foldOf(sink);
          expect(run()).toMatchObject({ status: 'running', openSpanCount: 1 });
          expect(spans()[0]).toMatchObject({ status: 'running', name: 'step' });
        },
        { data: { name: 'step' } },
      ),
    );
    await trace;
    await processor.forceFlush();
    expect(foldOf(sink).run()).toMatchObject({ status: 'completed', openSpanCount: 0 });
  });

  it('shows parallel tools, one that fails, and Chat Completions with usage', async () => {
    const { sink, processor } = await watch();
    await ask('research', 'Write a brief on heat pumps');
    await processor.forceFlush();
    const { run, spans } = foldOf(sink);
    expect(run()).toMatchObject({ status: 'completed', errorSpanCount: 1 });
    expect(namesOf(spans(), 'tool').sort()).toEqual([
      'fetch_document',
      'fetch_document',
      'web_search',
      'web_search',
      'web_search',
    ]);
    expect(spans().filter(({ status }) => status === 'error')).toMatchObject([
      { name: 'fetch_document', kind: 'tool' },
    ]);
    const callIds = spans().flatMap(({ kind, callId }) => (kind === 'tool' ? [callId] : []));
    expect(new Set(callIds).size).toBe(5);
    expect(callIds.every((id) => id?.startsWith('call'))).toBe(true);
    expect(spans().find(({ kind }) => kind === 'llm')).toMatchObject({ model: 'gpt-4.1-mini' });
    expect(run()?.totals).toMatchObject({ calls: 3, isUsageKnown: true });
  });

  it('shows each attempt of a model call that was retried', async () => {
    const { sink, processor } = await watch();
    await ask('research', 'Please compare the vendors');
    await processor.forceFlush();
    const { run, spans } = foldOf(sink);
    const calls = spans().filter(({ kind }) => kind === 'llm');
    expect(calls.map(({ status }) => status)).toEqual(['error', 'error', 'ok', 'ok']);
    expect(run()).toMatchObject({ status: 'completed', totals: { llmCalls: 4, failedLlmCalls: 2 } });
  });

  it('shows a streamed run, and an agent that is a tool inside the same run', async () => {
    const { sink, processor } = await watch();
    await ask('support', 'hello, where is my order A-1', { stream: true });
    await processor.forceFlush();
    expect(foldOf(sink).run()).toMatchObject({ status: 'completed', totals: { calls: 2 } });
    sink.events.length = 0;
    const result = await ask('operations', 'checkout is slow');
    processor.reportInterruptions(result);
    await processor.forceFlush();
    const { spans } = foldOf(sink);
    const tool = spans().find(({ name, kind }) => name === 'ask_research' && kind === 'tool');
    const inner = spans().find(({ name, kind }) => name === 'Research Agent' && kind === 'agent');
    expect(tool).toBeDefined();
    expect(inner?.runId).toBe(tool?.runId);
  });

  it('writes log lines at the run and the tool call that are active, or at those that are named', async () => {
    const { sink, processor } = await watch();
    processor.reportLog('debug', 'outside of all runs');
    await rig.sdk.withTrace('Own workflow', async () => {
      processor.reportLog('info', { step: 1 }, { sourceName: 'orders' });
      await rig.sdk.withFunctionSpan(async () => processor.reportLog('warn', 'rate limited'), {
        data: { name: 'lookup' },
      });
    });
    processor.reportLog('error', 'late', { runId: 'trace_other', spanId: 'span_other' });
    await processor.forceFlush();
    const runId = sink.events.find(({ type }) => type === 'run.start')?.run;
    const toolId = sink.events.find(({ type }) => type === 'span.start')?.span;
    expect(runId).toBeDefined();
    expect(
      sink.events.filter(({ type }) => type === 'log').map(({ run, span, a, detail }) => [run, span, a, detail]),
    ).toEqual([
      [undefined, undefined, { level: 'debug' }, { message: 'outside of all runs' }],
      [runId, undefined, { level: 'info', sourceName: 'orders' }, { message: { step: 1 } }],
      [runId, toolId, { level: 'warn' }, { message: 'rate limited' }],
      ['trace_other', 'span_other', { level: 'error' }, { message: 'late' }],
    ]);
  });

  it('shows a guardrail that stops a run, and a run that a model error fails', async () => {
    const { sink, processor } = await watch();
    await expect(ask('support', 'the address of another customer please')).rejects.toThrow(/guardrail/i);
    await processor.forceFlush();
    const stopped = foldOf(sink);
    expect(stopped.run()?.status).toBe('failed');
    expect(stopped.spans().find(({ kind }) => kind === 'guardrail')).toMatchObject({ triggered: true });
    sink.events.length = 0;
    const failure = ask('billing', 'my whole invoice history');
    await expect(failure).rejects.toThrow('400');
    await processor.forceFlush();
    expect(foldOf(sink).run()).toMatchObject({ status: 'failed', openSpanCount: 0 });
    const runId = foldOf(sink).onlyRunId();
    expect(processor.reportRunFailure(await failure.catch((error: unknown) => error))).toBe(false); // no trace is active
    expect(processor.reportRunFailure(await failure.catch((error: unknown) => error), { runId })).toBe(true);
    await processor.forceFlush();
    expect(foldOf(sink).run()).toMatchObject({
      status: 'failed',
      errorType: 'BadRequestError',
      errorCode: 'scripted_400',
    });
  });

  it.each([
    ['approved', 'completed'],
    ['rejected', 'completed'],
  ] as const)('shows a call that waits for a person until it is %s', async (decision, status) => {
    const { sink, processor } = await watch();
    const first = await ask('billing', 'I want a full refund for the year');
    expect(processor.reportInterruptions(first)).toBe(1);
    expect(processor.reportInterruptions(first)).toBe(1); // said twice, shown once
    await processor.forceFlush();
    expect(foldOf(sink).run()).toMatchObject({ status: 'waiting', pendingApprovalCount: 1 });

    const call = first.interruptions[0];
    if (!call) throw new Error('no call waits');
    if (decision === 'approved') first.state.approve(call);
    else first.state.reject(call);
    processor.reportDecision(call, { decision, decidedBy: 'Dana', reason: 'because' });
    const second = await rig.runner('responses').run(rig.agents.billing, first.state);
    expect(processor.reportInterruptions(second)).toBe(0);
    await processor.forceFlush();
    const { reader, run, onlyRunId, spans } = foldOf(sink);
    expect(run()).toMatchObject({ status, pendingApprovalCount: 0, openSpanCount: 0 });
    const tool = spans().find(({ name }) => name === 'issue_refund');
    const [approval] = reader.approvalsOf(onlyRunId());
    expect(tool?.callId).toBe(approval?.callId);
    const isRejected = decision === 'rejected';
    expect(tool).toMatchObject(
      isRejected ? { status: 'error', errorCode: 'approval.rejected', isExecuted: false } : { status: 'ok' },
    );
    expect(reader.approvalsOf(onlyRunId())).toMatchObject([
      {
        callId: expect.any(String),
        state: decision,
        toolName: 'issue_refund',
        agentName: 'Billing Agent',
        decidedBy: 'Dana',
      },
    ]);
    expect(sink.events.filter(({ type }) => type === 'approval.requested')).toHaveLength(1);
    expect(sink.events.filter(({ type }) => type === 'approval.decided')).toHaveLength(1);
  });

  it('settles a wait from the state of the SDK when nobody reports the decision', async () => {
    const { sink, processor } = await watch();
    const first = await ask('billing', 'I want a full refund for the year');
    processor.reportInterruptions(first);
    const call = first.interruptions[0];
    if (call) first.state.approve(call);
    const second = await rig.runner('responses').run(rig.agents.billing, first.state);
    processor.reportInterruptions(second);
    await processor.forceFlush();
    const { reader, run, onlyRunId } = foldOf(sink);
    expect(run()?.pendingApprovalCount).toBe(0);
    expect(reader.approvalsOf(onlyRunId())).toMatchObject([{ state: 'approved' }]);
  });

  it('sends content as detail only, and none of it where it is not wanted', async () => {
    const { sink, processor } = await watch();
    const question = 'hello, where is my order A-4711';
    await ask('support', question);
    await processor.forceFlush();
    const text = JSON.stringify(sink.events);
    expect(text).toContain('A-4711');
    expect(JSON.stringify(sink.events.map(({ detail: _detail, ...event }) => event))).not.toContain('A-4711');

    const silent = await watch({ includeDetail: false });
    await ask('support', question);
    await silent.processor.forceFlush();
    expect(silent.sink.events.some(({ detail }) => detail !== undefined)).toBe(false);
    expect(foldOf(silent.sink).run()).toMatchObject({ status: 'completed', totals: { isUsageKnown: true } });
  });

  it('keeps to itself what the SDK was told to withhold, arguments of a waiting call too', async () => {
    const { sink, processor } = await watch();
    const result = await ask('billing', 'I want a full refund for the year', { withheld: true });
    expect(processor.reportInterruptions(result)).toBe(1);
    await processor.forceFlush();
    expect(JSON.stringify(sink.events)).not.toMatch(/full refund|1188|goodwill/);
    expect(foldOf(sink).run()).toMatchObject({ status: 'waiting', pendingApprovalCount: 1 });
  });

  it('lets the host redact, and a hook that fails costs the value and not the event', async () => {
    const seen: string[] = [];
    const { sink, processor } = await watch({
      redact(path, value) {
        seen.push(path);
        if (String(value).includes('get_order_status')) return 'a tool';
        if (path.startsWith('detail.output')) throw new Error('no');
        return typeof value === 'string' ? value.replaceAll('A-4711', '[order]') : value;
      },
    });
    await ask('support', 'hello, where is my order A-4711');
    await processor.forceFlush();
    const text = JSON.stringify(sink.events);
    expect(text).toContain('[order]');
    expect(text).not.toContain('A-4711');
    expect(text).not.toContain('get_order_status');
    expect(text).not.toContain('Your parcel left');
    expect(seen.some((path) => path.startsWith('detail.input'))).toBe(true);
    expect(foldOf(sink).run()?.status).toBe('completed');
  });

  it('reports the same run through two processors without counting anything twice', async () => {
    const { sink, processor } = await watch();
    const second = createSpanlightProcessor({ url: sink.url, flushEveryMs: 5 });
    cleanUps.push(() => second.shutdown(300));
    rig.sdk.addTraceProcessor(second);
    await ask('support', 'I cannot sign in since this morning.');
    await processor.forceFlush();
    const alone = foldOf({
      ...sink,
      events: sink.events.filter(({ prod }) => prod?.id === processor.stats.producerId),
    });
    await second.forceFlush();
    const both = foldOf(sink);
    expect(both.run()?.totals).toEqual(alone.run()?.totals);
    expect(both.run()?.spanCount).toBe(alone.run()?.spanCount);
  });

  it('says what it is, and beats', async () => {
    const { sink, processor } = await watch({ beatEveryMs: 20, service: 'shop', agents: [rig.agents.support] });
    await ask('support', 'hello, where is my order A-1');
    await vi.waitFor(() =>
      expect(sink.events.filter(({ type }) => type === 'producer.beat').length).toBeGreaterThan(1),
    );
    expect(sink.events[0]).toMatchObject({
      type: 'producer.hello',
      prod: { id: processor.stats.producerId, n: 1 },
      a: {
        sdk: 'openai-agents',
        sdkVersion: '0.20.0',
        language: 'js',
        service: 'shop',
        beatEveryMs: 20,
        agentNames: ['Support Agent', 'Billing Agent', 'Operations Agent'],
        guardrailNames: ['Data protection'],
        modelNames: ['gpt-5.4-mini', 'gpt-5.4', 'o4-mini'],
      },
    });
    expect(sink.events.find(({ type }) => type === 'producer.beat')?.a).toMatchObject({
      droppedEvents: 0,
      queuedEvents: expect.any(Number),
      service: 'shop',
    });
    expect(sink.requests[0]?.authorization).toBe('Bearer ingest-token');
  });
});

describe('createSpanlightProcessor when the relay fails', () => {
  it('delivers everything in order after an outage', async () => {
    let isDown = true;
    const { sink, processor } = await watch({ onTrouble: () => undefined }, (events, count) =>
      isDown ? { status: 503, headers: { 'retry-after': '0' } } : takeAll(events, count),
    );
    await ask('support', 'hello, where is my order A-1');
    expect(processor.stats.queuedEvents).toBeGreaterThan(10);
    isDown = false;
    await processor.forceFlush();
    expect(foldOf(sink).run()?.status).toBe('completed');
    expect(sink.events.map(({ prod }) => prod?.n)).toEqual(sink.events.map((_, index) => index + 1));
    expect(processor.stats).toMatchObject({ queuedEvents: 0, droppedEvents: 0, lastErrorCode: 'http.503' });
    // A relay that was away may have forgotten who we are
    expect(sink.events.filter(({ type }) => type === 'producer.hello').length).toBeGreaterThan(1);
  });

  it.each([
    ['refuses the token', 401, 'http.401'],
    ['is broken', 500, 'http.500'],
    ['does not know the route', 404, 'http.404'],
  ])('does not disturb the run when it %s, and warns once without the token', async (_name, status, code) => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { sink, processor } = await watch({}, () => ({ status }));
    const result = await ask('support', 'hello, where is my order A-1');
    expect(result.finalOutput).toContain('parcel');
    await vi.waitFor(() => expect(processor.stats.lastErrorCode).toBe(code));
    await processor.forceFlush(300);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls)).not.toContain('ingest-token');
    expect(processor.stats.queuedEvents).toBeGreaterThan(10);
    expect(sink.events).toEqual([]);
  });

  it('does not disturb the run when it never answers', async () => {
    const { sink, processor } = await watch({}, () => undefined);
    const result = await ask('support', 'hello, where is my order A-1');
    expect(result.finalOutput).toContain('parcel');
    expect(processor.stats.queuedEvents).toBeGreaterThan(10);
    expect(sink.events).toEqual([]);
  });

  it('does not disturb the run when nobody listens', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { sink, processor } = await watch();
    await sink.close();
    await ask('support', 'hello, where is my order A-1');
    await vi.waitFor(() => expect(processor.stats.lastErrorCode).toBe('net.ECONNREFUSED'));
    expect(warn.mock.calls[0]?.[0]).toMatch(/cannot be reached.*agent\.unreachable/);
  });

  it('survives a fetch, a listener and a console that throw', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {
      throw new Error('console');
    });
    const broken = () => {
      throw new Error('fetch');
    };
    const first = await watch({ fetch: broken as unknown as typeof fetch });
    await ask('support', 'hello, where is my order A-1');
    await vi.waitFor(() => expect(first.processor.stats.lastErrorCode).toBe('net.failed'));
    const second = await watch({ fetch: broken as unknown as typeof fetch, onTrouble: broken });
    await ask('support', 'hello, where is my order A-1');
    await vi.waitFor(() => expect(second.processor.stats.lastErrorCode).toBe('net.failed'));
  });

  it('holds its bounds while the relay is away and tells what it let go', async () => {
    let isDown = true;
    const { sink, processor } = await watch({ maxQueuedEvents: 30, onTrouble: () => undefined }, (events, count) =>
      isDown ? { status: 503 } : takeAll(events, count),
    );
    for (let round = 0; round < 3; round += 1) await ask('support', 'I cannot sign in since this morning.');
    const { droppedEvents } = processor.stats;
    expect(droppedEvents).toBeGreaterThan(0);
    isDown = false;
    await processor.shutdown();
    expect(sink.events.at(-1)).toMatchObject({ type: 'producer.beat', a: { droppedEvents: expect.any(Number) } });
    const numbers = sink.events.map(({ prod }) => prod?.n ?? 0);
    const holes = (numbers.at(-1) ?? 0) - numbers.length;
    expect(holes).toBe(processor.stats.droppedEvents);
  });
});

describe('createSpanlightProcessor with hostile input', () => {
  const throwing = new Proxy(
    {},
    {
      get() {
        throw new Error('no');
      },
      ownKeys() {
        throw new Error('no');
      },
    },
  );
  const circle: Record<string, unknown> = {
    spanId: 's',
    traceId: 't',
    spanData: { type: 'custom', name: 'n', data: {} },
  };
  circle.self = circle;
  (circle.spanData as { data: Record<string, unknown> }).data.circle = circle;
  const hostile: [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['an empty object', {}],
    ['a proxy that throws', throwing],
    ['a circle', circle],
    [
      'an object whose toJSON throws',
      { traceId: 't', spanId: 's', spanData: throwing, toJSON: () => Object.keys(throwing) },
    ],
    ['a BigInt inside', { traceId: 't', spanId: 's', spanData: { type: 'function', name: 'n', input: 10n } }],
    ['wrong types', { toJSON: () => ({ id: 5, trace_id: {}, span_data: [], started_at: 12, error: 'x' }) }],
    [
      'names out of bounds',
      {
        traceId: 't',
        spanId: 's',
        spanData: { type: 'agent', name: 'x'.repeat(10_000), tools: Array(5_000).fill('y'.repeat(500)) },
      },
    ],
  ];

  it.each(hostile)('takes %s without a word', async (_name, value) => {
    const { sink, processor } = await watch();
    await expect(processor.onTraceStart(value)).resolves.toBeUndefined();
    await expect(processor.onSpanStart(value)).resolves.toBeUndefined();
    await expect(processor.onSpanEnd(value)).resolves.toBeUndefined();
    await expect(processor.onTraceEnd(value)).resolves.toBeUndefined();
    expect(processor.reportInterruptions(value)).toBe(0);
    expect(processor.reportDecision(value, { decision: 'approved' })).toBe(false);
    expect(processor.reportRunFailure(value)).toBe(false);
    expect(() => processor.reportLog('info', value)).not.toThrow();
    await processor.forceFlush();
    for (const event of sink.events) {
      const { detail: _detail, ...bare } = event;
      expect(Buffer.byteLength(JSON.stringify(bare))).toBeLessThan(64 * 1024);
    }
    expect(processor.stats.queuedEvents).toBe(0);
  });

  it('cuts content that is too long and says so', async () => {
    const { sink, processor } = await watch();
    const long = '€'.repeat(400_000);
    await processor.onSpanEnd({
      traceId: 'trace_1',
      spanId: 'span_1',
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:01.000Z',
      spanData: { type: 'function', name: 'tool', input: long, output: { list: [long, long] } },
    });
    await processor.forceFlush();
    const end = sink.events.find(({ type }) => type === 'span.end');
    expect(Buffer.byteLength(JSON.stringify(end?.detail?.input))).toBeLessThanOrEqual(100_000);
    expect(JSON.stringify(end?.detail?.input)).toContain('[truncated]');
    expect(end?.refs?.input).toMatchObject({ isTruncated: true });
  });

  it('takes 1,000 spans in less than the time of a blink', async () => {
    const { processor } = await watch();
    const spans = Array.from({ length: 1_000 }, (_, index) => ({
      traceId: 'trace_1',
      spanId: `span_${index}`,
      startedAt: '2026-01-01T00:00:00.000Z',
      spanData: { type: 'function', name: 'tool', input: '{"a":1}', output: '' },
    }));
    for (const span of spans) void processor.onSpanStart(span);
    expect(processor.stats.queuedEvents + processor.stats.sentEvents).toBeGreaterThanOrEqual(1_000);
    expect(processor.stats.failedCallbacks).toBe(0);
  });

  it.each(['ftp://x', 'not a url', 'http://user:secret@host'])(
    'refuses %s at the start, without repeating it',
    (url) => {
      const make = () => createSpanlightProcessor({ url });
      expect(make).toThrow(/agent\.bad-url/);
      expect(make).not.toThrow(/secret/);
    },
  );
});
