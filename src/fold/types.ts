import type { Alert } from '../model/alert.ts';
import type { Approval } from '../model/approval.ts';
import type { MonitorEvent } from '../model/event.ts';
import type { RunId, SpanId, SpanKey } from '../model/ids.ts';
import type { LogLine } from '../model/log.ts';
import type { Producer } from '../model/producer.ts';
import type { ChargeDimension, ChargeLine, Run } from '../model/run.ts';
import type { Score } from '../model/score.ts';
import type { Span } from '../model/span.ts';
import type { SpanCharge } from './chargeLedger.ts';

/**
 * What the fold holds, for reading. Every object and list it hands out is immutable: what changes is replaced,
 * and only at {@link Fold.settle}. Reading an unknown id gives `undefined` or an empty list.
 */
export interface EntityReader {
  /** In the order the runs were first heard of. */
  readonly runIds: readonly RunId[];
  readonly spanCount: number;
  getRun(runId: RunId): Run | undefined;
  getSpan(key: SpanKey): Span | undefined;
  /**
   * Top spans of a run: those without a parent, the placeholders of parents that were not received, and spans where a cycle
   * was cut. In start order, ties in order of arrival.
   */
  rootSpanIds(runId: RunId): readonly SpanId[];
  /** True children (`exact` layout), in start order, ties in order of arrival. */
  childSpanIds(key: SpanKey): readonly SpanId[];
  /** All spans of a run in order of arrival, placeholders left out. */
  spansOf(runId: RunId): Iterable<Span>;
  /** Totals of a run by agent, model or tool, dearest first. */
  chargeLines(runId: RunId, dimension: ChargeDimension): readonly ChargeLine[];
  approvalsOf(runId: RunId): readonly Approval[];
  scoresOf(runId: RunId): readonly Score[];
  readonly producers: ReadonlyMap<string, Producer>;
  readonly alerts: ReadonlyMap<string, Alert>;
}

/** What changed since the last {@link Fold.settle}. */
export interface Touched {
  readonly runs: readonly Run[];
  readonly spans: readonly Span[];
  /** Runs whose tree changed: a span came, moved under another parent, or changed its place among its siblings. */
  readonly restructuredRunIds: ReadonlySet<RunId>;
  /** New lines; the fold does not keep lines, the store does, bounded. */
  readonly logLines: readonly LogLine[];
  readonly hasNewRuns: boolean;
  readonly areApprovalsTouched: boolean;
  readonly areProducersTouched: boolean;
  readonly areAlertsTouched: boolean;
}

/** What a settle gives to who holds the fold. */
export interface Settled extends Touched {
  /** Spans as they stood before, of those in `spans` that had content: who counts content takes it back. */
  readonly replaced: readonly Span[];
}

export interface FoldCounters {
  /** Events whose fields were all known already: repeats and late losers. */
  readonly repeatedEvents: number;
  readonly cyclesCut: number;
}

/** The pure merge: any batch, in any order, repeated or late, gives the same state. No clock, no bounds. */
export interface Fold {
  readonly reader: EntityReader;
  readonly counters: FoldCounters;
  /** Takes one valid event. O(1) amortised. Nothing is to be read until {@link settle}. */
  apply(event: MonitorEvent): void;
  /**
   * Derives what the applied events changed and replaces the touched objects. O(touched).
   * @param atMost - of the spans that no event wrote and that only take over what changed above them; the others stay as they are
   * until a later settle. Default: all
   */
  settle(atMost?: number): Settled;
  /** Whether no span waits for another settle. */
  readonly isSettled: boolean;
  /**
   * The merged facts of a run as events (spans, approvals, scores with it): folding them into an empty fold gives the same
   * run, and every event that came or will come merges into it as into this one.
   */
  factsOf(runId: RunId): MonitorEvent[];
  /** Of {@link factsOf} those of approvals and scores. O(of them) */
  entityFactsOf(runId: RunId): MonitorEvent[];
  /** Of {@link commonFacts} those of one alert. */
  alertFactsOf(alertId: string): MonitorEvent[];
  /** What a run's totals are made of. O(spans) */
  chargesOf(runId: RunId): Iterable<SpanCharge>;
  /** Facts that belong to no run: producers and alerts. */
  commonFacts(): MonitorEvent[];
  /** Lets a run go, with all that hangs on it. */
  removeRun(runId: RunId): void;
  /**
   * Lets producers and alerts go that are too many: producers that were not heard of for the longest; alerts that are
   * resolved first, then those that changed the longest ago. Reads and changes what is settled. @returns how many went
   */
  trimCommon(maxProducers: number, maxAlerts: number): number;
  /** A reader that stays as it is now. O(spans): the maps are copied, the objects shared. */
  checkpoint(): EntityReader;
}
