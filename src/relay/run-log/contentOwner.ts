import type { MonitorEvent } from '../../model/event.ts';
import type { DetailKey } from './RunLog.ts';

/** No id holds a control character, so nothing that is part of an id can look like this. */
const separator = '\u001f';
const afterSeparator = ' ';

/** Whose content a row of the table is, as one text. What belongs to one run begins alike, so that a run goes in one stroke. */
export function contentOwner({ runId, spanId, callId, eventId }: DetailKey): string {
  if (eventId !== undefined) return `e${separator}${eventId}`;
  if (callId !== undefined) return `r${separator}${runId}${separator}c${callId}`;
  return `r${separator}${runId}${separator}${spanId === undefined ? '' : `s${spanId}`}`;
}

/** The owners of one run are at least the first and below the second. */
export const contentOwnersOfRun = (runId: string): readonly [string, string] => [
  `r${separator}${runId}${separator}`,
  `r${separator}${runId}${afterSeparator}`,
];

/** The entity whose content an event carries. */
export function detailKeyOf({ type, run, span, ref, id }: MonitorEvent): DetailKey {
  if (run !== undefined) {
    if (type.startsWith('run.')) return { runId: run };
    if (type.startsWith('span.') && span !== undefined) return { runId: run, spanId: span };
    if (type.startsWith('approval.') && ref !== undefined) return { runId: run, callId: ref };
  }
  return { eventId: id };
}
