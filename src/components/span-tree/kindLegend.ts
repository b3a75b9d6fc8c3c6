import type { SpanKind } from '../../model/span.ts';

/** The kinds of the legend, in reading order; the other kinds are drawn as one of these. */
export const legendKinds = [
  'agent',
  'llm',
  'tool',
  'retrieval',
  'handoff',
  'guardrail',
  'approval',
] as const satisfies readonly SpanKind[];
