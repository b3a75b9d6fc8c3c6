import type { SpanCharge } from '../../../fold/chargeLedger.ts';
import type { Fold } from '../../../fold/types.ts';
import type { RunId, SpanId } from '../../../model/ids.ts';
import type { Run } from '../../../model/run.ts';
import type { Span } from '../../../model/span.ts';
import { createRunFacets } from '../../history/runFacets.ts';
import { isFailedSpan, isToolCall } from '../../history/spanMeasures.ts';
import { type EntityRows, entityRowsOf } from './entityRows.ts';
import type { MeasureTable, RunFacetTable, RunTable } from './LogTables.ts';
import { facetRowsOf, historyRunOf, measureRowsOf, type RunMark, runRowOf } from './modelRows.ts';

/** What is to be written of one run. */
export interface RunRows {
  readonly run: RunTable;
  /** `undefined`: they are as they were written. */
  readonly facets: readonly RunFacetTable[] | undefined;
  /** Approvals and scores. `undefined`: they are as they were written. */
  readonly entities: EntityRows | undefined;
  /** To be read once. */
  readonly measures: Iterable<MeasureTable>;
  /** These are all of its measures: what the table has of them goes first. */
  readonly areMeasuresAll: boolean;
}

interface Written {
  readonly facets: string;
  readonly entities: string;
  readonly people: string;
  /** What is counted, as it was when its rows were made: the fold replaces what changes. */
  readonly calls: Map<SpanId, SpanCharge>;
  readonly spans: Map<SpanId, Span>;
  readonly atMs: number;
}

/** Knows what was written of each run that a fold holds: only what differs is written again. */
export interface WrittenRuns {
  /** Rows that make the tables what the fold has; they count as written. O(spans) @returns `undefined`: the fold has no such run */
  rowsOf(fold: Fold, runId: RunId, mark: RunMark, at: number): RunRows | undefined;
  /**
   * The same in steps that are short however large the run is: the fold may go on between two of them, but must keep the run.
   * @param atOf - asked when they are made
   */
  makeRows(fold: Fold, runId: RunId, mark: RunMark, atOf: () => number): Generator<undefined, RunRows | undefined>;
  /** When rows of it were last made, ms of `performance.now()`. */
  madeAtMs(runId: RunId): number | undefined;
  /** Nothing is known any more of what is in the tables. */
  forget(runId: RunId): void;
}

/** Spans that one step looks at. */
const SPANS_A_STEP = 256;

export function createWrittenRuns(pid: number): WrittenRuns {
  const written = new Map<RunId, Written>();

  function* makeRows(
    fold: Fold,
    runId: RunId,
    mark: RunMark,
    atOf: () => number,
  ): Generator<undefined, RunRows | undefined> {
    const run = fold.reader.getRun(runId);
    if (!run) return undefined;
    const before = written.get(runId);
    const made = yield* changesOf(fold, run, before);
    const at = atOf();
    const found = historyRunOf(run, made.facets, mark);
    const facets = facetRowsOf(found, pid);
    const facetText = JSON.stringify(facets.map(({ kind, name }) => [kind, name]));
    const entities = entityRowsOf(fold, runId, mark.entities, pid, at);
    written.set(runId, { ...made.now, facets: facetText, entities: entities.text, atMs: performance.now() });
    return {
      run: runRowOf(found, mark, pid, at),
      facets: facetText === before?.facets ? undefined : facets,
      entities: entities.text === (before?.entities ?? '') ? undefined : entities,
      measures: measureRowsOf(found, made.spans, made.calls, pid, at),
      areMeasuresAll: made.isAll,
    };
  }

  return {
    rowsOf(fold, runId, mark, at) {
      const steps = makeRows(fold, runId, mark, () => at);
      for (;;) {
        const { done, value } = steps.next();
        if (done) return value;
      }
    },
    makeRows,
    madeAtMs: (runId) => written.get(runId)?.atMs,
    forget: (runId) => void written.delete(runId),
  };
}

/** What of the run's calls and spans has other measures than before. */
function* changesOf(fold: Fold, run: Run, before: Written | undefined) {
  const people = JSON.stringify([run.userId, run.sessionId, run.groupId]);
  const now = { people, calls: new Map<SpanId, SpanCharge>(), spans: new Map<SpanId, Span>() };
  const facets = createRunFacets();
  const calls: SpanCharge[] = [];
  const spans: Span[] = [];
  let kept = 0;
  let hasFewer = false;
  let looked = 0;
  for (const call of fold.chargesOf(run.runId)) {
    const known = before?.calls.get(call.span.spanId);
    if (known) kept += 1;
    if (!known || !isSameCall(known, call)) calls.push(call);
    now.calls.set(call.span.spanId, call);
    looked += 1;
    if (looked % SPANS_A_STEP === 0) yield;
  }
  for (const span of fold.reader.spansOf(run.runId)) {
    looked += 1;
    if (looked % SPANS_A_STEP === 0) yield;
    facets.add(span);
    if (!isToolCall(span) && !isFailedSpan(span)) continue;
    const known = before?.spans.get(span.spanId);
    if (known) kept += 1;
    if (known && ((isToolCall(known) && !isToolCall(span)) || (isFailedSpan(known) && !isFailedSpan(span))))
      hasFewer = true;
    if (known !== span) spans.push(span);
    now.spans.set(span.spanId, span);
  }
  const isAll = !before || hasFewer || people !== before.people || kept < before.calls.size + before.spans.size;
  const changed = isAll ? { calls: [...now.calls.values()], spans: [...now.spans.values()] } : { calls, spans };
  return { now, isAll, facets: facets.get(), ...changed };
}

const isSameCall = (left: SpanCharge, right: SpanCharge): boolean =>
  left.span === right.span &&
  left.toolName === right.toolName &&
  left.counts.inputTokens === right.counts.inputTokens &&
  left.counts.outputTokens === right.counts.outputTokens &&
  left.counts.totalTokens === right.counts.totalTokens;
