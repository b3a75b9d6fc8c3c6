import type { AttributeNames } from './fields.ts';

/** Vercel AI SDK: what it adds to the GenAI names (7), and the names of its own telemetry (4 to 6, and `LegacyOpenTelemetry`). */
export const vercelAiNames: AttributeNames = {
  vercelOperation: ['ai.operationId'],
  functionId: ['ai.telemetry.functionId'],
  provider: ['ai.model.provider'],
  model: ['ai.response.model'],
  requestModel: ['ai.model.id'],
  inputTokens: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens', 'ai.usage.input_tokens'],
  outputTokens: ['ai.usage.outputTokens', 'ai.usage.completionTokens', 'ai.usage.output_tokens'],
  totalTokens: ['ai.usage.totalTokens', 'ai.usage.total_tokens'],
  cachedInputTokens: ['ai.usage.cachedInputTokens', 'ai.usage.inputTokenDetails.cacheReadTokens'],
  cacheWriteTokens: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
  reasoningTokens: ['ai.usage.reasoningTokens', 'ai.usage.outputTokenDetails.reasoningTokens'],
  toolName: ['ai.toolCall.name'],
  callId: ['ai.toolCall.id'],
  finishReason: ['ai.response.finishReason', 'ai.finishReason'],
  firstTokenAfterMs: ['ai.response.msToFirstChunk'],
  input: ['ai.prompt.messages', 'ai.toolCall.args', 'ai.prompt', 'ai.values', 'ai.value'],
  output: ['ai.toolCall.result', 'ai.response.text', 'ai.response.object', 'ai.response.toolCalls', 'ai.result.text'],
  userId: ['ai.settings.context.userId', 'ai.telemetry.metadata.userId'],
  sessionId: ['ai.settings.context.sessionId', 'ai.telemetry.metadata.sessionId'],
};
