import type { AttributeNames } from './fields.ts';

/** OpenLLMetry (Traceloop), beside the older GenAI names it uses. */
export const traceloopNames: AttributeNames = {
  traceloopKind: ['traceloop.span.kind'],
  requestType: ['llm.request.type'],
  entityName: ['traceloop.entity.name'],
  totalTokens: ['llm.usage.total_tokens'],
  cachedInputTokens: ['llm.usage.cache_read_input_tokens'],
  cacheWriteTokens: ['llm.usage.cache_creation_input_tokens'],
  reasoningTokens: ['llm.usage.reasoning_tokens'],
  finishReason: ['llm.response.finish_reason', 'gen_ai.completion.0.finish_reason'],
  input: ['traceloop.entity.input'],
  output: ['traceloop.entity.output'],
  userId: ['traceloop.association.properties.user_id'],
  sessionId: ['traceloop.association.properties.session_id', 'traceloop.association.properties.chat_id'],
};

/** What Langfuse's own SDKs write on OpenTelemetry spans. */
export const langfuseNames: AttributeNames = {
  langfuseType: ['langfuse.observation.type'],
  model: ['langfuse.observation.model.name'],
  usageDetails: ['langfuse.observation.usage_details'],
  costDetails: ['langfuse.observation.cost_details'],
  level: ['langfuse.observation.level'],
  statusMessage: ['langfuse.observation.status_message'],
  firstTokenTime: ['langfuse.observation.completion_start_time'],
  input: ['langfuse.observation.input'],
  output: ['langfuse.observation.output'],
  runName: ['langfuse.trace.name'],
  userId: ['langfuse.user.id'],
  sessionId: ['langfuse.session.id'],
  tags: ['langfuse.trace.tags'],
};
