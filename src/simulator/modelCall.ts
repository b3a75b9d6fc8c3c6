import type { Usage } from '../model/usage.ts';
import { priceSpan } from '../prices/priceSpan.ts';
import {
  type AgentName,
  type ModelName,
  models,
  simulatorPrices,
  simulatorPriceVersion,
  type ToolName,
} from './catalogue.ts';
import type { OpenSpan, Outcome, RunWriter } from './runWriter.ts';

export interface ModelCallSpec {
  readonly parent: OpenSpan;
  readonly model: ModelName;
  /** What it is for. Default: `response`, as the SDK names it. */
  readonly name?: string | undefined;
  readonly agentName?: AgentName | undefined;
  readonly durationMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly attempt?: number | undefined;
  /** Messages it is asked with. */
  readonly input: readonly object[];
  /** Its words; they stream while it runs. */
  readonly says?: string | undefined;
  readonly calls?: readonly ToolRequest[] | undefined;
  /** Nano-dollars that a gateway reports; without it the relay computes the price. */
  readonly reportedCostNanoUsd?: number | undefined;
}

export interface ToolRequest {
  readonly callId: string;
  readonly toolName: ToolName;
  readonly args: object;
}

/** How often text of a running call is sent on, ms. */
const LIVE_EVERY_MS = 250;
/** How soon after the end of a call its price is known, ms. */
const PRICED_AFTER_MS = 8;

/** A model call that ends well: asked, first token, text, usage, and its price as a relay would append it. */
export function modelCall(run: RunWriter, spec: ModelCallSpec): OpenSpan {
  const { durationMs, says = '', calls = [], inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = spec;
  const span = beginCall(run, spec);
  const startMs = run.nowMs;
  const firstTokenAtMs = startMs + Math.round(durationMs * 0.35);
  run.nowMs = firstTokenAtMs;
  run.note('span.update', { firstTokenAtMs }, { span: span.spanId, parent: spec.parent.spanId });
  streamText(run, span, says, startMs + durationMs);
  run.nowMs = startMs + durationMs;

  const usage: Usage = {
    scope: 'leaf',
    inputTokens,
    outputTokens,
    cachedInputTokens: cachedInputTokens ?? 0,
    ...(reasoningTokens === undefined ? {} : { reasoningTokens }),
    totalTokens: inputTokens + outputTokens,
  };
  const { answersAs, provider } = models[spec.model];
  run.end(span, {
    usage,
    model: answersAs,
    provider,
    firstTokenAtMs,
    reportedCostNanoUsd: spec.reportedCostNanoUsd,
    finishReason: calls.length > 0 ? 'tool_calls' : 'stop',
    detail: { output: [answerOf(says, calls)] },
  });
  run.countBelow(span, usage);
  if (spec.reportedCostNanoUsd === undefined)
    notePrice(run, span, { usage, model: answersAs, requestModel: spec.model, provider });
  return span;
}

/** An attempt that the provider refused: no usage, an error, and the next attempt is another span. */
export function failedModelCall(
  run: RunWriter,
  spec: Omit<ModelCallSpec, 'outputTokens' | 'inputTokens'>,
  fault: { readonly errorType: string; readonly errorCode: string; readonly message: string },
): OpenSpan {
  const span = beginCall(run, spec);
  run.wait(spec.durationMs);
  const { errorType, errorCode, message } = fault;
  const outcome: Outcome = { errorType, errorCode, detail: { error: { type: errorType, message } } };
  run.end(span, { ...outcome, provider: models[spec.model].provider });
  return span;
}

type AskSpec = Omit<ModelCallSpec, 'outputTokens' | 'inputTokens'>;

const beginCall = (run: RunWriter, { parent, name, model, agentName, attempt, input }: AskSpec): OpenSpan =>
  run.begin({
    kind: 'llm',
    name: name ?? 'response',
    parent,
    agentName,
    requestModel: model,
    attempt,
    operation: 'chat',
    sourceType: 'response',
    detail: { input },
  });

function streamText(run: RunWriter, span: OpenSpan, text: string, endMs: number): void {
  const fromMs = run.nowMs;
  let sent = 0;
  for (let atMs = fromMs + LIVE_EVERY_MS; atMs < endMs; atMs += LIVE_EVERY_MS) {
    const until = Math.floor((text.length * (atMs - fromMs)) / (endMs - fromMs));
    if (until <= sent) continue;
    run.nowMs = atMs;
    run.live(span, sent, text.slice(sent, until));
    sent = until;
  }
}

const answerOf = (says: string, calls: readonly ToolRequest[]): object => ({
  role: 'assistant',
  content: says,
  ...(calls.length > 0 && {
    tool_calls: calls.map(({ callId, toolName, args }) => ({
      id: callId,
      type: 'function',
      function: { name: toolName, arguments: JSON.stringify(args) },
    })),
  }),
});

/** The price of a call, as a relay would append it. */
export function notePrice(run: RunWriter, span: OpenSpan, call: Parameters<typeof priceSpan>[0]): void {
  const priced = run.world.hasPrices ? priceSpan(call, simulatorPrices) : undefined;
  if (!priced) return;
  run.nowMs += PRICED_AFTER_MS;
  const a = { costNanoUsd: priced.costNanoUsd, costSource: 'computed', priceVersion: simulatorPriceVersion } as const;
  run.note('span.price', a, { span: span.spanId, isRelayMade: true });
  run.nowMs -= PRICED_AFTER_MS;
}
