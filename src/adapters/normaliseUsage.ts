import type { Usage } from '../model/usage.ts';

export type UsageCounts = { -readonly [Count in Exclude<keyof Usage, 'scope'>]?: Usage[Count] };

/**
 * Some sources leave cached and written tokens out of the input. They are told by their total, when it is not input + output but
 * the sum of all parts; and where those tokens are more than the whole input, which then cannot hold them, whatever a total says.
 * They belong to the input and are added. Other counts are left alone.
 */
export function normaliseUsage(counts: UsageCounts): UsageCounts {
  const { inputTokens, outputTokens = 0, cachedInputTokens = 0, cacheWriteTokens = 0, totalTokens } = counts;
  const apart = cachedInputTokens + cacheWriteTokens;
  if (inputTokens === undefined || apart === 0) return counts;
  const told = inputTokens + outputTokens;
  if (apart > inputTokens) {
    const isShort = totalTokens === told;
    return { ...counts, inputTokens: inputTokens + apart, ...(isShort && { totalTokens: totalTokens + apart }) };
  }
  if (totalTokens === undefined || totalTokens === told || totalTokens !== told + apart) return counts;
  return { ...counts, inputTokens: inputTokens + apart };
}
