/** Timers of the process, so that a test can hold the time. */
export interface AgentTimers {
  /** `keepsAlive`: whether the process waits for it. */
  setTimeout(callback: () => void, delayMs: number, keepsAlive: boolean): unknown;
  clearTimeout(timer: unknown): void;
}

export const processTimers: AgentTimers = {
  setTimeout(callback, delayMs, keepsAlive) {
    const timer = setTimeout(callback, delayMs);
    if (!keepsAlive) timer.unref();
    return timer;
  },
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};
