import { randomBytes } from 'node:crypto';
import type { StreamedPiece, TokenCounts } from './responsesWire.ts';
import type { ScriptedTurn } from './scenarios.ts';

const newId = (prefix: string) => `${prefix}-${randomBytes(12).toString('hex')}`;

/** The answer of `POST /v1/chat/completions` as the OpenAI API writes it. */
export function completionOf(turn: ScriptedTurn, model: string, tokens: TokenCounts, createdAtSec: number) {
  const isText = 'say' in turn;
  const calls = isText
    ? undefined
    : turn.calls.map((call) => ({
        id: newId('call'),
        type: 'function' as const,
        function: { name: call.tool, arguments: JSON.stringify(call.args) },
      }));
  return {
    id: newId('chatcmpl'),
    object: 'chat.completion',
    created: createdAtSec,
    model,
    choices: [
      {
        index: 0,
        finish_reason: isText ? 'stop' : 'tool_calls',
        logprobs: null,
        message: {
          role: 'assistant',
          content: isText ? turn.say : null,
          refusal: null,
          ...(calls ? { tool_calls: calls } : {}),
        },
      },
    ],
    usage: {
      prompt_tokens: tokens.input,
      completion_tokens: tokens.output,
      total_tokens: tokens.input + tokens.output,
      prompt_tokens_details: { cached_tokens: tokens.cached },
      completion_tokens_details: { reasoning_tokens: tokens.reasoning },
    },
  };
}

/** The same answer as server-sent events, with the usage in the last chunk. */
export function* streamCompletion(completion: ReturnType<typeof completionOf>): Generator<StreamedPiece> {
  const { id, created, model, usage } = completion;
  const choice = completion.choices[0];
  const chunk = (choices: readonly object[], share: number, fields: object = {}): StreamedPiece => ({
    text: `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices, ...fields })}\n\n`,
    share,
  });
  const delta = (fields: object, share: number) => chunk([{ index: 0, delta: fields, finish_reason: null }], share);
  yield delta({ role: 'assistant', content: '' }, 0.3);
  const words = choice?.message.content?.match(/\S+\s*/g) ?? [];
  for (const word of words) yield delta({ content: word }, 0.6 / words.length);
  for (const [index, call] of (choice?.message.tool_calls ?? []).entries()) {
    yield delta({ tool_calls: [{ index, ...call }] }, 0.1);
  }
  yield chunk([{ index: 0, delta: {}, finish_reason: choice?.finish_reason }], 0);
  yield chunk([], 0.1, { usage });
  yield { text: 'data: [DONE]\n\n', share: 0 };
}
