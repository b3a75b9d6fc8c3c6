import { createFold } from '../../src/fold/index.ts';
import type { EntityReader, Fold } from '../../src/fold/types.ts';
import type { MonitorEvent } from '../../src/model/event.ts';
import { type RunId, type SpanId, spanKeyOf } from '../../src/model/ids.ts';
import { chargeDimensions } from '../../src/model/run.ts';

/** Folds batches, a settle after each. @param atMost - of each settle; what waits then is settled at the end */
export function foldBatches(batches: readonly (readonly MonitorEvent[])[], atMost?: number): Fold {
  const fold = createFold();
  for (const batch of batches) {
    for (const event of batch) fold.apply(event);
    fold.settle(atMost);
  }
  while (!fold.isSettled) fold.settle(atMost);
  return fold;
}

export const foldAll = (events: readonly MonitorEvent[]): Fold => foldBatches([events]);

const withoutRevision = (value: object): object => {
  const { revision: _revision, ...rest } = value as { revision?: number };
  const entries = Object.entries(rest).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
};

/** Ids of siblings by start; those that start together have no order but that of arrival, so they stand as one group. */
function siblings(reader: EntityReader, runId: RunId, ids: readonly SpanId[]): readonly (readonly SpanId[])[] {
  const groups: SpanId[][] = [];
  let last: number | undefined = Number.NaN;
  for (const id of ids) {
    const start = startOf(reader, runId, id);
    if (start === last) groups.at(-1)?.push(id);
    else groups.push([id]);
    last = start;
  }
  return groups.map((group) => group.sort());
}

/** A placeholder stands where its first child starts. */
function startOf(reader: EntityReader, runId: RunId, id: SpanId): number {
  const key = spanKeyOf(runId, id);
  const span = reader.getSpan(key);
  if (!span?.isPlaceholder) return span?.startedAtMs ?? Infinity;
  const [first] = reader.childSpanIds(key);
  return first === undefined ? Infinity : (reader.getSpan(spanKeyOf(runId, first))?.startedAtMs ?? Infinity);
}

/** Everything that can be read, without what tells the order of arrival: revisions, and places of what starts together. */
export function stateOf(reader: EntityReader): unknown {
  const runs = [...reader.runIds].sort().map((runId) => {
    const ids = new Set<SpanId>();
    const stack = [...reader.rootSpanIds(runId)];
    for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
      ids.add(id);
      stack.push(...reader.childSpanIds(spanKeyOf(runId, id)));
    }
    const run = reader.getRun(runId);
    return {
      run: run && withoutRevision(run),
      roots: siblings(reader, runId, reader.rootSpanIds(runId)),
      spans: [...ids].sort().map((id) => {
        const key = spanKeyOf(runId, id);
        const span = reader.getSpan(key);
        return { span: span && withoutRevision(span), children: siblings(reader, runId, reader.childSpanIds(key)) };
      }),
      arrived: [...reader.spansOf(runId)].map((span) => span.spanId).sort(),
      lines: chargeDimensions.map((dimension) => reader.chargeLines(runId, dimension)),
      approvals: reader.approvalsOf(runId).map(withoutRevision),
      scores: reader.scoresOf(runId),
    };
  });
  const producers = [...reader.producers.values()].sort((a, b) => (a.producerId < b.producerId ? -1 : 1));
  const alerts = [...reader.alerts.values()]
    .map(withoutRevision)
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  return { runs, spanCount: reader.spanCount, producers: producers.map(withoutRevision), alerts };
}
