import type { Approval } from '../model/approval.ts';
import { type RunId, type SpanId, type SpanKey, splitSpanKey } from '../model/ids.ts';
import type { ChargeLine } from '../model/run.ts';
import type { Score } from '../model/score.ts';
import type { Span } from '../model/span.ts';
import type { CommonEntities } from './commonEntities.ts';
import type { RunNode } from './runNode.ts';
import { scoresOf } from './scores.ts';
import * as flag from './spanFlags.ts';
import { childrenOf, hasChildren, type SpanNode } from './spanNode.ts';
import type { EntityReader } from './types.ts';

/** The runs of a fold, and their ids as a list that stays the same until a run comes or goes. */
export class RunTable extends Map<RunId, RunNode> {
  private list: readonly RunId[] | undefined;

  ids(): readonly RunId[] {
    this.list ??= [...this.keys()];
    return this.list;
  }

  override set(runId: RunId, run: RunNode): this {
    if (!this.has(runId)) this.list = undefined;
    return super.set(runId, run);
  }

  override delete(runId: RunId): boolean {
    this.list = undefined;
    return super.delete(runId);
  }
}

const noSpanIds: readonly SpanId[] = Object.freeze([]);
export const noApprovals: readonly Approval[] = Object.freeze([]);
export const noScores: readonly Score[] = Object.freeze([]);
export const noLines: readonly ChargeLine[] = Object.freeze([]);

/** Ids of a span's children, the same list until they change. */
export function childIdsOf(node: SpanNode): readonly SpanId[] {
  if (!hasChildren(node)) return noSpanIds;
  const { childIds } = node.run;
  const known = childIds.get(node);
  if (known) return known;
  const ids = childrenOf(node).map((child) => child.span.spanId);
  childIds.set(node, ids);
  return ids;
}

function* realSpansOf(run: RunNode): Iterable<Span> {
  for (const node of run.nodes.values()) if (!(node.flags & flag.placeholder)) yield node.span;
}

/** Reads the fold as it is after its last settle. Lists of ids are made when they are first asked for. */
export function createLiveReader(runs: RunTable, common: CommonEntities): EntityReader {
  const nodeOf = (key: SpanKey) => {
    const { runId, spanId } = splitSpanKey(key);
    return runs.get(runId)?.nodes.get(spanId);
  };
  return {
    get runIds() {
      return runs.ids();
    },
    get spanCount() {
      let count = 0;
      for (const run of runs.values()) count += run.spanCount;
      return count;
    },
    get producers() {
      return common.producers;
    },
    get alerts() {
      return common.alerts;
    },
    getRun: (runId) => runs.get(runId)?.run,
    getSpan: (key) => nodeOf(key)?.span,
    rootSpanIds(runId) {
      const run = runs.get(runId);
      return run ? childIdsOf(run.root) : noSpanIds;
    },
    childSpanIds(key) {
      const node = nodeOf(key);
      return node ? childIdsOf(node) : noSpanIds;
    },
    spansOf(runId) {
      const run = runs.get(runId);
      return run ? realSpansOf(run) : [];
    },
    chargeLines: (runId, dimension) => runs.get(runId)?.ledger.linesBy(dimension) ?? noLines,
    approvalsOf: (runId) => runs.get(runId)?.approvalBook.list ?? noApprovals,
    scoresOf(runId) {
      const run = runs.get(runId);
      return run ? scoresOf(run) : noScores;
    },
  };
}
