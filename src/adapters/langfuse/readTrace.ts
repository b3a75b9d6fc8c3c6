import type { Detail } from '../../model/detail.ts';
import type { EventFields } from '../../model/event.ts';
import { asRunId, type RunId } from '../../model/ids.ts';
import { parseContent } from '../content.ts';
import { asRecords, defined, type LooseRecord } from '../looseRecord.ts';
import { isUsableId, nameOf, namesOf } from '../names.ts';

export interface TraceReading {
  readonly run: RunId;
  readonly a: EventFields<'run.start'>;
  readonly detail: Detail | undefined;
}

export function readTrace(record: LooseRecord): TraceReading | undefined {
  const { id, name, userId, sessionId, tags, input, output, metadata } = record;
  if (!isUsableId(id)) return undefined;
  const a = defined({
    name: nameOf(name),
    source: 'langfuse',
    userId: nameOf(userId),
    sessionId: nameOf(sessionId),
    tags: namesOf(tags),
  });
  const detail = defined<Detail>({
    input: parseContent(input),
    output: parseContent(output),
    metadata: parseContent(metadata),
  });
  return { run: asRunId(id), a, detail: Object.keys(detail).length > 0 ? detail : undefined };
}

export interface ScoreReading {
  readonly spanId: string | undefined;
  readonly a: EventFields<'score'>;
  readonly detail: Detail | undefined;
  readonly timestamp: unknown;
}

/** Scores of a trace that are numbers; a category or a text is no value that can be compared. */
export function readScores(record: LooseRecord): ScoreReading[] {
  const scores: ScoreReading[] = [];
  for (const { name, value, observationId, comment, timestamp } of asRecords(record['scores'])) {
    const title = nameOf(name);
    if (title === undefined || typeof value !== 'number' || !Number.isFinite(value)) continue;
    const reason = parseContent(comment);
    scores.push({
      spanId: isUsableId(observationId) ? observationId : undefined,
      a: { name: title, value },
      detail: reason === undefined ? undefined : { reason },
      timestamp,
    });
  }
  return scores;
}
