import type { Usage } from '../model/usage.ts';

export type UsageCounts = { -readonly [Count in Exclude<keyof Usage, 'scope'>]?: Usage[Count] };

/**
 * Some sources leave cached and written tokens out of the input, or reasoning out of the output. They are told by their total,
 * which is then that much more than input + output; and where the part is more than the whole, which then cannot hold it,
 * whatever a total says. Such tokens belong to their side and are added. Other counts are left alone.
 */
export function normaliseUsage(counts: UsageCounts): UsageCounts {
  const { inputTokens, outputTokens, totalTokens, cachedInputTokens = 0, cacheWriteTokens = 0 } = counts;
  const input = inputTokens === undefined ? 0 : cachedInputTokens + cacheWriteTokens;
  const output = outputTokens === undefined ? 0 : (counts.reasoningTokens ?? 0);
  const told = (inputTokens ?? 0) + (outputTokens ?? 0);
  const missing = totalTokens === undefined ? 0 : totalTokens - told;
  const areBoth = missing > 0 && missing === input + output;
  const isInputApart = input > 0 && (input > (inputTokens ?? 0) || areBoth || missing === input);
  const isOutputApart =
    output > 0 && (output > (outputTokens ?? 0) || areBoth || (missing === output && missing !== input));
  if (!isInputApart && !isOutputApart) return counts;
  const normalised: UsageCounts = { ...counts };
  if (isInputApart) normalised.inputTokens = (inputTokens ?? 0) + input;
  if (isOutputApart) normalised.outputTokens = (outputTokens ?? 0) + output;
  // a total that was made of the two that were too small
  if (totalTokens === told) normalised.totalTokens = (normalised.inputTokens ?? 0) + (normalised.outputTokens ?? 0);
  return normalised;
}
