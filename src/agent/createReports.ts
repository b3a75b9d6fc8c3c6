import { asText } from '../adapters/looseRecord.ts';
import type { LogLevel } from '../model/log.ts';
import type { BoundedMap } from './boundedMap.ts';
import type { EventDraft } from './eventEmitter.ts';
import { decisionInState, type Interruption, readInterruption, readInterruptions } from './readInterruption.ts';
import { readProperty } from './readProperty.ts';
import { currentRunId, currentSpanId, runIdOfState } from './runIdOf.ts';

/** Which run is meant. */
export interface ReportOptions {
  /** The trace it belongs to. Default: that of the result or the error, else the active one, else that of the call. */
  readonly runId?: string | undefined;
}

/** What is known of a wait. */
export interface InterruptionOptions extends ReportOptions {
  /** When the wait ends undecided, epoch ms. */
  readonly expiresAtMs?: number | undefined;
}

/** What a person decided. */
export interface Decision extends ReportOptions {
  readonly decision: 'approved' | 'rejected';
  /** Who decided; viewers see a pseudonym. */
  readonly decidedBy?: string | undefined;
  /** Content: only those who may read payloads see it. */
  readonly reason?: string | undefined;
  /** Epoch ms. Default: now. */
  readonly decidedAtMs?: number | undefined;
}

/** Where a line of the log belongs. */
export interface LogOptions extends ReportOptions {
  /** The span it belongs to. Default: the active one, where no other run is named. */
  readonly spanId?: string | undefined;
  /** Who wrote it: an agent, a service. */
  readonly sourceName?: string | undefined;
}

/** What tracing does not tell: waits, decisions, failures, log lines. None of them throws. */
export interface Reports {
  /**
   * Call it with every run result. Says which calls wait for a person, and settles those that it said so of before and
   * that the SDK's state has decided since.
   * @param result - a run result, a streamed one that has ended, a run state, or a list of interruptions
   * @returns how many calls wait; 0 also where no trace could be found for them
   */
  reportInterruptions(result: unknown, options?: InterruptionOptions): number;
  /**
   * Says who decided what about a waiting call.
   * @param call - the interruption, or its call id
   * @returns false where no trace could be found for it
   */
  reportDecision(call: unknown, decision: Decision): boolean;
  /** Says that a run failed, where its spans do not show it. @returns false where no trace could be found for it */
  reportRunFailure(error: unknown, options?: ReportOptions): boolean;
  /**
   * Writes a line into the log, at the run and the span that are active where it is called. Its text is content.
   * @param message - any JSON value
   */
  reportLog(level: LogLevel, message: unknown, options?: LogOptions): void;
}

interface PendingCall {
  readonly runId: string;
  readonly call: Interruption;
}

export interface ReportsOptions {
  readonly emit: (draft: EventDraft) => void;
  readonly now: () => number;
  readonly pendingCalls: BoundedMap<PendingCall>;
  /** Which run asked for a call, as far as the model's answers told. */
  readonly runOfCall: (callId: string) => string | undefined;
  /** The SDK was told to keep the content of this run to itself. */
  readonly isContentWithheld: (runId: string) => boolean;
}

export function createReports({ emit, now, pendingCalls, runOfCall, isContentWithheld }: ReportsOptions): Reports {
  const pendingKey = (runId: string, callId: string) => `${runId}\u001f${callId}`;

  function request(runId: string, call: Interruption, expiresAtMs: number | undefined): void {
    const key = pendingKey(runId, call.callId);
    if (pendingCalls.get(key)) return; // said before: the same result was reported twice
    pendingCalls.set(key, { runId, call });
    const { toolName, agentName } = call;
    const ts = now();
    emit({
      type: 'approval.requested',
      ts,
      run: runId,
      ref: call.callId,
      a: { toolName, agentName, requestedAtMs: ts, expiresAtMs },
      detail: isContentWithheld(runId) ? undefined : { arguments: call.arguments },
    });
  }

  function settle(runId: string, call: Interruption, decision: Decision): void {
    pendingCalls.delete(pendingKey(runId, call.callId));
    const decidedAtMs = decision.decidedAtMs ?? now();
    emit({
      type: 'approval.decided',
      ts: decidedAtMs,
      run: runId,
      ref: call.callId,
      a: {
        toolName: call.toolName,
        agentName: call.agentName,
        decision: decision.decision,
        decidedAtMs,
        decidedBy: decision.decidedBy,
      },
      detail: decision.reason === undefined ? undefined : { reason: decision.reason },
    });
  }

  /** Calls of this run that waited, wait no more, and stand decided in the SDK's state. */
  function settleFromState(runId: string, result: unknown, waiting: ReadonlySet<string>): void {
    for (const [, pending] of pendingCalls.entries()) {
      if (pending.runId !== runId || waiting.has(pending.call.callId)) continue;
      const decision = decisionInState(result, pending.call);
      if (decision) settle(runId, pending.call, { decision });
    }
  }

  function pendingOf(callId: string): PendingCall | undefined {
    for (const [, pending] of pendingCalls.entries()) if (pending.call.callId === callId) return pending;
    return undefined;
  }

  return {
    reportInterruptions(result, options = {}) {
      const calls = readInterruptions(result);
      const ownRunId = options.runId ?? runIdOfState(result) ?? currentRunId();
      let reported = 0;
      for (const call of calls) {
        const runId = ownRunId ?? runOfCall(call.callId);
        if (runId === undefined) continue;
        request(runId, call, options.expiresAtMs);
        reported += 1;
      }
      if (ownRunId !== undefined) settleFromState(ownRunId, result, new Set(calls.map(({ callId }) => callId)));
      return reported;
    },
    reportDecision(item, decision) {
      const call: Interruption | undefined = typeof item === 'string' ? { callId: item } : readInterruption(item);
      if (!call) return false;
      const pending = pendingOf(call.callId);
      const runId = decision.runId ?? pending?.runId ?? runOfCall(call.callId) ?? currentRunId();
      if (runId === undefined) return false;
      settle(runId, pending?.call ?? call, decision);
      return true;
    },
    reportRunFailure(error, options = {}) {
      const runId = options.runId ?? runIdOfState(error) ?? currentRunId();
      if (runId === undefined) return false;
      const ts = now();
      const errorType = errorTypeOf(error);
      const status = readProperty(error, 'status');
      const errorCode =
        asText(readProperty(error, 'code')) ?? (typeof status === 'number' ? `http.${status}` : undefined);
      const message = asText(readProperty(error, 'message')) ?? (typeof error === 'string' ? error : undefined);
      emit({
        type: 'run.fail',
        ts,
        run: runId,
        a: { endedAtMs: ts, errorType, errorCode },
        detail: isContentWithheld(runId) ? undefined : { error: { type: errorType, message } },
      });
      return true;
    },
    reportLog(level, message, { runId, spanId, sourceName } = {}) {
      const run = runId ?? currentRunId();
      emit({
        type: 'log',
        ts: now(),
        run,
        span: spanId ?? (runId === undefined ? currentSpanId() : undefined),
        a: { level, sourceName },
        detail: run !== undefined && isContentWithheld(run) ? undefined : { message },
      });
    },
  };
}

/** Many clients name all their errors `Error` and tell them apart by class. */
function errorTypeOf(error: unknown): string {
  const name = asText(readProperty(error, 'name'));
  if (name !== undefined && name !== 'Error') return name;
  return asText(readProperty(readProperty(error, 'constructor'), 'name')) ?? name ?? typeof error;
}
