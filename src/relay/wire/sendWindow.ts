import type { OnSent, Outlet } from './Outlet.ts';
import type { ReadyFrame } from './readyFrame.ts';
import { WINDOW_FULL_BYTES, WINDOW_LOW_BYTES } from './timings.ts';

/** How much a reader may have outstanding: above the window nothing more is pulled for it. */
export interface SendWindow {
  /** Nothing more until it has drained. */
  readonly isFull: boolean;
  send(frame: ReadyFrame): void;
  /** Looks at what drained since the last look. @returns whether it has been full without draining for too long */
  isStuck(): boolean;
}

export interface SendWindowOptions {
  readonly outlet: Outlet;
  readonly drainMs: number;
  /** Epoch ms. */
  readonly now: () => number;
  readonly onFull: () => void;
  readonly onDrained: () => void;
}

export function createSendWindow({ outlet, drainMs, now, onFull, onDrained }: SendWindowOptions): SendWindow {
  let isFull = false;
  let lastBuffered = 0;
  let lastDrainMs = now();

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
      onFull();
    },
    isStuck() {
      const buffered = outlet.bufferedBytes;
      if (buffered < lastBuffered || buffered === 0) lastDrainMs = now();
      lastBuffered = buffered;
      return isFull && now() - lastDrainMs >= drainMs;
    },
  };
}
