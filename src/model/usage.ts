/**
 * Tokens that one span reports. Absent is unknown, 0 is a measured zero.
 * `inputTokens` includes cached and cache-write tokens; `outputTokens` includes reasoning tokens.
 */
export interface Usage {
  /** `leaf`: this call's own tokens. `aggregate`: repeats what stands below it (turn, task, wrappers). */
  readonly scope: 'leaf' | 'aggregate';
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cachedInputTokens?: number | undefined;
  readonly cacheWriteTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  readonly totalTokens?: number | undefined;
}

/** The names of the token counts, in the order people read them. */
export const usageCounts = [
  'inputTokens',
  'outputTokens',
  'cachedInputTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'totalTokens',
] as const satisfies readonly (keyof Usage)[];
