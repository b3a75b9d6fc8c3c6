import type { Contribution } from './contribution.ts';
import { compareContributions } from './contribution.ts';
import type { GraphEdgeActivity, GraphNodeActivity, GraphNodeState } from './types.ts';

/** Counts what happened at one node or edge. Every contribution can be taken back, so that events may come in any order. */
export class Tally {
  readonly #all = new Set<Contribution>();
  readonly #open = new Set<Contribution>();
  readonly #waiting = new Set<Contribution>();
  #inner = 0;
  #failed = 0;
  #rejected = 0;
  #calls = 0;
  #totalUs = 0;
  #latest: Contribution | undefined;
  #isLatestKnown = true;

  get size(): number {
    return this.#all.size;
  }

  /** @param isInner - it happened inside the node: it counts for the state, not as a call of its own */
  add(contribution: Contribution, isInner: boolean): void {
    this.#all.add(contribution);
    this.#count(contribution, isInner, 1);
    if (isInner) return;
    if (this.#isLatestKnown && (!this.#latest || compareContributions(contribution, this.#latest) > 0))
      this.#latest = contribution;
  }

  /** @param next - takes its place at once: the usual case, a call that ends */
  remove(contribution: Contribution, isInner: boolean, next?: Contribution): void {
    this.#all.delete(contribution);
    this.#count(contribution, isInner, -1);
    if (contribution !== this.#latest) return;
    this.#latest = undefined;
    this.#isLatestKnown = next !== undefined && !isInner && compareContributions(next, contribution) >= 0;
  }

  #count(contribution: Contribution, isInner: boolean, by: 1 | -1): void {
    const { state, durationUs } = contribution;
    const pending = state === 'waiting' ? this.#waiting : state === 'live' ? this.#open : undefined;
    if (pending && by === 1) pending.add(contribution);
    else if (pending) pending.delete(contribution);
    else if (state === 'err') this.#failed += by;
    else if (state === 'rejected') this.#rejected += by;
    const hasRun = state === 'live' || state === 'done' || state === 'err' || state === 'waiting';
    if (isInner) this.#inner += hasRun ? by : 0;
    else {
      this.#calls += hasRun ? by : 0;
      this.#totalUs += by * (hasRun && state !== 'live' ? (durationUs ?? 0) : 0);
    }
  }

  #findLatest(isInner: (contribution: Contribution) => boolean): Contribution | undefined {
    if (!this.#isLatestKnown) {
      this.#isLatestKnown = true;
      this.#latest = undefined;
      for (const one of this.#all)
        if (!isInner(one) && (!this.#latest || compareContributions(one, this.#latest) > 0)) this.#latest = one;
    }
    return this.#latest;
  }

  /** @param isOneRun - of one run a failure stays in sight; over many runs only the latest call speaks */
  readNode(isOneRun: boolean, isInner: (contribution: Contribution) => boolean): GraphNodeActivity {
    const latest = this.#findLatest(isInner);
    const hasFailed = isOneRun
      ? this.#failed + this.#rejected > 0
      : latest?.state === 'err' || latest?.state === 'rejected';
    let state: GraphNodeState = 'off';
    if (this.#waiting.size > 0) state = 'waiting';
    else if (this.#open.size > 0) state = 'live';
    else if (hasFailed) state = 'err';
    else if (this.#calls + this.#inner > 0) state = 'done';
    const isEnded = latest !== undefined && latest.state !== 'live' && latest.durationUs !== undefined;
    return {
      state,
      calls: this.#calls,
      failedCalls: this.#failed,
      rejectedCalls: this.#rejected,
      innerCalls: this.#inner,
      lastDurationMs: isEnded ? (latest.durationUs as number) / 1000 : undefined,
      totalDurationMs: this.#totalUs / 1000,
      openSinceMs: earliestStart(this.#waiting.size > 0 ? this.#waiting : this.#open),
      latestSpanKey: latest?.spanKey,
      latestRunId: latest?.runId,
    };
  }

  readEdge(isOneRun: boolean, isTargetLive: boolean): GraphEdgeActivity {
    const count = this.#calls + this.#rejected;
    const latest = this.#findLatest(() => false);
    if (this.#open.size > 0 || (isTargetLive && count > 0)) return { state: 'live', count };
    if (isOneRun ? this.#failed + this.#rejected > 0 : latest?.state === 'err') return { state: 'err', count };
    return { state: count > 0 ? 'done' : 'off', count };
  }
}

function earliestStart(pending: ReadonlySet<Contribution>): number | undefined {
  let since: number | undefined;
  for (const { startedAtMs } of pending)
    if (startedAtMs !== undefined && (since === undefined || startedAtMs < since)) since = startedAtMs;
  return since;
}

export const areNodesEqual = (a: GraphNodeActivity, b: GraphNodeActivity): boolean =>
  a.state === b.state &&
  a.calls === b.calls &&
  a.failedCalls === b.failedCalls &&
  a.rejectedCalls === b.rejectedCalls &&
  a.innerCalls === b.innerCalls &&
  a.lastDurationMs === b.lastDurationMs &&
  a.totalDurationMs === b.totalDurationMs &&
  a.openSinceMs === b.openSinceMs &&
  a.latestSpanKey === b.latestSpanKey &&
  a.latestRunId === b.latestRunId;

export const areEdgesEqual = (a: GraphEdgeActivity, b: GraphEdgeActivity): boolean =>
  a.state === b.state && a.count === b.count;
