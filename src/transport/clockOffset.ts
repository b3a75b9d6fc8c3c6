const SAMPLES = 16;

/**
 * Estimates relay clock minus local clock. A frame takes time to come, so each sample is too small by its delay:
 * the largest of the last ones is the best. Source: minimum-delay filter of NTP (RFC 5905, section 10).
 */
export interface ClockOffset {
  /** @returns best estimate so far, ms */
  sample(relayNowMs: number, localNowMs: number): number;
  reset(): void;
}

export function createClockOffset(): ClockOffset {
  let samples: number[] = [];
  return {
    sample(relayNowMs, localNowMs) {
      samples = [...samples.slice(1 - SAMPLES), relayNowMs - localNowMs];
      return Math.max(...samples);
    },
    reset() {
      samples = [];
    },
  };
}
