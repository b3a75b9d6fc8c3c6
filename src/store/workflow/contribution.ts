import type { EntityReader } from '../../fold/types.ts';
import type { Approval } from '../../model/approval.ts';
import type { RunId, SpanKey } from '../../model/ids.ts';
import { spanKeyOf } from '../../model/ids.ts';
import type { Run } from '../../model/run.ts';
import type { Span } from '../../model/span.ts';
import type { GraphRef } from './graphRefs.ts';
import type { SpanPlaces } from './spanPlaces.ts';
import type { GraphRelation } from './types.ts';

export type ContributionState = 'live' | 'waiting' | 'done' | 'err' | 'rejected' | 'skipped';

/** What one span or approval adds to the graph: a call at a node, a passage over an edge, or both. */
export interface Contribution {
  readonly key: string;
  readonly runId: RunId;
  /** Where it happened; `undefined` for a handoff, which is an edge only. */
  readonly node: GraphRef | undefined;
  readonly from: GraphRef | undefined;
  readonly to: GraphRef | undefined;
  readonly relation: GraphRelation;
  readonly state: ContributionState;
  readonly startedAtMs: number | undefined;
  /** Whole microseconds, so that sums stay exact however often they are corrected; `undefined` while it is open. */
  readonly durationUs: number | undefined;
  readonly spanKey: SpanKey | undefined;
}

/** @param owner - place of the nearest span above that has one */
export function contributionOfSpan(
  span: Span,
  places: SpanPlaces,
  owner: GraphRef | undefined,
): Contribution | undefined {
  const common = {
    key: span.key,
    runId: span.runId,
    state: stateOf(span),
    startedAtMs: span.startedAtMs,
    durationUs: durationUs(span.startedAtMs, span.endedAtMs),
    spanKey: span.key,
  };
  const agent = span.agentName === undefined ? undefined : places.agent(span.agentName);
  const node = places.ofSpan(span);
  if (span.kind === 'handoff' && !node?.isDeclared) {
    if (span.toAgent === undefined) return undefined;
    const from = span.fromAgent === undefined ? (agent ?? owner) : places.agent(span.fromAgent);
    return { ...common, node: undefined, from, to: places.agent(span.toAgent), relation: 'handoff' };
  }
  if (!node) return undefined;
  const from = owner ?? (node.kind === 'agent' ? undefined : agent);
  return { ...common, node, from, to: node, relation: node.kind === 'agent' ? 'agent-tool' : 'call' };
}

/** A person was asked: known from the approval itself, unless the source reports the wait as a span too. */
export function contributionOfApproval(
  approval: Approval,
  places: SpanPlaces,
  entities: EntityReader,
): Contribution | undefined {
  const spanKey = approval.spanId === undefined ? undefined : spanKeyOf(approval.runId, approval.spanId);
  if (spanKey !== undefined && entities.getSpan(spanKey)?.kind === 'approval') return undefined;
  const { runId, agentName, requestedAtMs, decidedAtMs, state } = approval;
  const node = places.ofApproval(approval);
  return {
    key: approvalKeyOf(approval),
    runId,
    node,
    from: agentName === undefined ? undefined : places.agent(agentName),
    to: node,
    relation: 'call',
    state: state === 'pending' ? 'waiting' : state === 'expired' ? 'err' : 'done',
    startedAtMs: requestedAtMs,
    durationUs: durationUs(requestedAtMs, decidedAtMs),
    spanKey,
  };
}

/** A run of which only its totals are here, as a relay sends them while agents are busy: each of its agents has run once. */
export function contributionsOfTotals(run: Run, places: SpanPlaces): readonly Contribution[] {
  const { runId, status, agentNames, startedAtMs } = run;
  const isOpen = status === 'running' || status === 'waiting';
  // which of several agents failed is not in the totals
  const hasFailed = status === 'failed' && agentNames.length === 1;
  return agentNames.map((name) => {
    const node = places.agent(name);
    return {
      key: `${runId}\u001f\u001f\u001f${name}`,
      runId,
      node,
      from: undefined,
      to: node,
      relation: 'agent-tool',
      state: isOpen ? 'live' : hasFailed ? 'err' : 'done',
      startedAtMs,
      durationUs: undefined,
      spanKey: undefined,
    };
  });
}

export const hasOnlyTotals = (run: Run, entities: EntityReader): boolean => {
  if (run.totals.source !== 'relay') return false;
  for (const _span of entities.spansOf(run.runId)) return false;
  return true;
};

export const approvalKeyOf = ({ runId, callId }: Approval): string => `${runId}\u001f\u001f${callId}`;

function stateOf(span: Span): ContributionState {
  if (span.status === 'waiting') return 'waiting';
  if (span.status === 'running') return 'live';
  if (span.isExecuted === false) return span.status === 'error' ? 'rejected' : 'skipped';
  if (span.status === 'error' || (span.kind === 'guardrail' && span.triggered)) return 'err';
  return 'done';
}

function durationUs(startMs: number | undefined, endMs: number | undefined): number | undefined {
  return startMs === undefined || endMs === undefined ? undefined : Math.max(0, Math.round((endMs - startMs) * 1000));
}

const asDrawn = (a: Contribution, b: Contribution): boolean =>
  a.node === b.node &&
  a.from === b.from &&
  a.to === b.to &&
  a.relation === b.relation &&
  a.state === b.state &&
  a.startedAtMs === b.startedAtMs &&
  a.durationUs === b.durationUs &&
  a.spanKey === b.spanKey;

export const areContributionsEqual = (a: Contribution | undefined, b: Contribution | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && asDrawn(a, b));

/** Later start first; ties by key, so that the answer does not hang on the order of arrival. */
export function compareContributions(a: Contribution, b: Contribution): number {
  const byStart = (a.startedAtMs ?? -1) - (b.startedAtMs ?? -1);
  return byStart !== 0 ? byStart : a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}
