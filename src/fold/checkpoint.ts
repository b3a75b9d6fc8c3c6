import type { Approval } from '../model/approval.ts';
import { type RunId, type SpanId, splitSpanKey } from '../model/ids.ts';
import type { ChargeDimension, ChargeLine, Run } from '../model/run.ts';
import { chargeDimensions } from '../model/run.ts';
import type { Score } from '../model/score.ts';
import type { Span } from '../model/span.ts';
import type { CommonEntities } from './commonEntities.ts';
import { childIdsOf, noApprovals, noLines, noScores, type RunTable } from './liveReader.ts';
import type { RunNode } from './runNode.ts';
import { scoresOf } from './scores.ts';
import { hasChildren } from './spanNode.ts';
import type { EntityReader } from './types.ts';

/** A run as it was: the maps are its own, the objects in them are shared. */
export interface RunCopy {
  readonly run: Run;
  readonly spans: ReadonlyMap<SpanId, Span>;
  readonly childIds: ReadonlyMap<SpanId, readonly SpanId[]>;
  readonly rootIds: readonly SpanId[];
  readonly lines: Readonly<Record<ChargeDimension, readonly ChargeLine[]>>;
  readonly approvals: readonly Approval[];
  readonly scores: readonly Score[];
}

const noSpanIds: readonly SpanId[] = Object.freeze([]);

function copyRun(node: RunNode): RunCopy | undefined {
  if (!node.run) return undefined;
  if (node.copy?.run === node.run) return node.copy;
  const spans = new Map<SpanId, Span>();
  const childIds = new Map<SpanId, readonly SpanId[]>();
  for (const child of node.nodes.values()) {
    const { span } = child;
    spans.set(span.spanId, span);
    if (hasChildren(child)) childIds.set(span.spanId, childIdsOf(child));
  }
  const line = (dimension: ChargeDimension) => [dimension, node.ledger.linesBy(dimension)] as const;
  node.copy = {
    run: node.run,
    spans,
    childIds,
    rootIds: childIdsOf(node.root),
    lines: Object.fromEntries(chargeDimensions.map(line)) as RunCopy['lines'],
    approvals: node.approvalBook.list,
    scores: scoresOf(node),
  };
  return node.copy;
}

/** A reader that stays as it is now. O(spans of the runs that changed since the last checkpoint). */
export function createCheckpoint(runs: RunTable, common: CommonEntities): EntityReader {
  const copies = new Map<RunId, RunCopy>();
  let spanCount = 0;
  for (const [runId, node] of runs) {
    const copy = copyRun(node);
    if (!copy) continue;
    copies.set(runId, copy);
    spanCount += copy.run.spanCount;
  }
  const runIds = [...copies.keys()];
  return {
    runIds,
    spanCount,
    producers: common.producers,
    alerts: common.alerts,
    getRun: (runId) => copies.get(runId)?.run,
    getSpan(key) {
      const { runId, spanId } = splitSpanKey(key);
      return copies.get(runId)?.spans.get(spanId);
    },
    rootSpanIds: (runId) => copies.get(runId)?.rootIds ?? noSpanIds,
    childSpanIds(key) {
      const { runId, spanId } = splitSpanKey(key);
      return copies.get(runId)?.childIds.get(spanId) ?? noSpanIds;
    },
    spansOf: (runId) => realSpans(copies.get(runId)),
    chargeLines: (runId, dimension) => copies.get(runId)?.lines[dimension] ?? noLines,
    approvalsOf: (runId) => copies.get(runId)?.approvals ?? noApprovals,
    scoresOf: (runId) => copies.get(runId)?.scores ?? noScores,
  };
}

function* realSpans(copy: RunCopy | undefined): Iterable<Span> {
  if (!copy) return;
  for (const span of copy.spans.values()) if (!span.isPlaceholder) yield span;
}
