import type { Span } from '../../model/span.ts';
import type { Amounts } from './rowSequence.ts';

/** Failed, or a guardrail that tripped. */
export const isErrorSpan = (span: Span | undefined): boolean => span?.status === 'error' || span?.triggered === true;

export const isOpenSpan = (span: Span | undefined): boolean =>
  span !== undefined && !span.isPlaceholder && (span.status === 'running' || span.status === 'waiting');

/**
 * What a span adds to the sums of all that it stands under; `undefined`: nothing. Spans that repeat what stands below them add
 * nothing; turns are added up apart, for sources that say no cost of a call.
 */
export function amountsOf(span: Span | undefined): Amounts | undefined {
  if (!span) return undefined;
  const { costNanoUsd = 0, usage, kind } = span;
  const isRepeat = usage?.scope === 'aggregate';
  const isUnpriced = kind === 'llm' && !isRepeat && usage !== undefined && span.costNanoUsd === undefined;
  if (costNanoUsd === 0 && !isUnpriced) return undefined;
  return {
    costNanoUsd: isRepeat ? 0 : costNanoUsd,
    turnCostNanoUsd: isRepeat && kind === 'turn' ? costNanoUsd : 0,
    unpricedCalls: isUnpriced ? 1 : 0,
  };
}
