import type { BackoffLimits } from './backoff.ts';

/** Times of the session, ms. The defaults are those of the protocol. */
export interface SessionTimes {
  /** No frame for so long: the line is dead. Default 25,000. */
  readonly silenceMs: number;
  /** No welcome for so long after opening. Default 10,000. */
  readonly welcomeMs: number;
  /** The relay is ahead and nothing comes for so long: ask again. Default 2,000. */
  readonly behindMs: number;
  /** A page that wakes looks at its line when the last frame is older. Default 12,000. */
  readonly wakeMs: number;
  /** Not connected for so long is offline. Default 60,000. */
  readonly offlineAfterMs: number;
  /** A connection that stood for so long starts its backoff anew. Default 5,000. */
  readonly stableAfterMs: number;
  /** Full jitter between 0 and a ceiling from 250 to 20,000. */
  readonly backoff: BackoffLimits;
}

export const defaultSessionTimes: SessionTimes = {
  silenceMs: 25_000,
  welcomeMs: 10_000,
  behindMs: 2000,
  wakeMs: 12_000,
  offlineAfterMs: 60_000,
  stableAfterMs: 5000,
  backoff: { minMs: 250, maxMs: 20_000 },
};
