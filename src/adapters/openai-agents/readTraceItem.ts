import type { Detail } from '../../model/detail.ts';
import type { EventFields } from '../../model/event.ts';
import { asRunId, type RunId } from '../../model/ids.ts';
import { asRecord, defined, isRecord } from '../looseRecord.ts';
import { isUsableId, nameOf } from '../names.ts';

/** What a trace record says, as the parts of an event. It carries no times and no status. */
export interface TraceFacts {
  readonly run: RunId;
  readonly a: EventFields<'run.start'>;
  readonly detail?: Detail | undefined;
}

/** User and session have no field of their own: by convention they stand in the metadata. */
export function liftMetadata(metadata: unknown): Pick<EventFields<'run.start'>, 'userId' | 'sessionId'> {
  const record = asRecord(metadata);
  return { userId: nameOf(record['user_id']), sessionId: nameOf(record['session_id']) };
}

/** Reads a `trace` record of the OpenAI Agents SDK. @returns `undefined` for what has no usable id */
export function readTraceItem(item: unknown): TraceFacts | undefined {
  const { id, workflow_name: name, group_id: groupId, metadata } = asRecord(item);
  if (!isUsableId(id)) return undefined;
  const a = defined({ name: nameOf(name), groupId: nameOf(groupId), ...liftMetadata(metadata) });
  const hasMetadata = isRecord(metadata) && Object.keys(metadata).length > 0;
  return { run: asRunId(id), a, detail: hasMetadata ? { metadata } : undefined };
}
