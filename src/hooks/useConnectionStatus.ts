'use client';
import { selectIsTotals } from '../store/selectIsTotals.ts';
import type { MonitorState } from '../store/types.ts';
import { STAT_RATE_PER_SEC } from './internals/rates.ts';
import { useConnection } from './useConnection.ts';
import { useMonitorContext } from './useMonitorContext.ts';
import { useMonitorSelector } from './useMonitorSelector.ts';
import { useThroughput } from './useThroughput.ts';
import { useView } from './useView.ts';

/** The connection and the view in one word, as `data-state` has it. */
export type ConnectionStatusState =
  | 'idle'
  | 'connecting'
  | 'live'
  | 'slow'
  | 'reconnecting'
  | 'offline'
  | 'catching-up'
  | 'paused'
  | 'past';

export interface ConnectionStatusText {
  readonly state: ConnectionStatusState;
  /** E.g. `Live`, `4.1 s behind`, `Reconnecting`. */
  readonly word: string;
  /** E.g. `42 ev/s · 0.3 s lag`, `attempt 3, data from 14:31:52`. */
  readonly facts: string;
  /** The relay refused the token: the person has to sign in again. */
  readonly isAuthFailure: boolean;
  readonly canRetry: boolean;
  /** Parts of the relay that do not work, e.g. `Relay cache down`; what is shown stays true. `undefined`: all is well. */
  readonly degraded: string | undefined;
}

const selectDegraded = (state: MonitorState) => state.degraded;
const selectClockOffset = (state: MonitorState) => state.clockOffsetMs;

/** How the line stands and what is shown, in words. */
export function useConnectionStatus(): ConnectionStatusText {
  const { messages, format } = useMonitorContext();
  const words = messages.connection;
  const connection = useConnection();
  const view = useView();
  const { eventsPerSec, lagMs } = useThroughput();
  const clockOffsetMs = useMonitorSelector(selectClockOffset);
  // connection times are by this machine's clock, times on the screen by the relay's
  const shownTime = (atMs: number) => format.shortTime(atMs + clockOffsetMs);
  const rate = words.rate(format.rate(eventsPerSec));
  const isTotals = useMonitorSelector(selectIsTotals, { ratePerSec: STAT_RATE_PER_SEC });
  const degradedNow = useMonitorSelector(selectDegraded);
  // what a relay that is away said last is no news of it
  const isUp = connection.phase === 'live' || connection.phase === 'slow' || connection.phase === 'catching-up';
  const degraded =
    degradedNow && isUp
      ? [...new Set(degradedNow.causes.map((cause) => words.degraded[cause] ?? words.degradedPart))].join(', ')
      : undefined;
  const base = { isAuthFailure: false, canRetry: false, degraded };

  if (view.mode === 'past') return { ...base, state: 'past', word: words.past(format.shortTime(view.atMs)), facts: '' };
  if (
    view.mode === 'paused' &&
    (connection.phase === 'live' || connection.phase === 'slow' || connection.phase === 'idle')
  )
    return {
      ...base,
      state: 'paused',
      word: words.paused,
      facts: words.waitingEvents(format.exactCount(view.waitingEvents)),
    };
  switch (connection.phase) {
    case 'idle':
      return { ...base, state: 'idle', word: words.idle, facts: eventsPerSec > 0 ? rate : '' };
    case 'connecting':
      return {
        ...base,
        state: 'connecting',
        word: words.connecting,
        facts: connection.attempt > 1 ? words.attempt(format.count(connection.attempt)) : '',
      };
    case 'live': {
      const { kind } = connection;
      const via = kind === 'sse' || kind === 'polling' ? words.via[kind] : undefined;
      const lag = lagMs === undefined ? undefined : words.lag(format.lag(lagMs));
      return {
        ...base,
        state: 'live',
        word: words.live,
        facts: [rate, lag, via, isTotals ? words.rows : undefined].filter((fact) => fact !== undefined).join(' · '),
      };
    }
    case 'slow':
      return { ...base, state: 'slow', word: words.slow(format.lag(connection.lagMs)), facts: rate };
    case 'catching-up':
      return {
        ...base,
        state: 'catching-up',
        word: words.catchingUp,
        facts: words.replayedEvents(format.exactCount(connection.missedEvents)),
      };
    case 'reconnecting': {
      const attempt = words.attempt(format.count(connection.attempt));
      const lastGood = connection.lastGoodAtMs;
      return {
        ...base,
        state: 'reconnecting',
        canRetry: true,
        word: words.reconnecting,
        facts: lastGood === undefined ? attempt : `${attempt}, ${words.dataFrom(shownTime(lastGood))}`,
      };
    }
    case 'offline':
      return {
        ...base,
        state: 'offline',
        canRetry: true,
        isAuthFailure: connection.isAuthFailure,
        word: connection.isAuthFailure ? words.sessionExpired : words.offline,
        facts: words.since(shownTime(connection.lastGoodAtMs ?? connection.sinceMs)),
      };
  }
}
