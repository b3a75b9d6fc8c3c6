import * as z from 'zod/mini';
import { alertSeverities } from './alert.ts';
import { MAX_LIST_LENGTH, MAX_NAME_LENGTH } from './limits.ts';
import { logLevels } from './log.ts';
import { costSources, spanKinds, spanStatuses } from './span.ts';
import { MAX_TIME_MS } from './units.ts';
import { type ViewerMark, viewerRegistry } from './viewer.ts';

export { MAX_LIST_LENGTH, MAX_NAME_LENGTH };

/** Optional and marked: each field of `a` says what a viewer sees and what it means. */
function field<T extends z.ZodMiniType>(schema: T, viewer: ViewerMark, doc: string): z.ZodMiniOptional<T> {
  const optional = z.optional(schema);
  viewerRegistry.add(optional, { viewer, doc });
  return optional;
}

const name = () => z.string().check(z.maxLength(MAX_NAME_LENGTH));
const names = () => z.array(name()).check(z.maxLength(MAX_LIST_LENGTH));
const timeMs = () => z.number().check(z.minimum(0), z.maximum(MAX_TIME_MS));
const count = () => z.number().check(z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER));

const usageSchema = z.object({
  scope: z.enum(['leaf', 'aggregate']),
  inputTokens: z.optional(count()),
  outputTokens: z.optional(count()),
  cachedInputTokens: z.optional(count()),
  cacheWriteTokens: z.optional(count()),
  reasoningTokens: z.optional(count()),
  totalTokens: z.optional(count()),
});

const linkSchema = z.object({ runId: name(), spanId: z.optional(name()), relation: name() });

export const runFields = {
  name: field(name(), 'label', 'Workflow name.'),
  source: field(name(), 'label', 'What kind of source reported the run, e.g. `openai-agents-js`.'),
  groupId: field(name(), 'pseudonym', 'Conversation the run belongs to.'),
  sessionId: field(name(), 'pseudonym', 'Session of the user.'),
  userId: field(name(), 'pseudonym', 'User on whose behalf the agents work.'),
  tags: field(names(), 'hide', 'Free tags.'),
  startedAtMs: field(timeMs(), 'show', 'Start by the agent’s clock, epoch ms.'),
  endedAtMs: field(timeMs(), 'show', 'End by the agent’s clock, epoch ms. Not final: a run can be reopened.'),
  errorType: field(name(), 'label', 'Class of the error that failed the run.'),
  errorCode: field(name(), 'label', 'Code of the error that failed the run.'),
};

export const spanFields = {
  kind: field(z.enum(spanKinds), 'show', 'What the span does.'),
  name: field(name(), 'label', 'Name of the agent, tool, model call, guardrail …'),
  agentName: field(name(), 'label', 'Agent the span belongs to.'),
  startedAtMs: field(timeMs(), 'show', 'Start by the agent’s clock, epoch ms.'),
  endedAtMs: field(timeMs(), 'show', 'End by the agent’s clock, epoch ms.'),
  status: field(z.enum(spanStatuses), 'show', 'State of the span.'),
  usage: field(usageSchema, 'show', 'Tokens of the span; absent counts are unknown.'),
  model: field(name(), 'label', 'Model that answered.'),
  requestModel: field(name(), 'label', 'Model that was asked for.'),
  provider: field(name(), 'label', 'Who serves the model.'),
  reportedCostNanoUsd: field(count(), 'show', 'Cost the source itself reported, nano-dollars.'),
  errorType: field(name(), 'label', 'Class of the error.'),
  errorCode: field(name(), 'label', 'Code of the error.'),
  attempt: field(count(), 'show', 'Which attempt of the same call, from 1.'),
  operation: field(name(), 'label', 'Operation of a model call, e.g. `embedding`.'),
  turn: field(count(), 'show', 'Turn of the agent loop, from 1.'),
  fromAgent: field(name(), 'label', 'Agent that hands off.'),
  toAgent: field(name(), 'label', 'Agent that takes over.'),
  triggered: field(z.boolean(), 'show', 'Whether a guardrail tripped.'),
  server: field(name(), 'label', 'MCP server of the call.'),
  callId: field(name(), 'show', 'Id of the tool call, as the model gave it.'),
  finishReason: field(name(), 'label', 'Why the model stopped.'),
  firstTokenAtMs: field(timeMs(), 'show', 'First token of a streamed answer, epoch ms.'),
  isExecuted: field(z.boolean(), 'show', 'False when the action never ran.'),
  sourceType: field(name(), 'label', 'Type of the span in the source.'),
  toolNames: field(names(), 'label', 'Tools the agent has.'),
  handoffNames: field(names(), 'label', 'Agents the agent can hand off to.'),
  links: field(z.array(linkSchema).check(z.maxLength(MAX_LIST_LENGTH)), 'show', 'Related spans.'),
};

export const priceFields = {
  costNanoUsd: field(count(), 'show', 'Cost of the span, nano-dollars.'),
  costSource: field(z.enum(costSources), 'show', 'Who said the cost.'),
  priceVersion: field(name(), 'show', 'Version of the price table.'),
};

export const approvalFields = {
  toolName: field(name(), 'label', 'Tool that wants to run.'),
  agentName: field(name(), 'label', 'Agent that asks.'),
  requestedAtMs: field(timeMs(), 'show', 'When it was asked, epoch ms.'),
  expiresAtMs: field(timeMs(), 'show', 'When it expires undecided, epoch ms.'),
  decision: field(z.enum(['approved', 'rejected']), 'show', 'What was decided.'),
  decidedAtMs: field(timeMs(), 'show', 'When it was decided, epoch ms.'),
  decidedBy: field(name(), 'pseudonym', 'Who decided.'),
};

export const logFields = {
  level: field(z.enum(logLevels), 'show', 'Level of the line.'),
  sourceName: field(name(), 'label', 'Agent or service that wrote it.'),
};

export const scoreFields = {
  name: field(name(), 'label', 'What was judged.'),
  value: field(z.number(), 'show', 'The score.'),
  threshold: field(z.number(), 'show', 'Below it the score is a breach.'),
};

export const alertFields = {
  ruleName: field(name(), 'label', 'Rule that fired.'),
  severity: field(z.enum(alertSeverities), 'show', 'How grave.'),
  value: field(z.number(), 'show', 'Measured value.'),
  limit: field(z.number(), 'show', 'Limit of the rule.'),
  by: field(name(), 'pseudonym', 'Who acted.'),
  silencedUntilMs: field(timeMs(), 'show', 'End of the silence, epoch ms.'),
};

export const budgetFields = {
  budgetName: field(name(), 'label', 'Which budget.'),
  amountNanoUsd: field(count(), 'show', 'Money of this step, nano-dollars.'),
  spentNanoUsd: field(count(), 'show', 'Spent so far, nano-dollars.'),
  capNanoUsd: field(count(), 'show', 'The cap, nano-dollars.'),
};

export const producerFields = {
  sdk: field(name(), 'show', 'SDK that reports, e.g. `openai-agents`.'),
  sdkVersion: field(name(), 'show', 'Its version.'),
  language: field(name(), 'show', 'Language of the process.'),
  service: field(name(), 'label', 'Service the process belongs to.'),
  beatEveryMs: field(count(), 'show', 'How often it beats, ms.'),
  droppedEvents: field(count(), 'show', 'Events it let go so far.'),
  queuedEvents: field(count(), 'show', 'Events that wait in its queue.'),
  firstNumber: field(
    count(),
    'show',
    'First number the log has of the producer, where it is not 1: what came before it may be lost.',
  ),
  missingEvents: field(count(), 'show', 'Events missing in its numbering so far.'),
  holeEvents: field(count(), 'show', 'Events of the one hole that a `producer.gap` tells of.'),
  agentNames: field(names(), 'label', 'Agents it declares.'),
  toolNames: field(names(), 'label', 'Tools it declares.'),
  guardrailNames: field(names(), 'label', 'Guardrails it declares.'),
  modelNames: field(names(), 'label', 'Models it declares.'),
  workflowNames: field(names(), 'label', 'Workflows it declares.'),
};
