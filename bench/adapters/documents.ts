import type { BenchSpan } from '../generate.ts';

/** The same spans in the formats that are read. */
const traceId = '5b8aa5a2d2c872e8321cf37308d69df2';
const hexId = (index: number): string => (index + 1).toString(16).padStart(16, '0');
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

/** The same for every call of a kind, as prompts of a bench are. */
const prompt = 'Find the three most recent filings and compare revenue.';

const openInferenceKinds: Partial<Record<BenchSpan['kind'], string>> = {
  agent: 'AGENT',
  llm: 'LLM',
  tool: 'TOOL',
  retrieval: 'RETRIEVER',
  custom: 'CHAIN',
  guardrail: 'GUARDRAIL',
};
const operations: Partial<Record<BenchSpan['kind'], string>> = { llm: 'chat', tool: 'execute_tool' };

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const whole = (key: string, count: number) => ({ key, value: { intValue: String(count) } });

const costUsd = ({ inputTokens, outputTokens }: BenchSpan): number => (inputTokens * 2 + outputTokens * 8) / 1e6;

/** @param missingParents - every second span names a parent that never comes */
export function otlpDocument(spans: readonly BenchSpan[], missingParents = false) {
  return {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'agent')] },
        scopeSpans: [{ scope: { name: 'bench' }, spans: spans.map((span) => otlpSpan(span, missingParents)) }],
      },
    ],
  };
}

function otlpSpan(span: BenchSpan, missingParents: boolean) {
  const { index, kind, name, startedAtMs, endedAtMs, isError, inputTokens, outputTokens } = span;
  const parent = missingParents && index % 2 === 1 ? 'f'.repeat(16) : span.parent < 0 ? undefined : hexId(span.parent);
  return {
    traceId,
    spanId: hexId(index),
    ...(parent !== undefined && { parentSpanId: parent }),
    flags: 257,
    name,
    kind: 'SPAN_KIND_INTERNAL',
    startTimeUnixNano: `${startedAtMs}000000`,
    endTimeUnixNano: `${endedAtMs}000000`,
    attributes: [
      text('gen_ai.operation.name', operations[kind] ?? 'invoke_agent'),
      text('gen_ai.system', 'openai'),
      text('gen_ai.request.model', 'gpt-4.1-mini'),
      whole('gen_ai.usage.input_tokens', inputTokens),
      whole('gen_ai.usage.output_tokens', outputTokens),
      { key: 'gen_ai.usage.cost', value: { doubleValue: costUsd(span) } },
      text('openinference.span.kind', openInferenceKinds[kind] ?? 'CHAIN'),
      text('input.value', prompt),
    ],
    status: { code: isError ? 'STATUS_CODE_ERROR' : 'STATUS_CODE_OK' },
  };
}

const langfuseTypes: Partial<Record<BenchSpan['kind'], string>> = {
  agent: 'AGENT',
  llm: 'GENERATION',
  tool: 'TOOL',
  retrieval: 'RETRIEVER',
  guardrail: 'GUARDRAIL',
};

export function langfuseDocument(spans: readonly BenchSpan[]) {
  return {
    trace: { id: traceId, name: 'bench', timestamp: iso(spans[0]?.startedAtMs ?? 0) },
    observations: spans.map((span) => ({
      id: hexId(span.index),
      traceId,
      parentObservationId: span.parent < 0 ? null : hexId(span.parent),
      type: langfuseTypes[span.kind] ?? 'SPAN',
      name: span.name,
      startTime: iso(span.startedAtMs),
      endTime: iso(span.endedAtMs),
      updatedAt: iso(span.endedAtMs),
      level: span.isError ? 'ERROR' : 'DEFAULT',
      model: 'gpt-4.1-mini',
      usageDetails: { input: span.inputTokens, output: span.outputTokens },
      costDetails: { total: costUsd(span) },
      input: prompt,
    })),
  };
}

function spanData({ kind, name, inputTokens, outputTokens }: BenchSpan): object {
  if (kind === 'agent') return { type: 'agent', name, handoffs: [], tools: [] };
  if (kind === 'llm') {
    const usage = { input_tokens: inputTokens, output_tokens: outputTokens };
    return {
      type: 'generation',
      model: 'gpt-4.1-mini',
      model_config: {},
      input: [{ role: 'user', content: prompt }],
      usage,
    };
  }
  if (kind === 'tool') return { type: 'function', name, input: prompt, output: '' };
  return { type: 'custom', name, data: { input: prompt } };
}

/** Bodies as the SDK's exporter posts them: 100 records each. */
export function openaiAgentsDocument(spans: readonly BenchSpan[]) {
  const records = spans.map((span) => ({
    object: 'trace.span',
    id: `span_${hexId(span.index).padStart(24, '0')}`,
    trace_id: `trace_${traceId}`,
    parent_id: span.parent < 0 ? null : `span_${hexId(span.parent).padStart(24, '0')}`,
    started_at: iso(span.startedAtMs),
    ended_at: iso(span.endedAtMs),
    span_data: spanData(span),
    error: span.isError ? { message: 'Error running tool' } : null,
  }));
  return Array.from({ length: Math.ceil(records.length / 100) }, (_unused, index) => ({
    data: records.slice(index * 100, (index + 1) * 100),
  }));
}

const publishedKinds: Partial<Record<BenchSpan['kind'], string>> = { agent: 'agent', llm: 'llm', tool: 'tool' };

/** What a process publishes on Redis: the end of each span. */
export function redisDocument(spans: readonly BenchSpan[]) {
  const publisher = 'py:bench:1:0123abcd';
  return spans.map((span, seq) => ({
    v: 1,
    id: `${publisher}-${seq}`,
    publisher,
    seq,
    sent_at: iso(span.endedAtMs),
    type: 'span.end',
    trace_id: `trace_${traceId}`,
    span_id: `span_${hexId(span.index).padStart(24, '0')}`,
    parent_id: span.parent < 0 ? null : `span_${hexId(span.parent).padStart(24, '0')}`,
    kind: publishedKinds[span.kind] ?? 'custom',
    sdk_type: span.kind,
    name: span.name,
    started_at: iso(span.startedAtMs),
    ended_at: iso(span.endedAtMs),
    status: span.isError ? 'error' : 'ok',
    error: span.isError ? { message: 'Error running tool' } : null,
    model: 'gpt-4.1-mini',
    usage: { input_tokens: span.inputTokens, output_tokens: span.outputTokens },
    detail: { input: prompt },
  }));
}
