import { asRecord, asRecords, asText } from '../adapters/looseRecord.ts';
import { createBoundedMap } from './boundedMap.ts';
import type { SdkSpanSnapshot } from './readSdkItem.ts';

/** A call that a model asked for. */
interface AskedCall {
  readonly callId: string;
  readonly name: string | undefined;
  readonly arguments: string | undefined;
}

/** Brings together what the SDK tells apart: the model's answer names the call id, the span of the tool does not. */
export interface ToolCallBook {
  /** Notes the calls that a model call asked for. */
  note(snapshot: SdkSpanSnapshot): void;
  /** The run that asked for a call: an interruption names its call and not its run. */
  runOf(callId: string): string | undefined;
  /**
   * The call that a tool span carried out: same run, same tool, same arguments to the letter. Of several equal ones the
   * oldest; each is given once.
   */
  takeCallOf(snapshot: SdkSpanSnapshot): string | undefined;
}

/** @param maxCalls - calls that are remembered; older ones are forgotten */
export function createToolCallBook(maxCalls: number): ToolCallBook {
  const runByCallId = createBoundedMap<string>(maxCalls);
  const openCallIds = createBoundedMap<string[]>(maxCalls);
  const keyOf = (runId: string, name: string, args: string) => `${runId}\u001f${name}\u001f${args}`;

  return {
    note(snapshot) {
      const runId = String(snapshot.item.trace_id);
      for (const { callId, name, arguments: args } of callsIn(snapshot)) {
        if (runByCallId.get(callId) === runId) continue; // a repeat of the same answer
        runByCallId.set(callId, runId);
        if (name === undefined || args === undefined) continue;
        const key = keyOf(runId, name, args);
        openCallIds.set(key, [...(openCallIds.get(key) ?? []), callId]);
      }
    },
    runOf: (callId) => runByCallId.get(callId),
    takeCallOf({ item }) {
      const { type, name, input } = asRecord(item.span_data);
      if (type !== 'function' || typeof name !== 'string' || typeof input !== 'string') return undefined;
      const key = keyOf(String(item.trace_id), name, input);
      const [callId, ...rest] = openCallIds.get(key) ?? [];
      if (rest.length > 0) openCallIds.set(key, rest);
      else openCallIds.delete(key);
      return callId;
    },
  };
}

const none: readonly AskedCall[] = [];

function callsIn({ inProcess, item }: SdkSpanSnapshot): readonly AskedCall[] {
  const { output } = asRecord(item.span_data);
  if (inProcess.response === undefined && !Array.isArray(output)) return none;
  const responses = asRecords(asRecord(inProcess.response).output).map((call) => ({
    id: asText(call.call_id) ?? asText(call.callId),
    name: asText(call.name),
    arguments: asText(call.arguments),
  }));
  const completions = asRecords(output)
    .flatMap(({ choices }) => asRecords(choices))
    .flatMap(({ message }) => asRecords(asRecord(message).tool_calls))
    .map(({ id, function: called }) => ({
      id: asText(id),
      name: asText(asRecord(called).name),
      arguments: asText(asRecord(called).arguments),
    }));
  return [...responses, ...completions].flatMap(({ id, ...call }) =>
    id === undefined ? [] : [{ callId: id, ...call }],
  );
}
