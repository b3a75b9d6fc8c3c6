import { readFileSync } from 'node:fs';
import { deflateSync, gzipSync } from 'node:zlib';
import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { Relay } from 'spanlight/relay';
import { describe, expect, it } from 'vitest';
import { otlpAdapter } from '../../src/adapters/otlp/index.ts';
import { createFold } from '../../src/fold/createFold.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import type { Span } from '../../src/model/span.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import { codeOf, get, post, startRelay, tokenOf } from './support.ts';

const json = 'application/json';
const protobuf = 'application/x-protobuf';

/** A relay, and the log behind it. */
async function startWithLog() {
  const runLog = createMemoryRunLog({
    events: 20_000,
    eventBytes: 64_000_000,
    detailBytes: 64_000_000,
    bounds: { runs: 1000, spans: 100_000, endedForMs: 3_600_000 },
    now: Date.now,
  });
  const relay = await startRelay({ runLog });
  const facts = async (): Promise<readonly MonitorEvent[]> => {
    const { facts: parts } = await runLog.snapshot('default');
    const events: MonitorEvent[] = [];
    for await (const part of parts) events.push(...part);
    return events;
  };
  return { relay, facts, spans: async () => spansIn(await facts()) };
}

function spansIn(events: readonly MonitorEvent[]): readonly Span[] {
  const fold = createFold();
  for (const event of events) fold.apply(event);
  fold.settle();
  return fold.reader.runIds.flatMap((runId) => [...fold.reader.spansOf(runId)]);
}

const essence = ({ kind, name, status, usage, model, provider, agentName, startedAtMs = 0, endedAtMs = 0 }: Span) => ({
  kind,
  name,
  status,
  usage,
  model,
  provider,
  agentName,
  durationMs: Math.round((endedAtMs - startedAtMs) * 1000) / 1000,
});

async function exportRun(exporter: SpanExporter, spanCount = 3): Promise<void> {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'shop-agents' }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer('shop');
  const startTime = 1_790_000_000_000;
  const agent = tracer.startSpan(
    'invoke_agent Clerk',
    { startTime, attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'Clerk' } },
    ROOT_CONTEXT,
  );
  const inAgent = trace.setSpan(ROOT_CONTEXT, agent);
  const chat = tracer.startSpan(
    'chat gpt-5.4',
    {
      startTime: startTime + 5,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.response.model': 'gpt-5.4',
        'gen_ai.usage.input_tokens': 1206,
        'gen_ai.usage.output_tokens': 44,
        'gen_ai.input.messages': JSON.stringify([
          { role: 'user', parts: [{ type: 'text', content: 'Where is my parcel? 📦' }] },
        ]),
      },
    },
    inAgent,
  );
  chat.end(startTime + 905);
  for (let index = 2; index < spanCount; index += 1) {
    const tool = tracer.startSpan(
      'execute_tool track_parcel',
      {
        startTime: startTime + 910,
        attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'track_parcel' },
      },
      inAgent,
    );
    tool.recordException(new Error('carrier is down'), startTime + 950);
    tool.setStatus({ code: SpanStatusCode.ERROR, message: 'carrier is down' });
    tool.end(startTime + 960);
  }
  agent.end(startTime + 1000);
  await provider.forceFlush();
  await provider.shutdown();
}

const optionsOf = (relay: Relay, path: string) => ({
  url: relay.url + path,
  headers: { authorization: `Bearer ${tokenOf(relay, 'ingest')}` },
});

describe('the real exporters of OpenTelemetry', () => {
  it('give the same spans over JSON and over protobuf, packed or not', async () => {
    const seen = [];
    for (const Exporter of [JsonExporter, ProtobufExporter]) {
      for (const compression of ['none', 'gzip'] as const) {
        const { relay, spans } = await startWithLog();
        await exportRun(new Exporter({ ...optionsOf(relay, '/v1/traces'), compression: compression as never }));
        seen.push((await spans()).map(essence));
      }
    }
    expect(seen[0]).toHaveLength(3);
    expect(seen[0]?.map(({ kind, status }) => `${kind} ${status}`)).toEqual(['llm ok', 'tool error', 'agent ok']);
    expect(seen[0]?.[0]).toMatchObject({ model: 'gpt-5.4', usage: { inputTokens: 1206, outputTokens: 44 } });
    for (const other of seen.slice(1)) expect(other).toEqual(seen[0]);
  });

  it('may send thousands of spans at once', async () => {
    const { relay, spans } = await startWithLog();
    const provider = new BasicTracerProvider({
      spanProcessors: [
        new BatchSpanProcessor(new ProtobufExporter(optionsOf(relay, '/v1/traces')), {
          maxExportBatchSize: 5000,
          maxQueueSize: 6000,
        }),
      ],
    });
    const tracer = provider.getTracer('many');
    const root = tracer.startSpan(
      'invoke_agent Busy',
      { attributes: { 'gen_ai.operation.name': 'invoke_agent' } },
      ROOT_CONTEXT,
    );
    for (let index = 0; index < 4999; index += 1)
      tracer.startSpan(`step ${index}`, {}, trace.setSpan(ROOT_CONTEXT, root)).end();
    root.end();
    await provider.forceFlush();
    await provider.shutdown();
    expect(await spans()).toHaveLength(5000);
  });

  it('give log lines tied to their span, with the text where only developers see it', async () => {
    for (const Exporter of [JsonLogExporter, ProtobufLogExporter]) {
      const { relay, facts } = await startWithLog();
      const provider = new LoggerProvider({
        resource: resourceFromAttributes({ 'service.name': 'shop-agents' }),
        processors: [new BatchLogRecordProcessor({ exporter: new Exporter(optionsOf(relay, '/v1/logs')) } as never)],
      });
      const traceId = 'a'.repeat(32);
      const spanId = 'b'.repeat(16);
      provider.getLogger('shop').emit({
        severityNumber: SeverityNumber.WARN,
        body: { text: 'carrier answers slowly', parcels: [1, 2n ** 60n] },
        attributes: { carrier: 'north' },
        context: trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1 }),
      } as never);
      await provider.forceFlush();
      await provider.shutdown();
      const line = (await facts()).find(({ type }) => type === 'log') as MonitorEvent;
      expect(line).toMatchObject({ run: traceId, span: spanId, a: { level: 'warn', sourceName: 'shop-agents' } });
      expect(JSON.stringify(line)).not.toContain('slowly');
      const payload = (await (await get(relay, `/v1/events/${line.id}/payload`, 'developer')).json()) as {
        detail: unknown;
      };
      expect(JSON.stringify(payload.detail)).toContain('carrier answers slowly');
    }
  });
});

describe('a captured request', () => {
  const dir = new URL('../fixtures/', import.meta.url);
  const files = [
    'otlp/semconv-support-run.batch.json',
    'otlp/semconv-support-run.one-span-per-request.json',
    'otlp/semconv-failed-run.json',
    'ai-sdk/generate-text-tools.genai.json',
    'openinference/openai-agents-js-support-handoff.json',
  ];
  it.each(files)('%s is held as the file reads', async (file) => {
    const posts = JSON.parse(readFileSync(new URL(file, dir), 'utf8')) as readonly { readonly body: unknown }[];
    const { relay, spans } = await startWithLog();
    for (const { body } of [...posts, ...posts]) {
      const answer = await post(relay, '/v1/traces', JSON.stringify(body));
      expect([answer.status, await answer.json()]).toEqual([200, { partialSuccess: {} }]);
    }
    const wanted = spansIn(otlpAdapter.read(posts).events);
    const byKey = (spans: readonly Span[]) => new Map(spans.map((span) => [span.key, essence(span)]));
    expect(byKey(await spans())).toEqual(byKey(wanted));
  });
});

describe('bad input', () => {
  const spanOf = (index: number, more: object = {}) => ({
    traceId: 'c'.repeat(32),
    spanId: index.toString(16).padStart(16, '0'),
    name: 'step',
    startTimeUnixNano: '1790000000000000000',
    endTimeUnixNano: '1790000001000000000',
    ...more,
  });
  const requestOf = (...spans: string[]) => `{"resourceSpans":[{"scopeSpans":[{"spans":[${spans.join(',')}]}]}]}`;

  it('costs a span itself and not its neighbours, and the sender hears how many', async () => {
    const { relay, spans } = await startWithLog();
    const deep = `${'['.repeat(5000)}${']'.repeat(5000)}`;
    const body = requestOf(
      JSON.stringify(spanOf(1)),
      '{"traceId": broken}',
      JSON.stringify(spanOf(2, { traceId: 7 })),
      `{"traceId":"${'c'.repeat(32)}","spanId":"${'d'.repeat(16)}","attributes":${deep}}`,
      'null',
      JSON.stringify(spanOf(3)),
    );
    const answer = await post(relay, '/v1/traces', body);
    expect(answer.status).toBe(200);
    const { partialSuccess } = (await answer.json()) as {
      partialSuccess: { rejectedSpans: string; errorMessage: string };
    };
    expect(partialSuccess.rejectedSpans).toBe('4');
    expect(partialSuccess.errorMessage).toContain('event.bad-json (1)');
    expect((await spans()).map(({ spanId }) => spanId)).toEqual([spanOf(1).spanId, spanOf(3).spanId]);
  });

  it('is refused with a code that is not tried again, in the encoding of the request', async () => {
    const relay = await startRelay();
    for (const body of ['no json', '[]', '{"data":[]}', '{"resourceSpans":{}}']) {
      const answer = await post(relay, '/v1/traces', body);
      expect([body, answer.status, await codeOf(answer)]).toEqual([body, 400, 'ingest.bad-otlp']);
    }
    const answer = await post(relay, '/v1/traces', Buffer.from('no protobuf at all'), { 'content-type': protobuf });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, protobuf]);
    expect(Buffer.from(await answer.arrayBuffer()).toString('latin1')).toContain('ingest.bad-otlp');
    const text = await post(relay, '/v1/traces', '{}', { 'content-type': 'text/plain' });
    expect(text.status).toBe(415);
    const large = await post(relay, '/v1/traces', gzipSync(Buffer.alloc(20 * 1024 * 1024, 32)), {
      'content-encoding': 'gzip',
    });
    expect([large.status, await codeOf(large)]).toEqual([413, 'ingest.too-large']);
  });

  it('takes deflate, an empty request, and asks for a token', async () => {
    const { relay, spans } = await startWithLog();
    const packed = await post(relay, '/v1/traces', deflateSync(requestOf(JSON.stringify(spanOf(1)))), {
      'content-encoding': 'deflate',
    });
    expect(packed.status).toBe(200);
    for (const [type, body] of [
      [json, '{}'],
      [protobuf, Buffer.alloc(0)],
    ] as const) {
      expect((await post(relay, '/v1/traces', body, { 'content-type': type })).status).toBe(200);
    }
    expect(await spans()).toHaveLength(1);
    const none = await fetch(`${relay.url}/v1/traces`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': json },
    });
    expect(none.status).toBe(401);
    const viewer = await fetch(`${relay.url}/v1/logs`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': json, authorization: `Bearer ${tokenOf(relay, 'viewer')}` },
    });
    expect(viewer.status).toBe(403);
  });
});
