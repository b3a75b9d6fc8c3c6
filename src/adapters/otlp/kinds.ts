import type { SpanKind } from '../../model/span.ts';
import { spanKinds } from '../../model/span.ts';

type Kinds = ReadonlyMap<string, SpanKind>;
const kindsOf = (table: Readonly<Record<string, SpanKind>>): Kinds => new Map(Object.entries(table));

/** `gen_ai.operation.name`. What is not listed is custom. */
export const genAiOperations: Kinds = kindsOf({
  chat: 'llm',
  text_completion: 'llm',
  generate_content: 'llm',
  embeddings: 'llm',
  invoke_agent: 'agent',
  create_agent: 'custom',
  invoke_workflow: 'task',
  execute_tool: 'tool',
  retrieval: 'retrieval',
  // Of the AI SDK, for what the conventions have no name yet.
  rerank: 'retrieval',
  'ai.generateSpeech': 'speech',
  'ai.transcribe': 'speech',
  'ai.streamTranscribe': 'speech',
});

/** `openinference.span.kind`, in upper case. */
export const openInferenceKinds: Kinds = kindsOf({
  LLM: 'llm',
  AGENT: 'agent',
  TOOL: 'tool',
  CHAIN: 'custom',
  RETRIEVER: 'retrieval',
  RERANKER: 'retrieval',
  EMBEDDING: 'llm',
  GUARDRAIL: 'guardrail',
  EVALUATOR: 'eval',
  PROMPT: 'custom',
});

/** `ai.operationId`. The outer span of a call is an agent when the app named it, see `readKind.ts`. */
export const vercelOperations: Kinds = kindsOf({
  'ai.generateText': 'task',
  'ai.streamText': 'task',
  'ai.generateObject': 'task',
  'ai.streamObject': 'task',
  'ai.generateText.doGenerate': 'llm',
  'ai.streamText.doStream': 'llm',
  'ai.generateObject.doGenerate': 'llm',
  'ai.streamObject.doStream': 'llm',
  'ai.embed': 'llm',
  'ai.embed.doEmbed': 'llm',
  'ai.embedMany': 'llm',
  'ai.embedMany.doEmbed': 'llm',
  'ai.rerank': 'retrieval',
  'ai.rerank.doRerank': 'retrieval',
  'ai.transcribe': 'speech',
  'ai.streamTranscribe': 'speech',
  'ai.generateSpeech': 'speech',
  'ai.workflowAgent.stream': 'task',
  'ai.toolCall': 'tool',
});

/** `traceloop.span.kind`. */
export const traceloopKinds: Kinds = kindsOf({ workflow: 'task', task: 'custom', agent: 'agent', tool: 'tool' });

/** `llm.request.type` of OpenLLMetry: on model calls only. */
export const requestTypes: Kinds = kindsOf({ chat: 'llm', completion: 'llm', embedding: 'llm', rerank: 'retrieval' });

/** Types of Langfuse's observations, in upper case. */
export const langfuseTypes: Kinds = kindsOf({
  SPAN: 'custom',
  EVENT: 'custom',
  GENERATION: 'llm',
  AGENT: 'agent',
  TOOL: 'tool',
  CHAIN: 'custom',
  RETRIEVER: 'retrieval',
  EVALUATOR: 'eval',
  EMBEDDING: 'llm',
  GUARDRAIL: 'guardrail',
});

/** `mcp.method.name` of a client; the server's half of a call is no second call. */
export const mcpMethods: Kinds = kindsOf({ 'tools/call': 'tool', 'tools/list': 'mcp' });

/** Our own, as an export wrote it. */
export const ownKinds: Kinds = new Map(spanKinds.map((kind) => [kind, kind]));

/** Names of an operation that makes vectors, in any convention. */
export const embeddingNames: ReadonlySet<string> = new Set([
  'embeddings',
  'EMBEDDING',
  'embedding',
  'ai.embed',
  'ai.embed.doEmbed',
  'ai.embedMany',
  'ai.embedMany.doEmbed',
]);
