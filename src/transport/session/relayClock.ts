import type { Clock } from '../../model/platform.ts';

const SAMPLES = 16;

/**
 * Estimates relay clock minus local clock. A frame takes time to come, so each sample is too small by its delay:
 * the largest of the last ones is the best. Source: minimum-delay filter of NTP (RFC 5905, section 10).
 */
export interface RelayClock {
  /** @param relayNowMs - what the relay's clock said in a frame that came just now */
  take(relayNowMs: number): void;
  /** @returns how long ago it was what the relay's clock says, ms */
  ageMs(relayMs: number): number;
  /** Another connection: another delay, maybe another relay. */
  reset(): void;
}

/** @param onOffset - hears the best estimate so far, ms, when it moved by a millisecond or more */
export function createRelayClock(clock: Clock, onOffset: (offsetMs: number) => void): RelayClock {
  let samples: number[] = [];
  let offsetMs = 0;
  return {
    take(relayNowMs) {
      samples = [...samples.slice(1 - SAMPLES), relayNowMs - clock.now()];
      const next = Math.max(...samples);
      if (Math.abs(next - offsetMs) < 1) return;
      offsetMs = next;
      onOffset(next);
    },
    ageMs: (relayMs) => clock.now() + offsetMs - relayMs,
    reset() {
      samples = [];
    },
  };
}
