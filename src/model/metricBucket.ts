/** Sums over the spans that began or ended in a stretch of time. */
export interface MetricCounts {
  /** Model calls that ended in it; a wrapper around another model call is not one. */
  readonly llmCalls: number;
  readonly failedLlmCalls: number;
  readonly toolCalls: number;
  readonly failedToolCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costNanoUsd: number;
  /** Model calls without a price: the cost is a lower bound while there are any. */
  readonly unpricedCalls: number;
}

/** One stretch of time, of one agent or of all. Times are epoch ms by the agents' clocks. */
export interface MetricBucket extends MetricCounts {
  readonly startMs: number;
  readonly sizeMs: number;
  /** `undefined`: all agents together. */
  readonly agentName?: string | undefined;
  /** Agents of which a span began or ended in it; 1 in the bucket of one agent. */
  readonly activeAgents: number;
}

export const metricCounts = [
  'llmCalls',
  'failedLlmCalls',
  'toolCalls',
  'failedToolCalls',
  'inputTokens',
  'outputTokens',
  'costNanoUsd',
  'unpricedCalls',
] as const satisfies readonly (keyof MetricCounts)[];

/** Length of a bucket, ms, and how many are kept. */
export const BUCKET_MS = 60_000;
export const BUCKETS_KEPT = 60;
