import type { Detail } from '../../model/detail.ts';
import { type SpanKind, type SpanStatus, spanKinds } from '../../model/span.ts';
import { parseIsoTime } from '../isoTime.ts';
import { addDefined, asCount, asRecord, isRecord, type LooseRecord, restOf, saysAnything } from '../looseRecord.ts';
import { isUsableId, nameOf, namesOf } from '../names.ts';
import { readUsage } from '../openai-agents/readUsage.ts';
import type { SpanFields } from '../openai-agents/spanTypes.ts';
import { readError } from '../readError.ts';

interface SpanReading {
  readonly a: SpanFields;
  readonly detail: Detail | undefined;
}

/** `run` is the root of one run of the SDK, which the model calls a task. */
const kindOf = (kind: unknown): SpanKind =>
  kind === 'run' ? 'task' : (spanKinds.find((known) => known === kind) ?? 'custom');

const statuses: Readonly<Record<string, SpanStatus>> = {
  running: 'running',
  ok: 'ok',
  error: 'error',
  cancelled: 'cancelled',
  pending_approval: 'waiting',
  rejected: 'error',
};

/** Attributes that the model has fields for. */
const lifted: ReadonlySet<string> = new Set([
  'tools',
  'handoffs',
  'turn',
  'agent_name',
  'from_agent',
  'to_agent',
  'triggered',
  'server',
  'call_id',
  'finish_reason',
]);

const statusOf = (value: unknown): SpanStatus | undefined =>
  typeof value === 'string' && Object.hasOwn(statuses, value) ? statuses[value] : undefined;

/** Reads a `span.start` or `span.end` message. A status that is not known is left out, never guessed. */
export function readSpan(body: LooseRecord): SpanReading {
  const attrs = isRecord(body['attrs']) ? body['attrs'] : undefined;
  const content = asRecord(body['detail']);
  const kind = kindOf(body['kind']);
  const isRejected = body['status'] === 'rejected';
  const isWaiting = body['status'] === 'pending_approval';
  const fault = readError(body['error'], kind);
  const a: { -readonly [Name in keyof SpanFields]: SpanFields[Name] } = { kind };
  const name = nameOf(body['name']);
  if (name !== undefined) a.name = name;
  const startedAtMs = parseIsoTime(body['started_at']);
  if (startedAtMs !== undefined) a.startedAtMs = startedAtMs;
  const endedAtMs = parseIsoTime(body['ended_at']);
  if (endedAtMs !== undefined) a.endedAtMs = endedAtMs;
  const status = statusOf(body['status']);
  if (status !== undefined) a.status = status;
  const sourceType = nameOf(body['sdk_type']);
  if (sourceType !== undefined) a.sourceType = sourceType;
  const agentName = nameOf(body['agent']) ?? nameOf(attrs?.['agent_name']);
  if (agentName !== undefined) a.agentName = agentName;
  const model = nameOf(body['model']);
  if (model !== undefined) a.model = model;
  const provider = nameOf(body['provider']);
  if (provider !== undefined) a.provider = provider;
  const usage = readUsage(body['usage'], scopeOf(body, kind));
  if (usage !== undefined) a.usage = usage;
  if (attrs) addDefined(a, liftedOf(attrs));
  if (fault?.errorType !== undefined) a.errorType = fault.errorType;
  if (isRejected) a.errorCode = 'approval.rejected';
  else if (fault) a.errorCode = fault.errorCode;
  if (isRejected || isWaiting || fault?.isRejection) a.isExecuted = false;
  return { a, detail: detailOf(content, attrs && restOf(attrs, lifted), fault?.detail) };
}

/** Of the attributes those that the model has fields for, see {@link lifted}. */
const liftedOf = (attrs: LooseRecord): SpanFields => ({
  turn: asCount(attrs['turn']),
  fromAgent: nameOf(attrs['from_agent']),
  toAgent: nameOf(attrs['to_agent']),
  triggered: typeof attrs['triggered'] === 'boolean' ? attrs['triggered'] : undefined,
  server: nameOf(attrs['server']),
  callId: isUsableId(attrs['call_id']) ? attrs['call_id'] : undefined,
  finishReason: nameOf(attrs['finish_reason']),
  toolNames: namesOf(attrs['tools']),
  handoffNames: namesOf(attrs['handoffs']),
});

/** Repeated totals stand on turns and tasks: a message that does not say which it is goes by its kind. */
function scopeOf(body: LooseRecord, kind: SpanKind): 'leaf' | 'aggregate' {
  const said = asRecord(body['usage'])['scope'];
  if (said === 'leaf' || said === 'aggregate') return said;
  return kind === 'turn' || kind === 'task' ? 'aggregate' : 'leaf';
}

const parts: readonly (keyof Detail)[] = ['input', 'output', 'instructions', 'arguments', 'metadata'];
const takenParts: ReadonlySet<string> = new Set([...parts, 'error_data']);

/** Content under its own names; what a publisher adds to it stands beside the attributes. */
function detailOf(content: LooseRecord, attrs: LooseRecord | undefined, error: Detail['error']): Detail | undefined {
  const detail: { -readonly [Part in keyof Detail]: Detail[Part] } = {};
  for (const part of parts) {
    const value = content[part] ?? undefined;
    if (value !== undefined) detail[part] = value;
  }
  const extra = restOf(content, takenParts);
  if (attrs || extra) detail.attributes = attrs && extra ? { ...attrs, ...extra } : (attrs ?? extra);
  const data = content['error_data'] ?? undefined;
  if (data !== undefined) detail.error = { ...(isRecord(error) ? error : {}), data };
  else if (error !== undefined) detail.error = error;
  return saysAnything(detail) ? detail : undefined;
}
