import type { Detail } from '../../model/detail.ts';
import type { EventType } from '../../model/event.ts';
import { asRunId, asSpanId } from '../../model/ids.ts';
import { parseIsoTime } from '../isoTime.ts';
import { asCount, asRecord, defined, type LooseRecord } from '../looseRecord.ts';
import { isUsableId, nameOf } from '../names.ts';
import { liftMetadata } from '../openai-agents/readTraceItem.ts';
import type { PublishedMessage } from './message.ts';
import { readSpan } from './readSpan.ts';

/** A message as the parts of an event. */
export interface MessageFacts {
  readonly type: EventType;
  /** When it happened, where the message says it better than by its sending. */
  readonly atMs?: number | undefined;
  readonly run?: string | undefined;
  readonly span?: string | undefined;
  readonly parent?: string | undefined;
  readonly ref?: string | undefined;
  readonly a: object;
  readonly detail?: Detail | undefined;
}

type Reading = MessageFacts | { readonly fault: string };
type MessageReader = (message: PublishedMessage) => Reading;

const badTrace: Reading = { fault: 'It needs a trace id of 1 to 256 plain characters.' };
const runOf = (body: LooseRecord) => (isUsableId(body['trace_id']) ? asRunId(body['trace_id']) : undefined);
const detail = (parts: Detail): Detail | undefined => {
  const kept = defined(parts);
  return Object.keys(kept).length > 0 ? kept : undefined;
};

const hello: MessageReader = ({ body }) => {
  const beatSec = asCount(body['heartbeat_s']);
  const a = defined({
    sdk: nameOf(body['sdk']),
    sdkVersion: nameOf(body['sdk_version']),
    language: nameOf(body['language']),
    service: nameOf(body['service']),
    beatEveryMs: beatSec === undefined ? undefined : beatSec * 1000,
  });
  return { type: 'producer.hello', a };
};

const stats: MessageReader = ({ body }) => {
  const a = defined({ queuedEvents: asCount(body['queued']), droppedEvents: asCount(body['dropped']) });
  return { type: 'producer.beat', a };
};

/** @returns what kind of source a publisher is, by the language its id begins with */
function sourceOf(publisher: string): string {
  const language = /^([a-z]{2,8}):/.exec(publisher)?.[1];
  if (language === 'py') return 'openai-agents-python';
  return language === 'js' ? 'openai-agents-js' : 'redis-events';
}

const trace =
  (type: 'run.start' | 'run.end'): MessageReader =>
  ({ body, publisher }) => {
    const run = runOf(body);
    if (!run) return badTrace;
    const { metadata } = asRecord(body['detail']);
    const people = liftMetadata(metadata);
    const a = defined({
      name: nameOf(body['name']),
      groupId: nameOf(body['group_id']),
      userId: nameOf(body['user_id']) ?? people.userId,
      sessionId: nameOf(body['session_id']) ?? people.sessionId,
      source: sourceOf(publisher),
    });
    return { type, run, a, detail: detail({ metadata }) };
  };

const span =
  (type: 'span.start' | 'span.end'): MessageReader =>
  ({ body }) => {
    const run = runOf(body);
    if (!run) return badTrace;
    if (!isUsableId(body['span_id'])) return { fault: 'A span needs an id of 1 to 256 plain characters.' };
    const { a, detail: content } = readSpan(body);
    const parent = isUsableId(body['parent_id']) ? asSpanId(body['parent_id']) : undefined;
    return {
      type,
      atMs: a.endedAtMs ?? a.startedAtMs,
      run,
      span: asSpanId(body['span_id']),
      parent,
      a,
      detail: content,
    };
  };

const runFailed: MessageReader = ({ body }) => {
  const run = runOf(body);
  if (!run) return badTrace;
  const error = asRecord(body['error']);
  const { type, message } = error;
  const a = defined({ errorType: nameOf(type), errorCode: nameOf(error['code']) ?? 'run.failed' });
  return { type: 'run.fail', run, a, detail: detail({ error: detail({ message, type } as Detail) }) };
};

const badCall: Reading = { fault: 'An approval needs the id of its call.' };

const approvalRequested: MessageReader = ({ body }) => {
  const run = runOf(body);
  const ref = body['approval_id'];
  if (!run) return badTrace;
  if (!isUsableId(ref)) return badCall;
  const requestedAtMs = parseIsoTime(body['requested_at']);
  const a = defined({
    toolName: nameOf(body['tool']),
    agentName: nameOf(body['agent']),
    requestedAtMs,
    expiresAtMs: parseIsoTime(body['expires_at']),
  });
  const { arguments: given } = asRecord(body['detail']);
  const stateRef = nameOf(body['state_ref']);
  const attributes = stateRef === undefined ? undefined : { state_ref: stateRef };
  return {
    type: 'approval.requested',
    atMs: requestedAtMs,
    run,
    ref,
    a,
    detail: detail({ arguments: given ?? undefined, attributes }),
  };
};

const approvalDecided: MessageReader = ({ body }) => {
  const run = runOf(body);
  const { approval_id: ref, decision } = body;
  if (!run) return badTrace;
  if (!isUsableId(ref)) return badCall;
  if (decision !== 'approved' && decision !== 'rejected')
    return { fault: 'The decision is neither approved nor rejected.' };
  const decidedAtMs = parseIsoTime(body['decided_at']);
  const a = defined({ decision, decidedAtMs, decidedBy: nameOf(body['by']) });
  return {
    type: 'approval.decided',
    atMs: decidedAtMs,
    run,
    ref,
    a,
    detail: detail({ reason: body['reason'] ?? undefined }),
  };
};

/** By `type` of the message. */
export const messageReaders: Readonly<Record<string, MessageReader>> = {
  'publisher.hello': hello,
  'publisher.stats': stats,
  'trace.start': trace('run.start'),
  'trace.end': trace('run.end'),
  'span.start': span('span.start'),
  'span.end': span('span.end'),
  'approval.requested': approvalRequested,
  'approval.decided': approvalDecided,
  'run.failed': runFailed,
};
