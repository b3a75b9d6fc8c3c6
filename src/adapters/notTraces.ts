import { asRecord, asRecords, isRecord } from './looseRecord.ts';

/** Something a person may take for a trace, and what it is instead. */
export interface NotATrace {
  readonly id: string;
  /** In words, for the end of "This is …". */
  readonly what: string;
}

interface Shape extends NotATrace {
  readonly matches: (first: unknown) => boolean;
}

const streamEvents: ReadonlySet<unknown> = new Set([
  'raw_model_stream_event',
  'raw_response_event',
  'run_item_stream_event',
  'agent_updated_stream_event',
]);

const messageRoles: ReadonlySet<unknown> = new Set(['system', 'user', 'assistant', 'tool']);

const shapes: readonly Shape[] = [
  {
    id: 'openai-agents-run-state',
    what: 'a saved run state of the OpenAI Agents SDK: it resumes a run and holds no spans',
    matches: (first) => isRecord(first) && typeof first['$schemaVersion'] === 'string',
  },
  {
    id: 'openai-agents-stream-events',
    what: 'the stream events of an OpenAI Agents SDK run: live output, not tracing',
    matches: (first) => streamEvents.has(asRecord(first)['type']),
  },
  {
    id: 'messages',
    what: 'the messages of a conversation: content, not tracing',
    matches: (first) => {
      const record = asRecord(first);
      const [message] = asRecords(record['messages'] ?? record['response_messages']);
      return messageRoles.has((message ?? record)['role']);
    },
  },
];

/** @returns what known thing the input is that holds no trace; `undefined` when it is not known */
export function findNotATrace(raw: unknown): NotATrace | undefined {
  const first: unknown = Array.isArray(raw) ? raw[0] : raw;
  return shapes.find((shape) => shape.matches(first));
}
