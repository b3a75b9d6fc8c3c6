import type { Detail } from '../../model/detail.ts';
import type { EventFields } from '../../model/event.ts';
import type { SpanKind } from '../../model/span.ts';
import { parseIsoTime } from '../isoTime.ts';
import { asCount, asRecord, asRecords, asText, isRecord, type LooseRecord, restOf } from '../looseRecord.ts';
import { nameOf, namesOf } from '../names.ts';
import { readUsage } from './readUsage.ts';

export type SpanFields = EventFields<'span.end'>;

/** Content that stands on the span object in the agent's process and in no export. */
export interface InProcessData {
  readonly input?: unknown;
  readonly response?: unknown;
}

/** What one type of span data says, beside what all spans say. */
export interface SpanReading {
  readonly fields: SpanFields;
  readonly detail?: Detail | undefined;
}

export interface SpanType {
  readonly kind: SpanKind;
  /** Fields that `read` takes; what is left becomes `detail.attributes`. */
  readonly takes: ReadonlySet<string>;
  readonly read: (data: LooseRecord, inProcess: InProcessData) => SpanReading;
}

const takes = (...names: string[]): ReadonlySet<string> => new Set(['type', ...names]);

/** `""` and `null` stand for content that is not there yet, or was withheld. */
const content = (value: unknown): unknown => (value === '' || value === null ? undefined : value);

/** `litellm/anthropic/claude` is served by what stands before the first slash. */
const providerOf = (model: string | undefined): string | undefined => {
  const at = model?.indexOf('/') ?? -1;
  return at > 0 ? nameOf(model?.slice(0, at)) : undefined;
};

function readResponse(data: LooseRecord, inProcess: InProcessData): SpanReading {
  const response = asRecord(inProcess.response);
  const { output, instructions, ...rest } = response;
  const reason = asRecord(rest['incomplete_details'])['reason'];
  const attributes = pick(rest, [
    'id',
    'temperature',
    'top_p',
    'max_output_tokens',
    'tool_choice',
    'service_tier',
    'tools',
  ]);
  return {
    fields: {
      name: 'response',
      provider: 'openai',
      model: nameOf(rest['model']),
      usage: readUsage(rest['usage'], 'leaf') ?? readUsage(data['usage'], 'leaf'),
      finishReason: nameOf(reason) ?? nameOf(rest['status']),
    },
    detail: {
      input: content(inProcess.input),
      output: content(output),
      instructions: content(instructions),
      attributes,
    },
  };
}

/** The SDK's exporter leaves two counts in their place and moves all others, with what they are made of, under `details`. */
const spreadDetails = (usage: unknown): unknown =>
  isRecord(usage) && isRecord(usage['details']) ? { ...usage['details'], ...usage } : usage;

function readGeneration(data: LooseRecord): SpanReading {
  const [answer = {}] = asRecords(data['output']);
  const [choice = {}] = asRecords(answer['choices']);
  const requestModel = nameOf(data['model']);
  return {
    fields: {
      name: 'generation',
      model: nameOf(answer['model']) ?? requestModel,
      requestModel,
      provider: providerOf(requestModel),
      usage: readUsage(spreadDetails(data['usage']), 'leaf') ?? readUsage(answer['usage'], 'leaf'),
      finishReason: nameOf(choice['finish_reason']),
    },
    detail: { input: content(data['input']), output: content(data['output']) },
  };
}

/** Marks a call that the Python SDK reports as done while it waits for a decision; the text is a repr with addresses. */
const pendingCall = 'FunctionToolResult(';

function readFunction(data: LooseRecord): SpanReading {
  const output = asText(data['output']);
  const isPending = output?.startsWith(pendingCall) === true;
  const waiting: SpanFields = isPending ? { status: 'waiting', isExecuted: false } : {};
  return {
    fields: { name: nameOf(data['name']), server: nameOf(asRecord(data['mcp_data'])['server']), ...waiting },
    detail: { input: content(data['input']), output: isPending ? undefined : content(data['output']) },
  };
}

function readHandoff(data: LooseRecord): SpanReading {
  const toAgent = nameOf(data['to_agent']);
  const name = nameOf(toAgent === undefined ? 'handoff' : `handoff to ${toAgent}`);
  return { fields: { name, fromAgent: nameOf(data['from_agent']), toAgent } };
}

/** Task and turn stand under `data` in exports and on the span data itself in the agent's process. */
const innerOf = (data: LooseRecord): LooseRecord => ({ ...data, ...asRecord(data['data']) });

const turnTakes = takes('name', 'data', 'sdk_span_type', 'turn', 'agent_name', 'usage');
const taskTakes = takes('name', 'data', 'sdk_span_type', 'usage');

function readTurn(data: LooseRecord): SpanReading {
  const inner = innerOf(data);
  const turn = asCount(inner['turn']);
  const fields: SpanFields = {
    name: turn === undefined ? 'turn' : `turn ${turn}`,
    turn,
    agentName: nameOf(inner['agent_name']),
    usage: readUsage(inner['usage'], 'aggregate'),
  };
  return {
    fields,
    detail: { attributes: restOf(inner, turnTakes) },
  };
}

function readTask(data: LooseRecord): SpanReading {
  const inner = innerOf(data);
  const fields: SpanFields = { name: nameOf(inner['name']), usage: readUsage(inner['usage'], 'aggregate') };
  return { fields, detail: { attributes: restOf(inner, taskTakes) } };
}

function readSpeech(data: LooseRecord, name: string): SpanReading {
  return {
    fields: {
      name,
      model: nameOf(data['model']),
      usage: readUsage(data['usage'], 'leaf'),
      firstTokenAtMs: parseIsoTime(data['first_content_at']),
    },
    detail: { input: content(data['input']), output: content(data['output']) },
  };
}

function pick(record: LooseRecord, names: readonly string[]): LooseRecord | undefined {
  const kept = names.filter((name) => content(record[name]) !== undefined).map((name) => [name, record[name]]);
  return kept.length > 0 ? (Object.fromEntries(kept) as LooseRecord) : undefined;
}

const task: SpanType = { kind: 'task', takes: takes('name', 'data', 'usage'), read: readTask };
const turn: SpanType = { kind: 'turn', takes: takes('name', 'data', 'usage', 'turn', 'agent_name'), read: readTurn };

/** Types of span data, by `span_data.type`, or by `data.sdk_span_type` where the SDK hides the type behind `custom`. */
export const spanTypes: Readonly<Record<string, SpanType>> = {
  agent: {
    kind: 'agent',
    takes: takes('name', 'tools', 'handoffs'),
    read: (data) => ({
      fields: {
        name: nameOf(data['name']),
        toolNames: namesOf(data['tools']),
        handoffNames: namesOf(data['handoffs']),
      },
    }),
  },
  task,
  turn,
  response: { kind: 'llm', takes: takes('usage'), read: readResponse },
  generation: { kind: 'llm', takes: takes('model', 'input', 'output', 'usage'), read: readGeneration },
  function: { kind: 'tool', takes: takes('name', 'input', 'output', 'mcp_data'), read: readFunction },
  handoff: { kind: 'handoff', takes: takes('from_agent', 'to_agent'), read: readHandoff },
  guardrail: {
    kind: 'guardrail',
    takes: takes('name', 'triggered'),
    read: ({ name, triggered }) => ({
      fields: { name: nameOf(name), triggered: typeof triggered === 'boolean' ? triggered : undefined },
    }),
  },
  mcp_tools: {
    kind: 'mcp',
    takes: takes('server', 'result'),
    read: ({ server, result }) => ({
      fields: { name: 'list tools', server: nameOf(server) },
      detail: { output: content(result) },
    }),
  },
  transcription: {
    kind: 'speech',
    takes: takes('model', 'input', 'output', 'usage'),
    read: (data) => readSpeech(data, 'transcription'),
  },
  speech: {
    kind: 'speech',
    takes: takes('model', 'input', 'output', 'usage', 'first_content_at'),
    read: (data) => readSpeech(data, 'speech'),
  },
  speech_group: {
    kind: 'custom',
    takes: takes('input'),
    read: ({ input }) => ({ fields: { name: 'speech group' }, detail: { input: content(input) } }),
  },
  custom: {
    kind: 'custom',
    takes: takes('name', 'data'),
    read: ({ name, data }) => ({ fields: { name: nameOf(name) }, detail: { attributes: content(data) } }),
  },
};
