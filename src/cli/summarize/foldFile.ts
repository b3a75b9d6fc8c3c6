import type { EntityReader } from '../../fold/types.ts';
import { type MonitorEvent, SCHEMA_VERSION } from '../../model/event.ts';
import type { Span } from '../../model/span.ts';
import { type PriceTable, priceSpan } from '../../prices/index.ts';
import { createMonitorStore } from '../../store/index.ts';

const endless = Number.MAX_SAFE_INTEGER;

/** A file is held whole: nothing is let go, and nothing is kept for time travel. */
const limits = { runs: endless, spans: endless, logLines: 0, loggedEvents: 0, queuedEvents: endless, bytes: endless };

/** Folds events as a dashboard would. */
export function foldEvents(events: readonly MonitorEvent[]): EntityReader {
  const store = createMonitorStore({ limits, scheduler: { request: () => undefined, cancel: () => undefined } });
  store.ingest(events);
  store.flush();
  const { entities } = store.getState();
  store.destroy();
  return entities;
}

const priceEvent = (span: Span, costNanoUsd: number): MonitorEvent => ({
  id: `price ${span.key}`,
  type: 'span.price',
  sv: SCHEMA_VERSION,
  ts: span.endedAtMs ?? span.startedAtMs ?? 0,
  run: span.runId,
  span: span.spanId,
  a: { costNanoUsd, costSource: 'computed' },
});

const hasReportedCost = (event: MonitorEvent): boolean =>
  'reportedCostNanoUsd' in event.a && event.a.reportedCostNanoUsd !== undefined;

/** The same event without the cost that the source reported: it would win over the table's. */
function withoutReportedCost(event: MonitorEvent): MonitorEvent {
  return hasReportedCost(event)
    ? ({ ...event, a: { ...event.a, reportedCostNanoUsd: undefined } } as MonitorEvent)
    : event;
}

/**
 * Folds the events again with what each call costs by a price table, and nothing of what the source reported.
 * @param entities - the same events folded: who has usage to be priced
 */
export function foldPriced(events: readonly MonitorEvent[], entities: EntityReader, table: PriceTable): EntityReader {
  const prices: MonitorEvent[] = [];
  for (const runId of entities.runIds) {
    for (const span of entities.spansOf(runId)) {
      const priced = priceSpan(span, table);
      if (priced) prices.push(priceEvent(span, priced.costNanoUsd));
    }
  }
  return foldEvents([...events.map(withoutReportedCost), ...prices]);
}
