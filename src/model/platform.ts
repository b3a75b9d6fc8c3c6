/** Where the time comes from, so that a test can hold it. */
export interface Clock {
  /** Epoch ms. */
  now(): number;
}

/** Timers of the platform, so that a test can hold them. */
export interface Timers {
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Timers that keep no Node process alive. */
export const systemTimers: Timers = {
  setTimeout(callback, delayMs) {
    const timer: unknown = globalThis.setTimeout(callback, delayMs);
    (timer as { unref?: () => void }).unref?.();
    return timer;
  },
  clearTimeout: (timer) => globalThis.clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
};
