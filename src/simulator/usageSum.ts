import type { Usage } from '../model/usage.ts';

/** Tokens of several calls, as a turn or a task repeats them. */
export interface UsageSum {
  calls: number;
  inputTokens?: number;
  outputTokens?: number;
  cachedInputTokens?: number;
}

export function addUsage(sum: UsageSum, { inputTokens = 0, outputTokens = 0, cachedInputTokens = 0 }: Usage): void {
  sum.calls += 1;
  sum.inputTokens = (sum.inputTokens ?? 0) + inputTokens;
  sum.outputTokens = (sum.outputTokens ?? 0) + outputTokens;
  sum.cachedInputTokens = (sum.cachedInputTokens ?? 0) + cachedInputTokens;
}

/** `undefined` where no call below said anything. */
export function usageOfSum({
  calls,
  inputTokens = 0,
  outputTokens = 0,
  cachedInputTokens = 0,
}: UsageSum): Usage | undefined {
  if (calls === 0) return undefined;
  const totalTokens = inputTokens + outputTokens;
  return { scope: 'aggregate', inputTokens, outputTokens, cachedInputTokens, totalTokens };
}
