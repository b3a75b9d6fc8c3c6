import { nanoUsdFromUsd } from '../../model/units.ts';
import { createCountReader } from '../countReader.ts';
import { asCount, type LooseRecord } from '../looseRecord.ts';
import { normaliseUsage, type UsageCounts } from '../normaliseUsage.ts';

/** Keys of `usageDetails`, best first; they are the user's own, and these are what Langfuse's SDKs and models write. */
const usageKeys: Readonly<Record<keyof UsageCounts, readonly string[]>> = {
  inputTokens: ['input', 'input_tokens', 'prompt_tokens', 'promptTokens'],
  outputTokens: ['output', 'output_tokens', 'completion_tokens', 'completionTokens'],
  totalTokens: ['total', 'total_tokens', 'totalTokens'],
  cachedInputTokens: [
    'input_cache_read',
    'prompt_details.cache_read',
    'input_cached_tokens',
    'cache_read_input_tokens',
    'input_cache_read_tokens',
  ],
  cacheWriteTokens: [
    'input_cache_write',
    'prompt_details.cache_write',
    'input_cache_creation',
    'cache_creation_input_tokens',
    'input_cache_creation_tokens',
  ],
  reasoningTokens: ['output_reasoning', 'completion_details.reasoning', 'output_reasoning_tokens', 'reasoning_tokens'],
};

const pathsOf = (names: readonly string[]) => names.map((name) => [name] as const);
const reader = createCountReader<keyof UsageCounts>({
  inputTokens: pathsOf(usageKeys.inputTokens),
  outputTokens: pathsOf(usageKeys.outputTokens),
  totalTokens: pathsOf(usageKeys.totalTokens),
  cachedInputTokens: pathsOf(usageKeys.cachedInputTokens),
  cacheWriteTokens: pathsOf(usageKeys.cacheWriteTokens),
  reasoningTokens: pathsOf(usageKeys.reasoningTokens),
});

/** @returns `undefined` when the record names no count */
export function readUsageDetails(details: LooseRecord | undefined): UsageCounts | undefined {
  if (!details) return undefined;
  const counts: UsageCounts = {};
  return reader.read(details, counts) ? (sumOfParts(details, counts) ?? normaliseUsage(counts)) : undefined;
}

const partNames = (...names: readonly (keyof UsageCounts)[]): ReadonlySet<string> =>
  new Set(names.flatMap((name) => usageKeys[name]));
const inputParts = partNames('inputTokens', 'cachedInputTokens', 'cacheWriteTokens');
const outputParts = partNames('outputTokens', 'reasoningTokens');
const totals = partNames('totalTokens');

/**
 * Langfuse takes all details out of input and output when it stores the usage of OpenAI's shapes, also those that the model has no
 * count for, e.g. audio: all parts together are the total then.
 */
function sumOfParts(details: LooseRecord, counts: UsageCounts): UsageCounts | undefined {
  const { inputTokens = 0, outputTokens = 0, totalTokens } = counts;
  if (totalTokens === undefined || totalTokens === inputTokens + outputTokens) return undefined;
  let input = 0;
  let output = 0;
  for (const key of Object.keys(details)) {
    const count = totals.has(key) ? undefined : asCount(details[key]);
    if (count === undefined) continue;
    if (inputParts.has(key) || /^(?:input|prompt)/.test(key)) input += count;
    else if (outputParts.has(key) || /^(?:output|completion)/.test(key)) output += count;
  }
  return input + output === totalTokens ? { ...counts, inputTokens: input, outputTokens: output } : undefined;
}

/** Exact decimals stand in texts. @returns nano-dollars; `undefined` for what is no amount */
export const nanoUsdOf = (usd: unknown): number | undefined =>
  nanoUsdFromUsd(typeof usd === 'string' && usd.trim() !== '' ? Number(usd) : usd);

/** The total, else what its parts add up to; nano-dollars. */
export function readCostDetails(details: LooseRecord | undefined): number | undefined {
  if (!details) return undefined;
  const total = nanoUsdOf(details['total']);
  if (total !== undefined) return total;
  const parts = Object.values(details).map(nanoUsdOf);
  const known = parts.filter((part) => part !== undefined);
  return known.length > 0 ? known.reduce((sum, part) => sum + part, 0) : undefined;
}
