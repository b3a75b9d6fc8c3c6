import { langfuseAdapter } from './langfuse/adapter.ts';
import { nativeAdapter } from './native/adapter.ts';
import { findNotATrace, type NotATrace } from './notTraces.ts';
import { openaiAgentsAdapter } from './openai-agents/adapter.ts';
import { otlpAdapter } from './otlp/adapter.ts';
import { redisEventsAdapter } from './redis-events/adapter.ts';
import type { Adapter } from './types.ts';

/** All formats that are known, in the order they are tried. */
export const adapters: readonly Adapter[] = [
  nativeAdapter,
  openaiAgentsAdapter,
  redisEventsAdapter,
  otlpAdapter,
  langfuseAdapter,
];

/** Less than this share of known records is no match: a stray record among others does not make a format. */
const LEAST_CONFIDENCE = 0.2;

export type Detection =
  | { readonly kind: 'trace'; readonly adapter: Adapter; readonly confidence: number }
  | { readonly kind: 'not-a-trace'; readonly shape: NotATrace }
  /** `tried`: ids of the adapters that said no. */
  | { readonly kind: 'unknown'; readonly tried: readonly string[] };

/**
 * Finds who can read a parsed input: the adapter that is surest.
 * @param raw - parsed JSON, or the values of the lines of a JSONL file as a list
 */
export function detectFormat(raw: unknown): Detection {
  let best: { adapter: Adapter; confidence: number } | undefined;
  for (const adapter of adapters) {
    const confidence = adapter.canRead(raw);
    if (confidence >= LEAST_CONFIDENCE && confidence > (best?.confidence ?? 0)) best = { adapter, confidence };
  }
  if (best) return { kind: 'trace', ...best };
  const shape = findNotATrace(raw);
  return shape ? { kind: 'not-a-trace', shape } : { kind: 'unknown', tried: adapters.map(({ id }) => id) };
}
