import { type SpanKey, spanKeyOf } from '../model/ids.ts';
import type { Span } from '../model/span.ts';
import type { MonitorState } from './types.ts';

/** Spans that are looked at, newest runs first: a figure that says "typical" needs no more. */
const LOOK_AT_SPANS = 20_000;

/** What the other held spans say of one. */
export interface SpanPeers {
  /** Ended spans of the same kind and name, without this one. */
  readonly sampleCount: number;
  /** Their median; `undefined` without any. */
  readonly medianDurationMs: number | undefined;
  /** Failed the same way: same kind, name and class of error, this one included. */
  readonly alikeErrors: number;
}

/** Compares a span with those of its name. O(held spans), at most 20,000: for a click, not for a flush. */
export function selectSpanPeers(state: MonitorState, span: Span): SpanPeers {
  const durations: number[] = [];
  let alikeErrors = 0;
  let left = LOOK_AT_SPANS;
  const cause = span.errorType ?? span.errorCode;
  for (const runId of state.runIds) {
    for (const other of state.entities.spansOf(runId)) {
      left -= 1;
      if (other.kind !== span.kind || other.name !== span.name) continue;
      if (other.status === 'error' && cause !== undefined && (other.errorType ?? other.errorCode) === cause)
        alikeErrors += 1;
      if (other.key === span.key || other.startedAtMs === undefined || other.endedAtMs === undefined) continue;
      durations.push(other.endedAtMs - other.startedAtMs);
    }
    if (left <= 0) break;
  }
  durations.sort((a, b) => a - b);
  const middle = durations.length >> 1;
  const median =
    durations.length % 2 === 1
      ? durations[middle]
      : durations.length > 0
        ? ((durations[middle - 1] as number) + (durations[middle] as number)) / 2
        : undefined;
  return { sampleCount: durations.length, medianDurationMs: median, alikeErrors };
}

/** The tries of the same call, in order: spans of its kind and name under its parent that say which attempt they are. O(siblings). */
export function selectAttempts(state: MonitorState, span: Span): readonly Span[] {
  if (span.attempt === undefined) return [];
  const { entities } = state;
  const parentKey = span.parentId === undefined ? undefined : spanKeyOf(span.runId, span.parentId);
  const ids = parentKey === undefined ? entities.rootSpanIds(span.runId) : entities.childSpanIds(parentKey);
  return ids
    .map((id) => entities.getSpan(spanKeyOf(span.runId, id)))
    .filter(
      (other) =>
        other !== undefined && other.kind === span.kind && other.name === span.name && other.attempt !== undefined,
    )
    .map((other) => other as Span)
    .sort((a, b) => (a.attempt ?? 0) - (b.attempt ?? 0));
}

/** A call that a model asked for, as its messages say it. */
export interface AskedCall {
  readonly callId?: string | undefined;
  readonly name: string;
}

/**
 * The spans of the calls that a model asked for, by call id; where the source gives tools no call id, the calls of a name are
 * taken in order from the spans beside the model call. O(spans of the run).
 */
export function selectCalledSpans(
  state: MonitorState,
  span: Span,
  calls: readonly AskedCall[],
): ReadonlyMap<AskedCall, SpanKey> {
  const found = new Map<AskedCall, SpanKey>();
  if (calls.length === 0) return found;
  const byCallId = new Map<string, SpanKey>();
  const beside = new Map<string, Span[]>();
  for (const other of state.entities.spansOf(span.runId)) {
    if (other.kind !== 'tool' && other.kind !== 'handoff') continue;
    if (other.callId !== undefined) byCallId.set(other.callId, other.key);
    if (other.parentId !== span.parentId && other.parentId !== span.spanId) continue;
    if ((other.startedAtMs ?? 0) < (span.startedAtMs ?? 0)) continue;
    const name = other.kind === 'handoff' ? handoffName(other.toAgent) : other.name;
    const list = beside.get(name);
    if (list) list.push(other);
    else beside.set(name, [other]);
  }
  for (const list of beside.values()) list.sort((a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0));
  const taken = new Map<string, number>();
  for (const call of calls) {
    const byId = call.callId === undefined ? undefined : byCallId.get(call.callId);
    const nth = taken.get(call.name) ?? 0;
    const key = byId ?? beside.get(call.name)?.[nth]?.key;
    taken.set(call.name, nth + 1);
    if (key !== undefined) found.set(call, key);
  }
  return found;
}

/** The OpenAI Agents SDKs name the tool of a handoff so. */
const handoffName = (agent: string | undefined): string =>
  `transfer_to_${(agent ?? '').replaceAll(/[^A-Za-z0-9_]/g, '_')}`;
