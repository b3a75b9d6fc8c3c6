import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { generateText, stepCountIs, tool } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { createSpanlightProcessor } from 'spanlight/agent';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { createFold } from '../../src/fold/createFold.ts';
import type { Run } from '../../src/model/run.ts';
import { createMemoryRunLog } from '../../src/relay/run-log/memoryRunLog.ts';
import { type DemoRig, startDemoRig } from '../agent/support.ts';
import { startRelay, tokenOf } from './support.ts';

let rig: DemoRig;
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  rig = await startDemoRig();
});
afterAll(async () => {
  context.disable();
  rig.sdk.setTraceProcessors([]);
  await rig.model.close();
});

const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens: { total: inputTokens, noCache: inputTokens, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: outputTokens, text: outputTokens, reasoning: 0 },
});

/** Asks a model that does not exist: a tool call, then an answer. 100 + 200 tokens in, 10 + 20 out. */
async function askWithAiSdk(provider: BasicTracerProvider): Promise<void> {
  let calls = 0;
  const model = new MockLanguageModelV3({
    modelId: 'mock-model',
    doGenerate: async () => {
      calls += 1;
      return calls === 1
        ? {
            content: [{ type: 'tool-call', toolCallId: 'call_1', toolName: 'weather', input: '{"city":"Oslo"}' }],
            finishReason: { unified: 'tool-calls', raw: 'tool_calls' },
            usage: usage(100, 10),
            warnings: [],
          }
        : {
            content: [{ type: 'text', text: 'It rains.' }],
            finishReason: { unified: 'stop', raw: 'stop' },
            usage: usage(200, 20),
            warnings: [],
          };
    },
  });
  await generateText({
    model,
    prompt: 'How is the weather?',
    stopWhen: stepCountIs(3),
    tools: {
      weather: tool({ inputSchema: z.object({ city: z.string() }), execute: async () => ({ sky: 'rain' }) }),
    },
    experimental_telemetry: { isEnabled: true, functionId: 'forecast', tracer: provider.getTracer('ai') },
  });
}

function traceByHand(provider: BasicTracerProvider, name: string, inputTokens: number): void {
  const tracer = provider.getTracer('by hand');
  const agent = tracer.startSpan(
    `invoke_agent ${name}`,
    { attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name } },
    ROOT_CONTEXT,
  );
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.response.model': 'gpt-5.4',
    'gen_ai.usage.input_tokens': inputTokens,
    'gen_ai.usage.output_tokens': 1,
  };
  tracer.startSpan('chat', { attributes }, trace.setSpan(ROOT_CONTEXT, agent)).end();
  agent.end();
}

it('every kind of exporter into one relay at once: totals right, runs apart', { timeout: 60_000 }, async () => {
  const bounds = { runs: 1000, spans: 100_000, endedForMs: 3_600_000 };
  const runLog = createMemoryRunLog({ events: 20_000, eventBytes: 1e8, detailBytes: 1e8, bounds, now: Date.now });
  const relay = await startRelay({ runLog });
  const token = tokenOf(relay, 'ingest');
  const options = { url: `${relay.url}/v1/traces`, headers: { authorization: `Bearer ${token}` } };
  const byJson = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(new JsonExporter(options))] });
  const byProtobuf = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new ProtobufExporter(options))],
  });
  const processor = createSpanlightProcessor({ url: relay.url, token, flushEveryMs: 5 });
  const exporter = new rig.sdk.BatchTraceProcessor(
    new rig.sdk.OpenAITracingExporter({ endpoint: `${relay.url}/v1/traces/ingest`, apiKey: token }),
  );
  rig.sdk.setTraceProcessors([processor, exporter]);

  traceByHand(byJson, 'Json', 1000);
  traceByHand(byProtobuf, 'Protobuf', 2000);
  const [, , result] = await Promise.all([
    askWithAiSdk(byJson),
    askWithAiSdk(byProtobuf),
    rig
      .runner('responses', { workflowName: 'Support' })
      .run(rig.agents.support, 'I cannot sign in since this morning.'),
  ]);
  await Promise.all([byJson.forceFlush(), byProtobuf.forceFlush(), rig.sdk.getGlobalTraceProvider().shutdown(3000)]);

  const readRuns = async (): Promise<readonly Run[]> => {
    const fold = createFold();
    const { facts } = await runLog.snapshot('default');
    for await (const part of facts) for (const event of part) fold.apply(event);
    fold.settle();
    return fold.reader.runIds.map((runId) => fold.reader.getRun(runId) as Run);
  };
  const wanted = result.rawResponses.reduce((sum, { usage: { inputTokens } }) => sum + inputTokens, 0);
  await vi.waitFor(async () => {
    const all = await readRuns();
    expect(all).toHaveLength(5); // both by hand, the AI SDK twice, the agents once
    const runs = new Map(all.map((run) => [`${run.source} ${run.name}`, run]));
    expect(runs.get('otlp Json')?.totals).toMatchObject({ inputTokens: 1000, outputTokens: 1, llmCalls: 1 });
    expect(runs.get('otlp Protobuf')?.totals).toMatchObject({ inputTokens: 2000, outputTokens: 1, llmCalls: 1 });
    expect(runs.get('vercel-ai forecast')?.totals).toMatchObject({
      inputTokens: 300,
      outputTokens: 30,
      llmCalls: 2,
      toolCalls: 1,
    });
    expect(runs.get('openai-agents-js Support')?.totals.inputTokens).toBe(wanted);
    for (const run of runs.values()) expect([run.name, run.status]).toEqual([run.name, 'completed']);
  });
});
