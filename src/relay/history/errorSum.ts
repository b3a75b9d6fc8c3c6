import type { RunId, SpanId } from '../../model/ids.ts';
import { bucketStartOf } from './metricsSum.ts';
import { type ErrorGroup, type ErrorGroups, type ErrorsQuery, MAX_GROUP_NAMES } from './RunHistory.ts';

/** A failed span. */
export interface FailedSpan {
  readonly runId: RunId;
  readonly spanId: SpanId;
  readonly atMs: number;
  readonly agentName: string | undefined;
  readonly errorType: string | undefined;
  readonly errorCode: string | undefined;
  readonly template: string | undefined;
}

interface Draft {
  readonly first: FailedSpan;
  count: number;
  readonly runIds: Set<RunId>;
  firstAtMs: number;
  last: FailedSpan;
  readonly agentNames: Set<string>;
  readonly trend: Map<number, number>;
}

/** Groups failed spans. Equal times go by ids, so that the order of arrival decides nothing. */
export function groupErrors(spans: Iterable<FailedSpan>, { grain, order, limit, bucketMs }: ErrorsQuery): ErrorGroups {
  const drafts = new Map<string, Draft>();
  let errorCount = 0;
  for (const span of spans) {
    errorCount += 1;
    const template = grain === 'message' ? span.template : undefined;
    const key = JSON.stringify([span.errorType ?? null, span.errorCode ?? null, template ?? null]);
    let draft = drafts.get(key);
    if (!draft) {
      draft = {
        first: { ...span, template },
        count: 0,
        runIds: new Set(),
        firstAtMs: span.atMs,
        last: span,
        agentNames: new Set(),
        trend: new Map(),
      };
      drafts.set(key, draft);
    }
    draft.count += 1;
    draft.runIds.add(span.runId);
    draft.firstAtMs = Math.min(draft.firstAtMs, span.atMs);
    if (isAfter(span, draft.last)) draft.last = span;
    if (span.agentName !== undefined) draft.agentNames.add(span.agentName);
    if (bucketMs === undefined) continue;
    const bucket = bucketStartOf(span.atMs, bucketMs, 0);
    draft.trend.set(bucket, (draft.trend.get(bucket) ?? 0) + 1);
  }
  const groups = [...drafts.values()].map(groupOf).sort(order === 'count' ? byCount : byLast);
  return { groups: groups.slice(0, limit), groupCount: groups.length, errorCount };
}

const isAfter = (left: FailedSpan, right: FailedSpan): boolean => {
  if (left.atMs !== right.atMs) return left.atMs > right.atMs;
  return left.runId === right.runId ? left.spanId > right.spanId : left.runId > right.runId;
};

const groupOf = ({ first, count, runIds, firstAtMs, last, agentNames, trend }: Draft): ErrorGroup => ({
  errorType: first.errorType,
  errorCode: first.errorCode,
  template: first.template,
  count,
  runCount: runIds.size,
  firstAtMs,
  lastAtMs: last.atMs,
  agentNames: [...agentNames].sort().slice(0, MAX_GROUP_NAMES),
  sample: { runId: last.runId, spanId: last.spanId },
  trend: [...trend].map(([atMs, each]) => ({ atMs, count: each })).sort((left, right) => left.atMs - right.atMs),
});

const nameOf = ({ errorType, errorCode, template }: ErrorGroup): string =>
  JSON.stringify([errorType ?? null, errorCode ?? null, template ?? null]);
const byName = (left: ErrorGroup, right: ErrorGroup): number => (nameOf(left) < nameOf(right) ? -1 : 1);
const byLast = (left: ErrorGroup, right: ErrorGroup): number =>
  right.lastAtMs - left.lastAtMs || right.count - left.count || byName(left, right);
const byCount = (left: ErrorGroup, right: ErrorGroup): number =>
  right.count - left.count || right.lastAtMs - left.lastAtMs || byName(left, right);
