import type { AttributeNames } from './fields.ts';

/** OpenInference (Arize): instrumentations of LangChain, LangGraph, LlamaIndex, the OpenAI Agents SDK and others. */
export const openInferenceNames: AttributeNames = {
  openInferenceKind: ['openinference.span.kind'],
  provider: ['llm.provider', 'llm.system'],
  model: ['llm.response.model_name', 'llm.model_name', 'embedding.model_name', 'reranker.model_name'],
  requestModel: ['llm.request.model_name'],
  inputTokens: ['llm.token_count.prompt'],
  outputTokens: ['llm.token_count.completion'],
  totalTokens: ['llm.token_count.total'],
  cachedInputTokens: ['llm.token_count.prompt_details.cache_read', 'llm.token_count.prompt_details.cache_input'],
  cacheWriteTokens: ['llm.token_count.prompt_details.cache_write'],
  reasoningTokens: ['llm.token_count.completion_details.reasoning'],
  costUsd: ['llm.cost.total'],
  inputCostUsd: ['llm.cost.prompt'],
  outputCostUsd: ['llm.cost.completion'],
  agentName: ['agent.name'],
  toolName: ['tool.name'],
  callId: ['tool_call.id', 'tool.id'],
  finishReason: ['llm.finish_reason'],
  triggered: ['guardrail.triggered'],
  input: ['input.value', 'tool.parameters'],
  output: ['output.value'],
  metadata: ['metadata'],
  tags: ['tag.tags'],
};
