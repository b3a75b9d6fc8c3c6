import type { Usage } from '../../model/usage.ts';
import { createCountReader } from '../countReader.ts';
import { isRecord } from '../looseRecord.ts';

/** Where each count stands: Responses API, Chat Completions, task and turn spans, the SDK's own objects; first hit counts. */
const counts = createCountReader<Exclude<keyof Usage, 'scope'>>({
  inputTokens: [['input_tokens'], ['prompt_tokens'], ['inputTokens']],
  outputTokens: [['output_tokens'], ['completion_tokens'], ['outputTokens']],
  cachedInputTokens: [
    ['input_tokens_details', 'cached_tokens'],
    ['prompt_tokens_details', 'cached_tokens'],
    ['inputTokensDetails', 'cached_tokens'],
    ['cached_input_tokens'],
  ],
  cacheWriteTokens: [
    ['input_tokens_details', 'cache_write_tokens'],
    ['prompt_tokens_details', 'cache_write_tokens'],
    ['inputTokensDetails', 'cache_write_tokens'],
    ['cache_write_input_tokens'],
  ],
  reasoningTokens: [
    ['output_tokens_details', 'reasoning_tokens'],
    ['completion_tokens_details', 'reasoning_tokens'],
    ['outputTokensDetails', 'reasoning_tokens'],
    ['reasoning_output_tokens'],
  ],
  totalTokens: [['total_tokens'], ['totalTokens']],
});

/** @returns `undefined` when the record names no count at all: unknown is not 0 */
export function readUsage(raw: unknown, scope: Usage['scope']): Usage | undefined {
  if (!isRecord(raw)) return undefined;
  const usage: { -readonly [Key in keyof Usage]: Usage[Key] } = { scope };
  return counts.read(raw, usage) ? usage : undefined;
}
