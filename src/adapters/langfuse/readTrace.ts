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
  const { id, name, input, output, metadata } = record;
  if (!isUsableId(id)) return undefined;
  const a = readTraceOf({ ...record, traceName: name });
  const detail = defined<Detail>({
    input: parseContent(input),
    output: parseContent(output),
    metadata: parseContent(metadata),
  });
  return { run: asRunId(id), a, detail: Object.keys(detail).length > 0 ? detail : undefined };
}

/** What an observation says of its trace, where exports and newer APIs give no trace. */
export function readTraceOf(observation: LooseRecord): TraceReading['a'] {
  const { traceName, userId, sessionId, tags } = observation;
  return defined({
    name: nameOf(traceName),
    source: 'langfuse',
    userId: nameOf(userId),
    sessionId: nameOf(sessionId),
    tags: namesOf(tags),
  });
}

export interface ScoreReading {
  readonly spanId: string | undefined;
  readonly a: EventFields<'score'>;
  readonly detail: Detail | undefined;
  readonly timestamp: unknown;
}

/** What has a number that is none: the place of a category in its list, the 0 of a text. */
const wordTypes: ReadonlySet<unknown> = new Set(['CATEGORICAL', 'TEXT']);

/** @returns `undefined` for what is no number: a category or a text is no value that can be compared */
export function readScore(record: LooseRecord): ScoreReading | undefined {
  const { name, value, dataType, observationId, comment, timestamp } = record;
  const title = nameOf(name);
  if (title === undefined || typeof value !== 'number' || !Number.isFinite(value) || wordTypes.has(dataType))
    return undefined;
  const reason = parseContent(comment);
  return {
    spanId: isUsableId(observationId) ? observationId : undefined,
    a: { name: title, value },
    detail: reason === undefined ? undefined : { reason },
    timestamp,
  };
}

/** Scores of a trace that are numbers. */
export const readScores = (record: LooseRecord): ScoreReading[] =>
  asRecords(record['scores'])
    .map(readScore)
    .filter((score) => score !== undefined);
