import type { Clock } from '../../model/platform.ts';
import type { ConnectionState, TransportKind, TransportSink } from '../types.ts';

/** More than this behind … */
const SLOW_LAG_MS = 2000;
/** … for so long is slow. */
const SLOW_AFTER_MS = 5000;

/** Says how the line stands, each state once. */
export interface ConnectionReporter {
  readonly phase: ConnectionState['phase'];
  idle(): void;
  connecting(attempt: number): void;
  live(): void;
  catchingUp(missedEvents: number): void;
  reconnecting(attempt: number, nextTryAtMs: number, code: string): void;
  /** Refused for good, or nothing for too long. */
  offline(code: string, isAuthFailure: boolean, nextTryAtMs: number | undefined): void;
  /** A frame came: the line was good at this moment. */
  noteGood(): void;
  /** How old the newest event of a batch was when it came; 0 = nothing waits. */
  noteLag(lagMs: number): void;
}

export function createConnectionReporter(
  getKind: () => TransportKind,
  clock: Clock,
  offlineAfterMs: number,
  getSink: () => TransportSink | undefined,
): ConnectionReporter {
  let state: ConnectionState = { phase: 'idle' };
  let lastGoodAtMs: number | undefined;
  let slowSinceMs: number | undefined;
  /** Since when it has not been connected. */
  let downSinceMs: number | undefined;

  const say = (next: ConnectionState) => {
    state = next;
    getSink()?.onConnection(next);
  };
  const offline = (code: string, isAuthFailure: boolean, nextTryAtMs: number | undefined) => {
    downSinceMs ??= clock.now();
    say({ phase: 'offline', sinceMs: downSinceMs, code, isAuthFailure, nextTryAtMs, lastGoodAtMs });
  };

  return {
    get phase() {
      return state.phase;
    },
    idle() {
      downSinceMs = undefined;
      slowSinceMs = undefined;
      if (state.phase !== 'idle') say({ phase: 'idle' });
    },
    connecting(attempt) {
      downSinceMs ??= clock.now();
      say({ phase: 'connecting', sinceMs: downSinceMs, attempt });
    },
    live() {
      if (state.phase === 'live' || state.phase === 'slow') return;
      downSinceMs = undefined;
      slowSinceMs = undefined;
      say({ phase: 'live', sinceMs: clock.now(), kind: getKind() });
    },
    catchingUp(missedEvents) {
      downSinceMs = undefined;
      say({ phase: 'catching-up', sinceMs: clock.now(), kind: getKind(), missedEvents });
    },
    reconnecting(attempt, nextTryAtMs, code) {
      downSinceMs ??= clock.now();
      if (clock.now() - downSinceMs >= offlineAfterMs) offline(code, false, nextTryAtMs);
      else say({ phase: 'reconnecting', sinceMs: downSinceMs, attempt, nextTryAtMs, code, lastGoodAtMs });
    },
    offline,
    noteGood() {
      lastGoodAtMs = clock.now();
    },
    noteLag(lagMs) {
      if (lagMs <= SLOW_LAG_MS) {
        slowSinceMs = undefined;
        if (state.phase === 'slow') say({ phase: 'live', sinceMs: clock.now(), kind: getKind() });
        return;
      }
      slowSinceMs ??= clock.now();
      if (state.phase !== 'live' && state.phase !== 'slow') return;
      if (clock.now() - slowSinceMs < SLOW_AFTER_MS) return;
      const sinceMs = state.phase === 'slow' ? state.sinceMs : clock.now();
      say({ phase: 'slow', sinceMs, kind: getKind(), lagMs });
    },
  };
}
