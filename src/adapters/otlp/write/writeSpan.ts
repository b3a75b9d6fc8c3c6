import type { Run } from '../../../model/run.ts';
import type { Span, SpanKind, SpanLink } from '../../../model/span.ts';
import { usdFromNanoUsd } from '../../../model/units.ts';
import { asText, isRecord } from '../../looseRecord.ts';
import { AttributeList, type KeyValue } from './anyValueOf.ts';
import { errorMessageOf, writeContent } from './contentOf.ts';
import { nanosOf, spanIdOf, traceIdOf } from './idsOf.ts';

/** A span in OTLP's JSON. */
export interface WrittenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano?: string;
  readonly endTimeUnixNano?: string;
  readonly attributes: readonly KeyValue[];
  readonly events?: readonly { name: string; timeUnixNano: string; attributes: readonly KeyValue[] }[];
  readonly links?: readonly { traceId: string; spanId: string; attributes: readonly KeyValue[] }[];
  readonly status: { readonly code: number; readonly message?: string };
}

const INTERNAL = 1;
const CLIENT = 3;

const operations: Partial<Record<SpanKind, string>> = {
  llm: 'chat',
  agent: 'invoke_agent',
  tool: 'execute_tool',
  task: 'invoke_workflow',
  retrieval: 'retrieval',
};

/** Name of the step, as the conventions build it. */
const titles: Partial<Record<SpanKind, (name: string) => string>> = {
  agent: (name) => `invoke_agent ${name}`,
  tool: (name) => `execute_tool ${name}`,
};

const statusCodes: Partial<Record<Span['status'], number>> = { ok: 1, error: 2 };

/** Names of counts in `Usage` and in the conventions. */
const usageNames = {
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_write.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  totalTokens: 'gen_ai.usage.total_tokens',
} as const;

/** Writes a span so that any reader of the GenAI conventions understands it, and ours reads the same span again. */
export function writeSpan(span: Span, run: Run): WrittenSpan {
  const { runId, startedAtMs, endedAtMs, parentId } = span;
  const trace = traceIdOf(runId);
  const id = spanIdOf(runId, span.spanId);
  const parent = parentId === undefined ? undefined : spanIdOf(runId, parentId);
  const name = span.name === '' ? '' : (titles[span.kind]?.(span.name) ?? span.name);
  const list = new AttributeList();
  list.add('spanlight.kind', span.kind);
  if (name !== span.name) list.add('spanlight.name', span.name);
  list.add('spanlight.run.id', trace.own).add('spanlight.span.id', id.own).add('spanlight.parent.id', parent?.own);
  writeConventions(span, list);
  writeOwn(span, list);
  if (parentId === undefined) {
    list.add('user.id', run.userId).add('session.id', run.sessionId).add('gen_ai.conversation.id', run.groupId);
  }
  writeContent(span, list);
  const message = errorMessageOf(span);
  return {
    traceId: trace.hex,
    spanId: id.hex,
    ...(parent && { parentSpanId: parent.hex }),
    name,
    kind: span.kind === 'llm' ? CLIENT : INTERNAL,
    ...(startedAtMs !== undefined && { startTimeUnixNano: nanosOf(startedAtMs) }),
    ...(endedAtMs !== undefined && { endTimeUnixNano: nanosOf(endedAtMs) }),
    attributes: list.list,
    ...exceptionOf(span),
    ...(span.links && { links: span.links.map(writeLink) }),
    status: { code: statusCodes[span.status] ?? 0, ...(message !== undefined && { message }) },
  };
}

function writeConventions(span: Span, list: AttributeList): void {
  const { kind, usage } = span;
  list.add('gen_ai.operation.name', span.operation === 'embedding' ? 'embeddings' : operations[kind]);
  list.add('gen_ai.agent.name', span.agentName);
  if (kind === 'tool' && span.name !== '') list.add('gen_ai.tool.name', span.name);
  list.add('gen_ai.tool.call.id', span.callId).add('gen_ai.provider.name', span.provider);
  list.add('gen_ai.request.model', span.requestModel).add('gen_ai.response.model', span.model);
  if (span.finishReason !== undefined) list.add('gen_ai.response.finish_reasons', [span.finishReason]);
  list.add('error.type', span.errorType);
  if (span.costNanoUsd !== undefined) list.add('gen_ai.usage.cost', usdFromNanoUsd(span.costNanoUsd));
  if (!usage) return;
  for (const [count, attribute] of Object.entries(usageNames) as [keyof typeof usageNames, string][]) {
    list.add(attribute, usage[count]);
  }
}

function writeOwn(span: Span, list: AttributeList): void {
  list.add('spanlight.status', span.status).add('spanlight.source_type', span.sourceType);
  list.add('spanlight.operation', span.operation).add('spanlight.usage.scope', span.usage?.scope);
  list.add('spanlight.cost.nano_usd', span.costNanoUsd).add('spanlight.cost.source', span.costSource);
  list.add('spanlight.cost.price_version', span.priceVersion);
  list.add('spanlight.error.code', span.errorCode);
  list.add('spanlight.attempt', span.attempt).add('spanlight.turn', span.turn);
  list.add('spanlight.handoff.from', span.fromAgent).add('spanlight.handoff.to', span.toAgent);
  list.add('spanlight.triggered', span.triggered).add('spanlight.is_executed', span.isExecuted);
  list.add('spanlight.server', span.server);
  list.add('spanlight.tool_names', span.toolNames).add('spanlight.handoff_names', span.handoffNames);
  list.add('spanlight.first_token_at_ms', span.firstTokenAtMs);
}

function exceptionOf(span: Span): Pick<WrittenSpan, 'events'> {
  const error = span.detail?.error;
  if (!isRecord(error)) return {};
  const list = new AttributeList()
    .add('exception.type', asText(error['type']))
    .add('exception.message', asText(error['message']))
    .add('exception.stacktrace', asText(error['stack']));
  if (list.list.length === 0) return {};
  const timeUnixNano = nanosOf(span.endedAtMs ?? span.startedAtMs ?? 0);
  return { events: [{ name: 'exception', timeUnixNano, attributes: list.list }] };
}

function writeLink({ runId, spanId, relation }: SpanLink) {
  const trace = traceIdOf(runId);
  const span = spanId === undefined ? undefined : spanIdOf(runId, spanId);
  const list = new AttributeList()
    .add('spanlight.relation', relation)
    .add('spanlight.run.id', trace.own)
    .add('spanlight.span.id', span?.own);
  return { traceId: trace.hex, spanId: span?.hex ?? '', attributes: list.list };
}
