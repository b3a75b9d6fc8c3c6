import { asText, isRecord } from '../adapters/looseRecord.ts';
import { readProperty } from './readProperty.ts';
import { snapshotValue } from './snapshotValue.ts';

/** A call that waits for a person, as the SDK reports it. */
export interface Interruption {
  readonly callId: string;
  readonly toolName?: string | undefined;
  readonly agentName?: string | undefined;
  /** Parsed where it is JSON. */
  readonly arguments?: unknown;
}

/** The calls of a run result, a run state or a list; anything without a call id is left out. */
export function readInterruptions(holder: unknown): Interruption[] {
  const listed = Array.isArray(holder) ? holder : (readProperty(holder, 'interruptions') ?? askState(holder));
  if (!Array.isArray(listed)) return [];
  return listed.map(readInterruption).filter((item) => item !== undefined);
}

/** @returns `undefined` for anything without a call id */
export function readInterruption(item: unknown): Interruption | undefined {
  const raw = readProperty(item, 'rawItem') ?? readProperty(item, 'raw_item');
  const callId =
    asText(readProperty(raw, 'callId')) ?? asText(readProperty(raw, 'call_id')) ?? asText(readProperty(raw, 'id'));
  if (callId === undefined) return undefined;
  return {
    callId,
    toolName: asText(readProperty(item, 'toolName')) ?? asText(readProperty(raw, 'name')),
    agentName: asText(readProperty(readProperty(item, 'agent'), 'name')),
    arguments: parseArguments(readProperty(item, 'arguments') ?? readProperty(raw, 'arguments')),
  };
}

/** Whether the SDK's own state holds a decision about this call. */
export function decisionInState(holder: unknown, call: Interruption): 'approved' | 'rejected' | undefined {
  const state = readProperty(holder, 'state') ?? holder;
  const context = readProperty(state, '_context');
  const isToolApproved = readProperty(context, 'isToolApproved');
  if (typeof isToolApproved !== 'function' || call.toolName === undefined) return undefined;
  try {
    const answer: unknown = isToolApproved.call(context, { toolName: call.toolName, callId: call.callId });
    if (typeof answer !== 'boolean') return undefined;
    return answer ? 'approved' : 'rejected';
  } catch {
    return undefined;
  }
}

function askState(holder: unknown): unknown {
  const getInterruptions = readProperty(holder, 'getInterruptions');
  if (typeof getInterruptions !== 'function') return undefined;
  try {
    return getInterruptions.call(holder) as unknown;
  } catch {
    return undefined;
  }
}

function parseArguments(value: unknown): unknown {
  const copied = snapshotValue(value, { maxBytes: 1_000_000, maxDepth: 64, maxNodes: 50_000 }).value;
  if (typeof copied !== 'string') return copied;
  try {
    const parsed: unknown = JSON.parse(copied);
    return isRecord(parsed) || Array.isArray(parsed) ? parsed : copied;
  } catch {
    return copied;
  }
}
