'use client';
import { useConnection } from '../../hooks/useConnection.ts';
import { useCounters } from '../../hooks/useCounters.ts';
import { useGaps } from '../../hooks/useGaps.ts';
import { useMonitorContext } from '../../hooks/useMonitorContext.ts';
import { useMonitorSelector } from '../../hooks/useMonitorSelector.ts';
import { useNow } from '../../hooks/useNow.ts';
import { selectIsTotals } from '../../store/selectIsTotals.ts';
import type { MonitorState } from '../../store/types.ts';

export interface ConnectionFact {
  readonly name: string;
  readonly value: string;
  /** Something was lost. */
  readonly tone?: 'attn' | undefined;
}

const selectReconnects = (state: MonitorState) => state.reconnects;
const selectCursor = (state: MonitorState) => state.cursor;
const selectClockOffset = (state: MonitorState) => state.clockOffsetMs;
const selectDegraded = (state: MonitorState) => state.degraded;
const selectLostByProducers = (state: MonitorState) => {
  let lost = 0;
  for (const producer of state.entities.producers.values()) lost += producer.droppedEvents + producer.missingEvents;
  return lost;
};

/** The lines of the connection details, each a name and a value. What is zero and good is left out. */
export function useConnectionFacts(): readonly ConnectionFact[] {
  const { messages, format } = useMonitorContext();
  const words = messages.connection;
  const connection = useConnection();
  const counters = useCounters();
  const gaps = useGaps();
  const nowMs = useNow();
  const reconnects = useMonitorSelector(selectReconnects);
  const cursor = useMonitorSelector(selectCursor);
  const clockOffsetMs = useMonitorSelector(selectClockOffset);
  const lostByProducers = useMonitorSelector(selectLostByProducers);
  const isTotals = useMonitorSelector(selectIsTotals);
  const degraded = useMonitorSelector(selectDegraded);
  const count = (value: number) => format.exactCount(value);
  const facts: ConnectionFact[] = [];
  const add = (name: string, value: string, isLoss = false) =>
    facts.push({ name, value, tone: isLoss ? 'attn' : undefined });

  add(words.transport, 'kind' in connection ? words.kind[connection.kind] : words.none);
  if (connection.phase === 'live' || connection.phase === 'slow')
    add(words.connectedFor, format.duration(nowMs - clockOffsetMs - connection.sinceMs));
  if ('code' in connection) add(words.reason, connection.code);
  if ('lastGoodAtMs' in connection && connection.lastGoodAtMs !== undefined)
    add(words.lastGood, format.shortTime(connection.lastGoodAtMs + clockOffsetMs));
  if ('nextTryAtMs' in connection && connection.nextTryAtMs !== undefined)
    add(words.nextTry, format.shortTime(connection.nextTryAtMs + clockOffsetMs));
  if (isTotals) add(words.detail, words.rowsHint);
  if (degraded) add(words.degradedSince, format.shortTime(degraded.sinceMs), true);
  if (cursor !== undefined) add(words.lastEvent, shortCursor(cursor));
  add(words.events, count(counters.acceptedEvents));
  add(words.reconnects, count(reconnects));
  add(words.gaps, count(gaps.length), gaps.length > 0);
  if (connection.phase !== 'idle')
    add(words.clockOffset, `${clockOffsetMs < 0 ? '−' : '+'}${format.duration(Math.abs(clockOffsetMs))}`);
  if (counters.repeatedEvents > 0) add(words.repeated, count(counters.repeatedEvents));
  const rejected = counters.rejectedEvents + counters.unknownTypeEvents;
  if (rejected > 0) add(words.rejected, count(rejected), true);
  if (counters.droppedEvents > 0) add(words.dropped, count(counters.droppedEvents), true);
  if (lostByProducers > 0) add(words.lostByProducers, count(lostByProducers), true);
  const { evictedRuns, evictedSpans, evictedLogLines } = counters;
  if (evictedRuns + evictedSpans + evictedLogLines > 0)
    add(words.evicted, words.evictedParts(count(evictedRuns), count(evictedSpans), count(evictedLogLines)));
  return facts;
}

/** The epoch is long and only good for telling two apart; the number after it is what people compare. */
const shortCursor = (cursor: string) => cursor.replace(/^([0-9a-f]{6})[0-9a-f]+/, '$1…');
