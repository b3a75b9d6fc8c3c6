import type { EventFields } from '../../model/event.ts';
import { asText } from '../looseRecord.ts';
import { nameOf } from '../names.ts';

/** Event of the GenAI conventions that carries a judgement: on the span that was judged, or as a log record tied to it. */
export const evaluationEvent = 'gen_ai.evaluation.result';

/** A judgement as the parts of a `score`: the caller gives it a run, a span, a time and an id. */
export interface Evaluation {
  readonly a: EventFields<'score'>;
  readonly reason: string | undefined;
}

/** @returns `undefined` for a judgement without a figure: a label is no value that can be compared */
export function readEvaluation(attributes: Readonly<Record<string, unknown>>): Evaluation | undefined {
  const name = nameOf(attributes['gen_ai.evaluation.name']);
  const value = attributes['gen_ai.evaluation.score.value'];
  if (name === undefined || typeof value !== 'number') return undefined;
  return { a: { name, value }, reason: asText(attributes['gen_ai.evaluation.explanation']) };
}
