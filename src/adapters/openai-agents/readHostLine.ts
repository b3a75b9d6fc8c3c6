import type { Detail } from '../../model/detail.ts';
import type { EventFields } from '../../model/event.ts';
import { asRecord, asRecords, defined, type LooseRecord } from '../looseRecord.ts';
import { isUsableId, nameOf } from '../names.ts';

/** What the app around the agent knows and tracing hides: who waits for a decision, what was decided, that a run was refused. */
export type HostFacts =
  | { readonly type: 'approval.requested'; readonly ref: string; readonly a: ApprovalFields; readonly detail?: Detail }
  | { readonly type: 'approval.decided'; readonly ref: string; readonly a: ApprovalFields; readonly detail?: Detail }
  | { readonly type: 'run.fail'; readonly a: EventFields<'run.fail'>; readonly detail?: Detail };

type ApprovalFields = EventFields<'approval.requested'>;

/** JS writes `rawItem.callId`, Python `raw_item.call_id`; the agent is an object there and a name here. */
function readInterruption(item: LooseRecord, atMs: number | undefined): HostFacts | undefined {
  const call = asRecord(item['rawItem'] ?? item['raw_item']);
  const ref = call['callId'] ?? call['call_id'] ?? call['id'];
  if (!isUsableId(ref)) return undefined;
  const agent = asRecord(item['agent'])['name'] ?? item['agent'];
  const toolName = nameOf(item['toolName'] ?? item['tool_name'] ?? call['name']);
  const a = defined({ toolName, agentName: nameOf(agent), requestedAtMs: atMs });
  return { type: 'approval.requested', ref, a, ...detailOf('arguments', call['arguments']) };
}

function readDecision(line: LooseRecord, atMs: number | undefined): HostFacts | undefined {
  const { call_id: ref, decision, by, reason } = line;
  if (!isUsableId(ref) || (decision !== 'approved' && decision !== 'rejected')) return undefined;
  const a = defined({ decision, decidedAtMs: atMs, decidedBy: nameOf(by) } as const);
  return { type: 'approval.decided', ref, a, ...detailOf('reason', reason) };
}

const detailOf = (part: keyof Detail, value: unknown): { detail?: Detail } =>
  value === undefined || value === null || value === '' ? {} : { detail: { [part]: value } };

function readRejection({ error_name: type, error_message: message }: LooseRecord): HostFacts {
  const a = defined({ errorType: nameOf(type), errorCode: 'run.rejected' });
  return { type: 'run.fail', a, ...detailOf('error', defined({ type, message })) };
}

type HostReader = (line: LooseRecord, atMs: number | undefined) => (HostFacts | undefined)[];

/** `host.*` lines of a capture, by `event`. An entry that is `undefined` could not be read. */
export const hostReaders: Readonly<Record<string, HostReader>> = {
  'host.interrupted': (line, atMs) => asRecords(line['interruptions']).map((item) => readInterruption(item, atMs)),
  'host.decided': (line, atMs) => [readDecision(line, atMs)],
  'host.run_rejected': (line) => [readRejection(line)],
};
