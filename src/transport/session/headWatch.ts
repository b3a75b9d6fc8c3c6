import type { Timers } from '../../model/platform.ts';
import { createTimerSlot } from '../timerSlot.ts';

/** Notices that the relay is ahead and sends nothing. Each step forward gives it new time. */
export interface HeadWatch {
  /** A connection begins: the relay's head is there, and what is missing is on its way. */
  begin(head: number): void;
  /** The relay said where its head is. */
  note(head: number): void;
  /** Something of the log came. */
  onStep(): void;
  clear(): void;
}

export interface HeadWatchOptions {
  readonly timers: Timers;
  /** Up to where everything came. */
  readonly seq: () => number;
  /** How long a step may take now, ms. */
  readonly patienceMs: () => number;
  readonly onBehind: () => void;
}

export function createHeadWatch({ timers, seq, patienceMs, onBehind }: HeadWatchOptions): HeadWatch {
  const timer = createTimerSlot(timers);
  let head = 0;

  const watch = () => {
    if (head <= seq()) timer.clear();
    else timer.set(onBehind, patienceMs());
  };

  return {
    begin(next) {
      timer.clear();
      head = next;
    },
    note(next) {
      head = next;
      if (head <= seq() || !timer.isSet) watch();
    },
    onStep() {
      if (timer.isSet) watch();
    },
    clear: () => timer.clear(),
  };
}
