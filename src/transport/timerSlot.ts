import type { Timers } from '../model/platform.ts';

/** One timer that is set anew or cleared, never doubled. */
export interface TimerSlot {
  readonly isSet: boolean;
  set(callback: () => void, delayMs: number): void;
  clear(): void;
}

export function createTimerSlot(timers: Timers): TimerSlot {
  let timer: { readonly id: unknown } | undefined;
  const clear = () => {
    if (timer) timers.clearTimeout(timer.id);
    timer = undefined;
  };
  return {
    get isSet() {
      return timer !== undefined;
    },
    set(callback, delayMs) {
      clear();
      const own = {
        id: timers.setTimeout(() => {
          if (timer === own) timer = undefined;
          callback();
        }, delayMs),
      };
      timer = own;
    },
    clear,
  };
}
