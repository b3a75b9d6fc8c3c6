import type { AttributeNames } from './fields.ts';

/**
 * OpenTelemetry's GenAI conventions, current names first, then those back to 1.36.
 * Source: semantic-conventions up to 1.41 and the `semantic-conventions-genai` repository after it. There is no version to ask
 * for, so every name is taken whatever else stands beside it.
 */
export const genAiNames: AttributeNames = {
  operation: ['gen_ai.operation.name'],
  provider: ['gen_ai.provider.name', 'gen_ai.system'],
  model: ['gen_ai.response.model'],
  requestModel: ['gen_ai.request.model'],
  inputTokens: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'],
  outputTokens: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'],
  cachedInputTokens: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.input_tokens.cached',
  ],
  cacheWriteTokens: [
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
  ],
  reasoningTokens: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.output_tokens.reasoning',
    'gen_ai.usage.reasoning_tokens',
  ],
  totalTokens: ['gen_ai.usage.total_tokens'],
  costUsd: ['gen_ai.usage.cost', 'gen_ai.usage.total_cost'],
  agentName: ['gen_ai.agent.name'],
  agentId: ['gen_ai.agent.id'],
  toolName: ['gen_ai.tool.name'],
  callId: ['gen_ai.tool.call.id'],
  groupId: ['gen_ai.conversation.id'],
  sessionId: ['session.id'],
  userId: ['user.id', 'enduser.id'],
  finishReason: ['gen_ai.response.finish_reasons'],
  errorType: ['error.type'],
  firstTokenAfterSec: ['gen_ai.response.time_to_first_chunk'],
  input: ['gen_ai.input.messages', 'gen_ai.tool.call.arguments', 'gen_ai.retrieval.query.text', 'gen_ai.prompt'],
  output: ['gen_ai.output.messages', 'gen_ai.tool.call.result', 'gen_ai.retrieval.documents', 'gen_ai.completion'],
  instructions: ['gen_ai.system_instructions'],
};

/** Spans of the Model Context Protocol; a tool call of a client is a tool. */
export const mcpNames: AttributeNames = {
  mcpMethod: ['mcp.method.name'],
  toolName: ['mcp.tool.name'],
  server: ['mcp.server.name'],
};
