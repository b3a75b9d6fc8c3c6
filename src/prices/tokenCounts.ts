import type { Usage } from '../model/usage.ts';

/** Tokens of one call, apart by what they are charged as. A side that is not known is `undefined`. */
export interface TokenCounts {
  /** All input, cached and cache-write tokens included. */
  readonly input: number | undefined;
  readonly cached: number;
  readonly written: number;
  /** All output, reasoning included. */
  readonly output: number | undefined;
}

/** A side that the source left out follows from the total where it gave one; otherwise it stays unknown, it is not 0. */
export function tokenCountsOf(usage: Usage): TokenCounts {
  const { inputTokens, outputTokens, totalTokens } = usage;
  const cached = usage.cachedInputTokens ?? 0;
  const written = usage.cacheWriteTokens ?? 0;
  return {
    // Some sources count cached tokens beside the input. Charging them once, at their own price, is the least that is true.
    input: atLeast(inputTokens ?? restOf(totalTokens, outputTokens), cached + written),
    cached,
    written,
    output: outputTokens ?? restOf(totalTokens, inputTokens),
  };
}

const restOf = (total: number | undefined, part: number | undefined): number | undefined =>
  total !== undefined && part !== undefined && total >= part ? total - part : undefined;

const atLeast = (value: number | undefined, least: number): number | undefined =>
  value === undefined ? undefined : Math.max(value, least);
