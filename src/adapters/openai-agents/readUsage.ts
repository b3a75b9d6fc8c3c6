import type { Usage } from '../../model/usage.ts';
import { asCount, isRecord, type LooseRecord } from '../looseRecord.ts';

type Path = readonly string[];

/** Where each count stands: Responses API, Chat Completions, task and turn spans, the SDK's own objects; first hit counts. */
const places: Readonly<Record<Exclude<keyof Usage, 'scope'>, readonly Path[]>> = {
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
};

type CountName = keyof typeof places;
const countNames = Object.keys(places) as CountName[];

function at(record: LooseRecord, path: Path): unknown {
  let value: unknown = record;
  for (const key of path) {
    if (Array.isArray(value)) return sumOf(value, key);
    if (!isRecord(value)) return undefined;
    value = value[key];
  }
  return value;
}

/** The SDK's own object keeps the details of each request that it adds up. */
function sumOf(details: readonly unknown[], key: string): number | undefined {
  let sum: number | undefined;
  for (const entry of details) {
    const count = isRecord(entry) ? asCount(entry[key]) : undefined;
    if (count !== undefined) sum = (sum ?? 0) + count;
  }
  return sum;
}

/** @returns `undefined` when the record names no count at all: unknown is not 0 */
export function readUsage(raw: unknown, scope: Usage['scope']): Usage | undefined {
  if (!isRecord(raw)) return undefined;
  let usage: { -readonly [Key in keyof Usage]: Usage[Key] } | undefined;
  for (const name of countNames) {
    for (const path of places[name]) {
      const count = asCount(at(raw, path));
      if (count === undefined) continue;
      usage ??= { scope };
      usage[name] = count;
      break;
    }
  }
  return usage;
}
