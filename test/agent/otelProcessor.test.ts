import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';
import {
  createSpanlightSpanProcessor,
  type SpanlightSpanProcessor,
  type SpanlightSpanProcessorOptions,
} from 'spanlight/agent';
import { createRelay } from 'spanlight/relay';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createFold } from '../../src/fold/index.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import { type Sink, startSink } from './support.ts';

let cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
  cleanUps = [];
});

async function watch(options: SpanlightSpanProcessorOptions = {}) {
  const sink = await startSink();
  const processor = createSpanlightSpanProcessor({ url: sink.url, token: 'ingest-token', flushEveryMs: 5, ...options });
  const provider = new BasicTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'shop' })),
    spanProcessors: [processor],
  });
  cleanUps.push(sink.close, () => provider.shutdown());
  return { sink, processor, tracer: provider.getTracer('shop') };
}

const spansOf = (sink: Sink) => {
  const fold = createFold();
  for (const event of sink.events) fold.apply(event);
  fold.settle();
  const { reader } = fold;
  return reader.runIds.flatMap((runId) => [...reader.spansOf(runId)]);
};

const chatAttributes = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-5.4',
  'gen_ai.provider.name': 'openai',
};

describe('spans of the OpenTelemetry SDK', () => {
  it('show while they run, and say at their end what they cost', async () => {
    const { sink, processor, tracer } = await watch();
    const agent = tracer.startSpan('invoke_agent Clerk', {
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'Clerk', 'session.id': 'order-7' },
    });
    const chat = tracer.startSpan('chat gpt-5.4', { attributes: chatAttributes }, trace.setSpan(ROOT_CONTEXT, agent));
    await processor.forceFlush();
    expect(spansOf(sink).map(({ kind, status }) => [kind, status])).toEqual([
      ['agent', 'running'],
      ['llm', 'running'],
    ]);
    chat.setAttributes({ 'gen_ai.usage.input_tokens': 120, 'gen_ai.usage.output_tokens': 8 });
    chat.addEvent('gen_ai.choice', { message: 'all is well' });
    chat.end();
    agent.setStatus({ code: SpanStatusCode.ERROR, message: 'the customer left' });
    agent.end();
    await processor.forceFlush();
    const [first, second] = spansOf(sink);
    expect(first).toMatchObject({ kind: 'agent', name: 'Clerk', status: 'error' });
    expect(second).toMatchObject({
      kind: 'llm',
      status: 'ok',
      requestModel: 'gpt-5.4',
      usage: { inputTokens: 120, outputTokens: 8 },
      parentId: first?.spanId,
    });
    const hello = sink.events.find(({ type }) => type === 'producer.hello');
    expect(hello?.a).toMatchObject({ sdk: 'opentelemetry', sdkVersion: expect.stringMatching(/^\d/) as string });
  });

  it('declare their run once, not with every span', async () => {
    const { sink, processor, tracer } = await watch();
    const root = tracer.startSpan('invoke_agent Clerk');
    for (let index = 0; index < 20; index += 1) {
      tracer.startSpan(`step ${index}`, {}, trace.setSpan(ROOT_CONTEXT, root)).end();
    }
    root.end();
    await processor.forceFlush();
    expect(sink.events.filter(({ type }) => type.startsWith('run.')).length).toBeLessThanOrEqual(3);
    expect(spansOf(sink)).toHaveLength(21);
  });

  it('are left out by the filter, and when they are not sampled', async () => {
    const { sink, processor, tracer } = await watch({
      filter: ({ attributes }: ReadableSpan) => Object.keys(attributes).some((name) => name.startsWith('gen_ai.')),
    });
    tracer.startSpan('SELECT 1', { attributes: { 'db.system': 'postgresql' } }).end();
    tracer.startSpan('chat', { attributes: chatAttributes }).end();
    const quiet = new BasicTracerProvider({ sampler: new AlwaysOffSampler(), spanProcessors: [processor] });
    quiet.getTracer('quiet').startSpan('chat', { attributes: chatAttributes }).end();
    await processor.forceFlush();
    expect(spansOf(sink).map(({ kind }) => kind)).toEqual(['llm']);
  });

  it('keep their content where the host says so', async () => {
    const { sink, processor, tracer } = await watch({ includeDetail: false });
    tracer.startSpan('chat', { attributes: { ...chatAttributes, 'gen_ai.prompt': 'a secret question' } }).end();
    await processor.forceFlush();
    expect(JSON.stringify(sink.events)).not.toContain('secret');
  });

  it('disturb nobody, whatever they are', () => {
    const processor: SpanlightSpanProcessor = createSpanlightSpanProcessor({
      url: 'http://127.0.0.1:9',
      token: 'ingest-token',
      onTrouble: () => undefined,
      flushOnExit: false,
    });
    cleanUps.push(() => processor.shutdown());
    const hostile = {
      spanContext: () => {
        throw new Error('no context');
      },
    };
    const odd = [undefined, null, 7, 'span', {}, hostile, { spanContext: () => null, attributes: 7, events: {} }];
    for (const span of odd) {
      expect(() => processor.onStart(span)).not.toThrow();
      expect(() => processor.onEnd(span)).not.toThrow();
    }
    expect(processor.stats.failedCallbacks).toBeGreaterThan(0);
  });
});

it('beside an exporter to the same relay nothing counts twice', async () => {
  const bounds = { runs: 100, spans: 1000, endedForMs: 3_600_000 };
  const runLog = createMemoryRunLog({ events: 1000, eventBytes: 1e6, detailBytes: 1e6, bounds, now: Date.now });
  const relay = await createRelay({ port: 0, dashboardDir: false, runLog });
  cleanUps.push(() => relay.close());
  const token = relay.tokens.ingest ?? '';
  const processor = createSpanlightSpanProcessor({ url: relay.url, token, flushEveryMs: 5 });
  const exporter = new OTLPTraceExporter({
    url: `${relay.url}/v1/traces`,
    headers: { authorization: `Bearer ${token}` },
  });
  const provider = new BasicTracerProvider({ spanProcessors: [processor, new BatchSpanProcessor(exporter)] });
  const usage = { 'gen_ai.usage.input_tokens': 100, 'gen_ai.usage.output_tokens': 10 };
  for (let index = 0; index < 3; index += 1) {
    provider
      .getTracer('shop')
      .startSpan('chat', { attributes: { ...chatAttributes, ...usage } })
      .end();
  }
  await provider.forceFlush();
  await vi.waitFor(async () => {
    const fold = createFold();
    const { facts } = await runLog.snapshot('default');
    for await (const part of facts) for (const event of part) fold.apply(event);
    fold.settle();
    const runs = fold.reader.runIds.map((runId) => fold.reader.getRun(runId));
    expect(runs.map((run) => [run?.spanCount, run?.status, run?.totals.inputTokens])).toEqual(
      [1, 2, 3].map(() => [1, 'completed', 100]),
    );
  });
  await provider.shutdown();
});
