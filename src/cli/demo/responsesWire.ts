import { randomBytes } from 'node:crypto';
import type { ScriptedTurn } from './scenarios.ts';

export interface TokenCounts {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

/** One piece of a streamed answer, and how long to wait before it, in parts of the whole answer's time. */
export interface StreamedPiece {
  readonly text: string;
  readonly share: number;
}

const newId = (prefix: string) => `${prefix}_${randomBytes(12).toString('hex')}`;

/** The answer of `POST /v1/responses` as the OpenAI API writes it. */
export function responseOf(turn: ScriptedTurn, model: string, tokens: TokenCounts, createdAtSec: number) {
  return {
    id: newId('resp'),
    object: 'response',
    created_at: createdAtSec,
    model,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    metadata: {},
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    temperature: 1,
    top_p: 1,
    output: itemsOf(turn),
    usage: {
      input_tokens: tokens.input,
      input_tokens_details: { cached_tokens: tokens.cached },
      output_tokens: tokens.output,
      output_tokens_details: { reasoning_tokens: tokens.reasoning },
      total_tokens: tokens.input + tokens.output,
    },
  };
}

function itemsOf(turn: ScriptedTurn) {
  if ('say' in turn) {
    const content = [{ type: 'output_text' as const, text: turn.say, annotations: [] }];
    return [{ type: 'message' as const, id: newId('msg'), role: 'assistant', status: 'completed', content }];
  }
  return turn.calls.map((call) => ({
    type: 'function_call' as const,
    id: newId('fc'),
    call_id: newId('call'),
    name: call.tool,
    arguments: JSON.stringify(call.args),
    status: 'completed',
  }));
}

/** The same answer as server-sent events, each with its `sequence_number`. */
export function* streamResponse(response: ReturnType<typeof responseOf>): Generator<StreamedPiece> {
  let sequence = 0;
  const event = (type: string, fields: object, share: number): StreamedPiece => ({
    text: `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...fields })}\n\n`,
    share,
  });
  yield event('response.created', { response: { ...response, status: 'in_progress', output: [], usage: null } }, 0.3);
  const share = 0.6 / Math.max(1, response.output.length);
  for (const [index, item] of response.output.entries()) {
    const empty =
      item.type === 'message' ? { ...item, status: 'in_progress', content: [] } : { ...item, arguments: '' };
    yield event('response.output_item.added', { output_index: index, item: empty }, 0);
    const words = (item.type === 'message' ? (item.content[0]?.text ?? '') : item.arguments).match(/\S+\s*/g) ?? [];
    const delta = item.type === 'message' ? 'response.output_text.delta' : 'response.function_call_arguments.delta';
    for (const word of words) {
      const at = item.type === 'message' ? { content_index: 0, logprobs: [] } : {};
      yield event(delta, { item_id: item.id, output_index: index, ...at, delta: word }, share / words.length);
    }
    yield event('response.output_item.done', { output_index: index, item }, 0);
  }
  yield event('response.completed', { response }, 0.1);
}
