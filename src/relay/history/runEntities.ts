import type { Fold } from '../../fold/types.ts';
import type { Alert } from '../../model/alert.ts';
import type { MonitorEvent } from '../../model/event.ts';
import type { RunId } from '../../model/ids.ts';

/** An approval, a score or an alert as the fold has it, and what it is found by. */
export interface FoldedEntity {
  readonly kind: 'approval' | 'score' | 'alert';
  /** Unique in its run; of an alert, in its project. */
  readonly key: string;
  /** Call of an approval, id of an alert, span of a score; empty where a score is about its run. */
  readonly ref: string;
  /** Tool of an approval, what was judged, rule of an alert. */
  readonly name?: string | undefined;
  /** Of approvals and alerts. */
  readonly state?: string | undefined;
  readonly severity?: string | undefined;
  /** When it was asked, judged, fired, epoch ms; where that is not known, when it was first heard of. */
  readonly atMs: number;
  /** Its merged facts as events. */
  readonly facts: readonly MonitorEvent[];
}

export const approvalKeyOf = (callId: string): string => `approval\u001f${callId}`;
export const scoreKeyOf = (spanId: string, name: string): string => `score\u001f${spanId}\u001f${name}`;

/** Which approval or score of its run an event tells of. */
export function entityKeyOf({ type, ref, span, a }: MonitorEvent): string | undefined {
  if (type === 'score') return scoreKeyOf(span ?? '', a.name ?? '');
  return type.startsWith('approval.') ? approvalKeyOf(ref ?? '') : undefined;
}

export const isOfAlert = ({ type }: MonitorEvent): boolean => type.startsWith('alert.');

/** Approvals and scores of a run. O(of them) */
export function entitiesOfRun(fold: Fold, runId: RunId): readonly FoldedEntity[] {
  const { reader } = fold;
  const [approvals, scores] = [reader.approvalsOf(runId), reader.scoresOf(runId)];
  if (approvals.length === 0 && scores.length === 0) return [];
  const factsByKey = new Map<string, MonitorEvent[]>();
  for (const fact of fold.entityFactsOf(runId)) {
    const key = entityKeyOf(fact) ?? '';
    const known = factsByKey.get(key);
    if (known) known.push(fact);
    else factsByKey.set(key, [fact]);
  }
  const of = (key: string) => ({ key, facts: factsByKey.get(key) ?? [] });
  return [
    ...approvals.map(({ callId, toolName, state, requestedAtMs }): FoldedEntity => {
      const own = of(approvalKeyOf(callId));
      return {
        kind: 'approval',
        ...own,
        ref: callId,
        name: toolName,
        state,
        atMs: requestedAtMs ?? firstHeardMs(own.facts),
      };
    }),
    ...scores.map(({ spanId = '', name, atMs }): FoldedEntity => {
      return { kind: 'score', ...of(scoreKeyOf(spanId, name)), ref: spanId, name, atMs };
    }),
  ];
}

export function entityOfAlert(fold: Fold, alert: Alert): FoldedEntity {
  const { alertId, ruleName, state, severity, firedAtMs, changedAtMs } = alert;
  const facts = fold.alertFactsOf(alertId);
  return {
    kind: 'alert',
    key: alertId,
    ref: alertId,
    name: ruleName,
    state,
    severity,
    atMs: firedAtMs ?? changedAtMs,
    facts,
  };
}

const firstHeardMs = (facts: readonly MonitorEvent[]): number => Math.min(...facts.map(({ ts }) => ts));
