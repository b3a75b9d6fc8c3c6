import type { RunId, SpanId } from './ids.ts';

/** A judgement of a run or a span, e.g. `faithfulness 0.91`. */
export interface Score {
  readonly runId: RunId;
  readonly spanId?: SpanId | undefined;
  readonly name: string;
  readonly value: number;
  readonly threshold?: number | undefined;
  readonly atMs: number;
}
