import { digestOf } from '../eventId.ts';

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/**
 * Id of the event of a span: the same span again is the same event. Both ids are random and their ends make 32 hex digits, which
 * the fold keeps in 16 bytes; nothing of the content goes in, so it tells nothing. Events of a run stand together, where events are
 * found by their id; a start has another first digit than the end.
 */
export function spanEventId(run: string, span: string, isEnded: boolean): string {
  if (run.length !== TRACE_DIGITS || span.length !== SPAN_DIGITS)
    return digestOf([isEnded ? 'end' : 'start', run, span], []);
  const half = run.slice(SPAN_DIGITS);
  return (isEnded ? half : otherDigit(half) + half.slice(1)) + span;
}

const otherDigit = (digits: string): string => (Number.parseInt(digits.charAt(0), 16) ^ 8).toString(16);
