import type { Settled, Touched } from '../fold/types.ts';
import type { RunId, SpanKey } from '../model/ids.ts';
import type { LogLine } from '../model/log.ts';
import type { Run } from '../model/run.ts';
import type { Span } from '../model/span.ts';

export const isUntouched = (touched: Touched): boolean =>
  touched.runs.length === 0 &&
  touched.spans.length === 0 &&
  touched.logLines.length === 0 &&
  touched.restructuredRunIds.size === 0 &&
  !touched.hasNewRuns &&
  !touched.areApprovalsTouched &&
  !touched.areProducersTouched &&
  !touched.areAlertsTouched;

/** Adds up what several flushes touched; the newest object of each entity wins. */
export interface TouchedLedger {
  add(touched: Touched): void;
  /** All since the last take; `undefined` when nothing was touched. */
  take(): Touched | undefined;
}

export interface TouchedLedgerOptions {
  /** Entities that are no longer held need not be told; asked when the ledger has grown past `limit`. */
  readonly isHeld: (span: Span) => boolean;
  readonly limit: number;
  readonly logLineLimit: number;
}

export function createTouchedLedger(options: TouchedLedgerOptions): TouchedLedger {
  const { isHeld, limit, logLineLimit } = options;
  let only: Touched | undefined;
  let sum: Sum | undefined;
  return {
    add(touched) {
      if (isUntouched(touched)) return;
      if (!only && !sum) {
        only = touched;
        return;
      }
      sum ??= emptySum();
      if (only) addTo(sum, only);
      only = undefined;
      addTo(sum, touched);
      if (sum.logLines.length > logLineLimit * 2) sum.logLines = sum.logLines.slice(-logLineLimit);
      if (sum.spans.size > limit * 2) for (const [key, span] of sum.spans) if (!isHeld(span)) sum.spans.delete(key);
    },
    take() {
      const taken = only ?? (sum && closeSum(sum));
      only = undefined;
      sum = undefined;
      return taken;
    },
  };
}

/** Two settles as one: what stands between them was never seen. */
export function mergeSettled(first: Settled, second: Settled): Settled {
  const sum = emptySum();
  addTo(sum, first);
  const seen = second.replaced.filter((span) => sum.spans.get(span.key) !== span);
  addTo(sum, second);
  return { ...closeSum(sum), replaced: [...first.replaced, ...seen] };
}

interface Sum {
  readonly runs: Map<RunId, Run>;
  readonly spans: Map<SpanKey, Span>;
  readonly restructuredRunIds: Set<RunId>;
  logLines: LogLine[];
  flags: Pick<Touched, 'hasNewRuns' | 'areApprovalsTouched' | 'areProducersTouched' | 'areAlertsTouched'>;
}

const emptySum = (): Sum => ({
  runs: new Map(),
  spans: new Map(),
  restructuredRunIds: new Set(),
  logLines: [],
  flags: { hasNewRuns: false, areApprovalsTouched: false, areProducersTouched: false, areAlertsTouched: false },
});

function addTo(sum: Sum, touched: Touched): void {
  for (const run of touched.runs) sum.runs.set(run.runId, run);
  for (const span of touched.spans) sum.spans.set(span.key, span);
  for (const runId of touched.restructuredRunIds) sum.restructuredRunIds.add(runId);
  for (const line of touched.logLines) sum.logLines.push(line);
  sum.flags = {
    hasNewRuns: sum.flags.hasNewRuns || touched.hasNewRuns,
    areApprovalsTouched: sum.flags.areApprovalsTouched || touched.areApprovalsTouched,
    areProducersTouched: sum.flags.areProducersTouched || touched.areProducersTouched,
    areAlertsTouched: sum.flags.areAlertsTouched || touched.areAlertsTouched,
  };
}

const closeSum = (sum: Sum): Touched => ({
  runs: [...sum.runs.values()],
  spans: [...sum.spans.values()],
  restructuredRunIds: sum.restructuredRunIds,
  logLines: sum.logLines,
  ...sum.flags,
});
