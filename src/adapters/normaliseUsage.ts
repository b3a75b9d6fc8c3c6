import type { Usage } from '../model/usage.ts';

export type UsageCounts = { -readonly [Count in Exclude<keyof Usage, 'scope'>]?: Usage[Count] };

/**
 * Some sources leave cached and written tokens out of the input. They are told by their total: when it is not input + output but
 * the sum of all parts, those tokens belong to the input and are added. Counts are left alone when there is no total to tell by.
 */
export function normaliseUsage(counts: UsageCounts): UsageCounts {
  const { inputTokens, outputTokens = 0, cachedInputTokens = 0, cacheWriteTokens = 0, totalTokens } = counts;
  const apart = cachedInputTokens + cacheWriteTokens;
  if (inputTokens === undefined || totalTokens === undefined || apart === 0) return counts;
  if (totalTokens === inputTokens + outputTokens || totalTokens !== inputTokens + outputTokens + apart) return counts;
  return { ...counts, inputTokens: inputTokens + apart };
}
