import { isRecord } from '../adapters/looseRecord.ts';
import { readProperty as read } from './readProperty.ts';

/** What an item of a model's stream says. */
export type StreamSign =
  /** The model wrote this. */
  | { readonly kind: 'text'; readonly text: string }
  /** An answer begins: what follows belongs to the next model call. */
  | { readonly kind: 'begin' }
  | { readonly kind: 'agent'; readonly name: string };

const asText = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const sayText = (value: unknown): StreamSign | undefined => {
  const text = asText(value);
  return text === undefined ? undefined : { kind: 'text', text };
};

/**
 * Reads an item of a stream: a text, or an event of the OpenAI Agents SDK, the AI SDK, the Responses API or Chat Completions.
 * @returns `undefined` for anything that brings no text of an answer, e.g. arguments of a tool call
 */
export function readStreamItem(item: unknown): StreamSign | undefined {
  if (typeof item === 'string') return sayText(item);
  if (!isRecord(item)) return undefined;
  switch (read(item, 'type')) {
    case 'raw_model_stream_event': {
      const data = read(item, 'data');
      const type = read(data, 'type');
      if (type === 'response_started') return { kind: 'begin' };
      return type === 'output_text_delta' ? sayText(read(data, 'delta')) : undefined;
    }
    case 'agent_updated_stream_event': {
      const name = asText(read(read(item, 'agent'), 'name'));
      return name === undefined ? undefined : { kind: 'agent', name };
    }
    case 'text-delta':
      return sayText(read(item, 'text') ?? read(item, 'delta') ?? read(item, 'textDelta'));
    case 'response.output_text.delta':
      return sayText(read(item, 'delta'));
    case undefined: {
      const choice = read(read(item, 'choices'), '0');
      return sayText(read(read(choice, 'delta'), 'content'));
    }
    default:
      return undefined;
  }
}
