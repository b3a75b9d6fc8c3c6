import { eventIdOf } from '../eventId.ts';

const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/**
 * Id of the event of a span: the same span again is the same event. Both ids are random and their ends make 32 hex digits, which
 * the fold keeps in 16 bytes; nothing of the content goes in, so it tells nothing. A start has its halves the other way round.
 */
export function spanEventId(run: string, span: string, isEnded: boolean): string {
  if (run.length !== TRACE_DIGITS || span.length !== SPAN_DIGITS)
    return eventIdOf([isEnded ? 'end' : 'start', run, span], []);
  const half = run.slice(SPAN_DIGITS);
  return isEnded ? half + span : span + half;
}
