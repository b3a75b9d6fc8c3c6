import type { OnSent, Outlet } from './Outlet.ts';
import type { ReadyFrame } from './readyFrame.ts';
import { WINDOW_FULL_BYTES, WINDOW_LOW_BYTES } from './timings.ts';

/** How much a reader may have outstanding: above the window nothing more is pulled for it. */
export interface SendWindow {
  /** Nothing more until it has drained. */
  readonly isFull: boolean;
  send(frame: ReadyFrame): void;
  /**
   * Looks at what drained since the last look.
   * @param patienceMs - where less than the usual is left
   * @returns whether it has been full without draining for too long
   */
  isStuck(patienceMs?: number): boolean;
}

export interface SendWindowOptions {
  readonly outlet: Outlet;
  readonly drainMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly onFull: () => void;
  readonly onDrained: () => void;
}

const LEAST_LOOKS = 2;

export function createSendWindow({ outlet, drainMs, now, onFull, onDrained }: SendWindowOptions): SendWindow {
  let isFull = false;
  let lastBuffered = 0;
  let lastDrainMs = now();
  let looksSinceDrain = 0;

  const onSent: OnSent = (error) => {
    if (error || !isFull || outlet.bufferedBytes > WINDOW_LOW_BYTES) return;
    isFull = false;
    onDrained();
  };

  return {
    get isFull() {
      return isFull;
    },
    send(frame) {
      const isTaken = outlet.send(frame, onSent);
      if (isTaken || isFull || outlet.bufferedBytes < WINDOW_FULL_BYTES) return;
      isFull = true;
      lastDrainMs = now();
      looksSinceDrain = 0;
      onFull();
    },
    isStuck(patienceMs = drainMs) {
      const buffered = outlet.bufferedBytes;
      looksSinceDrain += 1;
      if (buffered < lastBuffered || buffered === 0) {
        lastDrainMs = now();
        looksSinceDrain = 0;
      }
      lastBuffered = buffered;
      const stuckMs = now() - lastDrainMs;
      // a process that was held up itself looks before it hears what drained meanwhile: one look more
      return isFull && (stuckMs >= drainMs || (stuckMs >= patienceMs && looksSinceDrain >= LEAST_LOOKS));
    },
  };
}
