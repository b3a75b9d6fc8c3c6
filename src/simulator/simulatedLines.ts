import type { MonitorEvent } from '../model/event.ts';
import type { LogHistoryQuery, LogsPage } from '../model/history.ts';
import { readerForm } from './readerForm.ts';
import type { SimulatedRelay } from './simulatedRelay.ts';

const PAGE = 100;

/** The log lines that a simulated relay keeps, as its history would answer: newest first, the text for who may read payloads. O(events) */
export function readSimulatedLines({ log, can }: SimulatedRelay, query: LogHistoryQuery, cursor?: string): LogsPage {
  const { limit = PAGE, order = 'newest' } = query;
  const canRead = can.includes('read.payload');
  const found = log.all().filter((event) => event.type === 'log' && isAsked(event, query, canRead));
  found.sort(
    (left, right) => (order === 'newest' ? -1 : 1) * (left.ts - right.ts || (left.seq ?? 0) - (right.seq ?? 0)),
  );
  const from = Number(cursor ?? 0);
  const lines = found.slice(from, from + limit).map((event) => {
    const message = canRead ? event.detail?.message : undefined;
    return { event: readerForm(event, can), ...(message !== undefined && { message }) };
  });
  const next = from + limit < found.length ? String(from + limit) : undefined;
  return { lines, next, epoch: log.epoch, head: log.head };
}

function isAsked(event: MonitorEvent, query: LogHistoryQuery, canRead: boolean): boolean {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, text } = query;
  const { level, sourceName } = event.a as { readonly level?: string; readonly sourceName?: string };
  if (event.ts < fromMs || event.ts >= toMs) return false;
  const isOneOf = (value: string | undefined, wanted: readonly string[] | undefined) =>
    wanted === undefined || (value !== undefined && wanted.includes(value));
  const message = canRead ? event.detail?.message : undefined;
  const searched = `${sourceName ?? ''} ${typeof message === 'string' ? message : ''}`.toLowerCase();
  return (
    isOneOf(level ?? 'info', query.levels) &&
    isOneOf(sourceName, query.sources) &&
    isOneOf(event.run, query.runIds) &&
    isOneOf(event.span, query.spanIds) &&
    isOneOf(event.id, query.ids) &&
    (text === undefined || searched.includes(text.toLowerCase()))
  );
}
